/**
 * Keeps the machine state through power cuts: two generations in two files, written in turn. A new generation goes to a
 * temporary file, is synced and takes the place of the older one; the newer one is never touched. Whenever the power
 * goes, one of the two is whole.
 *
 * A file is a line "jambox-state SEQUENCE SHA256", then the state as one line of JSON. The checksum is that of the
 * sequence number and the JSON text.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type MachineState, machineStateSchema } from './machine-state.ts';
import type { Failed, StateFiles } from './state-files.ts';

const SLOTS = ['state-a.json', 'state-b.json'] as const;
const TEMPORARY = 'state.tmp';
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
}

interface Generation {
  readonly slot: number;
  readonly sequence: number;
  readonly json: string;
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
  let turn: Promise<unknown> = Promise.resolve();

  const write = async (json: string): Promise<'saved' | 'unchanged' | Failed> => {
    if (json === savedJson) return 'unchanged';
    // Even a failed attempt may have left a file, and no two may have the same number.
    sequence += 1;
    const next = (slot + 1) % SLOTS.length;
    const steps = [
      () => files.write(TEMPORARY, encode(sequence, json)),
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
    return 'saved';
  };

  return {
    found,
    save: (state) => {
      // What could not be read back is never written.
      const checked = v.safeParse(machineStateSchema, state);
      if (!checked.success) return Promise.resolve({ error: `not a state: ${v.getDotPath(checked.issues[0])}` });
      const json = JSON.stringify(checked.output);
      const result = turn.then(() => write(json));
      turn = result;
      return result;
    },
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
  return { slot, sequence: Number(sequence), json: JSON.stringify(parsed.output), state: parsed.output };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
