/**
 * The last good lists of the directories, for the day on which a router blocks them. A file of its own: it is large,
 * changes often, and losing it costs nothing. Replaced in one step, so a power cut leaves the old one or the new one.
 */
import * as v from 'valibot';
import type { StoredServers } from '../box/servers/state.ts';
import { MAX_LISTED_SERVERS } from '../jamulus/directory-list.ts';
import { MAX_SERVER_ADDRESS_UNITS } from '../jamulus/server-address.ts';
import type { Failed, StateFiles } from '../settings/state-files.ts';

const NAME = 'lists.json';
const TEMPORARY = 'lists.tmp';
/** The state files refuse to read more than 256 KiB. */
const MAX_BYTES = 240_000;

type Lists = StoredServers['lists'];

const text = v.pipe(v.string(), v.maxLength(MAX_SERVER_ADDRESS_UNITS));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));

const schema = v.object({
  version: v.literal(1),
  lists: v.array(
    v.object({
      directory: text,
      servers: v.pipe(
        v.array(
          v.object({
            address: text,
            port: whole,
            name: text,
            city: text,
            countryCode: whole,
            maxClients: whole,
            permanent: v.boolean(),
          }),
        ),
        v.maxLength(MAX_LISTED_SERVERS),
      ),
    }),
  ),
});

export interface ListStore {
  /** What was saved last; nothing if that can't be read. */
  readonly lists: Lists;
  /** Calls wait for each other. */
  save(lists: Lists): Promise<true | Failed>;
}

export async function openListStore(files: StateFiles): Promise<ListStore> {
  const bytes = await files.read(NAME);
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (json: string): Promise<true | Failed> => {
    const written = await files.write(TEMPORARY, new TextEncoder().encode(json));
    if (written !== true) return written;
    const synced = await files.sync(TEMPORARY);
    if (synced !== true) return synced;
    const renamed = await files.rename(TEMPORARY, NAME);
    return renamed === true ? files.syncDirectory() : renamed;
  };
  return {
    lists: bytes instanceof Uint8Array ? parse(new TextDecoder().decode(bytes)) : [],
    save(lists) {
      const json = JSON.stringify({ version: 1, lists: bounded(lists) });
      const result = turn.then(() => write(json));
      turn = result;
      return result;
    },
  };
}

function parse(json: string): Lists {
  try {
    const result = v.safeParse(schema, JSON.parse(json));
    return result.success ? result.output.lists : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The first directories go before the others. */
function bounded(lists: Lists): Lists {
  let room = MAX_BYTES;
  return lists.filter((list) => {
    room -= Buffer.byteLength(JSON.stringify(list));
    return room >= 0 && list.servers.length <= MAX_LISTED_SERVERS;
  });
}
