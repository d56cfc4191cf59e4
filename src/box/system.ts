/** The machine and the first start: what the readings change. Pure. */
import type { Step } from './effects.ts';
import type { BoxState, FirstStart, SystemReading } from './state.ts';

export const UNREAD: SystemReading = {
  carrier: true,
  address: null,
  defaultRoute: null,
  temperatureC: null,
  cpuPercent: null,
  underVoltage: null,
};

/** The machine has been looked at. */
export function systemRead(state: BoxState, reading: SystemReading): Step {
  const { carrier } = state.system;
  const next = withFirstStep({ ...state, system: { ...state.system, ...reading } });
  return { state: next, effects: carrier === reading.carrier ? [] : [{ type: 'networkUp', up: reading.carrier }] };
}

/** One step on when there is a network, or none is needed: everything after that is pressed. */
export function withFirstStep(state: BoxState): BoxState {
  const { firstStart, system, setup } = state;
  const isPast = firstStart === 'network' && (system.carrier || !setup.needsNetwork);
  return isPast ? { ...state, firstStart: 'play' } : state;
}

/** The musician has played something, or has seen CONNECT. */
export function firstStartDone(state: BoxState, done: 'play' | 'connect'): BoxState {
  const next: FirstStart = done === 'play' ? 'connect' : 'done';
  return state.firstStart === done ? { ...state, firstStart: next } : state;
}
