/** A box that nobody has used yet. */
import { randomBytes } from 'node:crypto';
import { freshState, type MachineState } from '../settings/machine-state.ts';

const ID_BYTES = 2;

/** With a neutral name of its own (privacy C1), such as "Box-7F3A". */
export function freshMachine(): MachineState {
  return freshState(`Box-${randomBytes(ID_BYTES).toString('hex').toUpperCase()}`);
}
