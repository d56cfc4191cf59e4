/**
 * Keeps the machine state through power cuts: two generations in two files, written in turn. A new generation goes to a
 * temporary file, is synced and takes the place of the older one; the newer one is never touched. Whenever the power
 * goes, one of the two is whole.
 *
 * A file is a line "jambox-state SEQUENCE SHA256", then the state as one line of JSON. The checksum is that of the
 * sequence number and the JSON text.
 *
 * To forget, the state is written to both. The first of these two files is marked: if the power goes before the second
 * one is written, the next start writes it.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type MachineState, machineStateSchema } from './machine-state.ts';
import type { Failed, StateFiles } from './state-files.ts';

const SLOTS = ['state-a.json', 'state-b.json'] as const;
const TEMPORARY = 'state.tmp';
/** The JSON of a generation whose older one is to be overwritten begins like this; it is a key of no state. */
const OVERWRITING = '{"overwriting":true,';
const HEADER = /^jambox-state (\d{1,15}) ([0-9a-f]{64})$/;

export interface FoundState {
  /** Null: start afresh. */
  readonly state: MachineState | null;
  /**
   * 'latest': what was saved last. 'none': nothing has ever been saved. For the screen: 'previous': one generation is
   * damaged, so the last changes may be missing; 'lost': nothing that was saved can be read. No power cut makes these.
   */
  readonly found: 'latest' | 'previous' | 'none' | 'lost';
}

export interface StateStore {
  readonly found: FoundState;
  /**
   * Resolves when the state will survive a power cut. Calls wait for each other; what is saved already is not written
   * again. After a failure the store goes on with what the disk holds, and the next call tries anew.
   */
  readonly save: (state: MachineState) => Promise<'saved' | 'unchanged' | Failed>;
  /**
   * Writes the state to both generations, so that nothing of what was saved before is left in a file. The older one goes
   * first, and each is whole before the other is touched. After a failure or a power cut in between, the next call or
   * the next start goes on with it.
   */
  readonly overwrite: (state: MachineState) => Promise<'saved' | Failed>;
}

interface Generation {
  readonly slot: number;
  readonly sequence: number;
  readonly json: string;
  readonly isOverwriting: boolean;
  readonly state: MachineState;
}

export async function openStateStore(files: StateFiles): Promise<StateStore> {
  const read = await Promise.all(SLOTS.map(async (name, slot) => decode(await files.read(name), slot)));
  const whole = read.filter((one) => typeof one === 'object').sort((a, b) => b.sequence - a.sequence);
  const newest = whole[0];
  const isDamaged = read.includes('damaged');
  const found: FoundState =
    newest === undefined
      ? { state: null, found: isDamaged ? 'lost' : 'none' }
      : { state: newest.state, found: isDamaged ? 'previous' : 'latest' };

  let slot = newest?.slot ?? SLOTS.length - 1;
  let sequence = newest?.sequence ?? 0;
  let savedJson = newest?.json;
  /** Generations that may still hold what is to be overwritten. */
  let staleGenerations = newest?.isOverwriting === true ? 1 : 0;
  let turn: Promise<unknown> = Promise.resolve();

  const writeNext = async (json: string): Promise<true | Failed> => {
    // Even a failed attempt may have left a file, and no two may have the same number.
    sequence += 1;
    const next = (slot + 1) % SLOTS.length;
    const steps = [
      () => files.write(TEMPORARY, encode(sequence, staleGenerations > 1 ? `${OVERWRITING}${json.slice(1)}` : json)),
      () => files.sync(TEMPORARY),
      () => files.rename(TEMPORARY, SLOTS[next] as string),
      () => files.syncDirectory(),
    ];
    for (const step of steps) {
      const result = await step();
      if (result !== true) return result;
    }
    slot = next;
    savedJson = json;
    staleGenerations = Math.max(0, staleGenerations - 1);
    return true;
  };

  const writeAll = async (json: string): Promise<'saved' | Failed> => {
    do {
      const written = await writeNext(json);
      if (written !== true) return written;
    } while (staleGenerations > 0);
    return 'saved';
  };

  const writeChanged = async (json: string): Promise<'saved' | 'unchanged' | Failed> => {
    if (json === savedJson && staleGenerations === 0) return 'unchanged';
    return await writeAll(json);
  };

  const writeBoth = (json: string): Promise<'saved' | Failed> => {
    staleGenerations = SLOTS.length;
    return writeAll(json);
  };

  /** What could not be read back is never written. */
  const inTurn = <Result>(state: MachineState, write: (json: string) => Promise<Result>): Promise<Result | Failed> => {
    const checked = v.safeParse(machineStateSchema, state);
    if (!checked.success) return Promise.resolve({ error: `not a state: ${v.getDotPath(checked.issues[0])}` });
    const json = JSON.stringify(checked.output);
    const result = turn.then(() => write(json));
    turn = result;
    return result;
  };

  // When the disk refuses, the next call tries anew.
  if (newest !== undefined && staleGenerations > 0) await writeAll(newest.json);

  return {
    found,
    save: (state) => inTurn(state, writeChanged),
    overwrite: (state) => inTurn(state, writeBoth),
  };
}

function checksum(sequence: string, json: string): string {
  return createHash('sha256').update(`${sequence}\n${json}`).digest('hex');
}

function encode(sequence: number, json: string): Uint8Array {
  return new TextEncoder().encode(`jambox-state ${sequence} ${checksum(`${sequence}`, json)}\n${json}\n`);
}

function decode(bytes: Uint8Array | null | Failed, slot: number): Generation | 'absent' | 'damaged' {
  if (bytes === null) return 'absent';
  if (!(bytes instanceof Uint8Array)) return 'damaged';
  // Bytes that are no UTF-8 become other characters, and the checksum does not fit.
  const [header = '', json = '', ...rest] = new TextDecoder().decode(bytes).split('\n');
  const [, sequence = '', expected] = HEADER.exec(header) ?? [];
  if (rest.length !== 1 || rest[0] !== '' || checksum(sequence, json) !== expected) return 'damaged';
  const parsed = v.safeParse(machineStateSchema, parseJson(json));
  if (!parsed.success) return 'damaged';
  return {
    slot,
    sequence: Number(sequence),
    json: JSON.stringify(parsed.output),
    isOverwriting: json.startsWith(OVERWRITING),
    state: parsed.output,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
