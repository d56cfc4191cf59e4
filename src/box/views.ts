/** The figures and problems that every face shows, computed in one place from the state. Pure. */

import { type DelayWord, delayWord, MAX_SHOWN_PING_MS, overallDelayMs } from '../jamulus/delay.ts';
import { SAMPLES_PER_MS } from '../jamulus/limits.ts';
import type { OneWay, Problem, SystemProblem } from './problems.ts';
import { listBlocked } from './servers/asking.ts';
import type { ServersState } from './servers/state.ts';
import type { BoxState, TransportChoice, UpdateReport, UpdateState } from './state.ts';
import { jitterSettings } from './transport.ts';

/** Sizes of both ends' jitter buffers, in blocks. */
export interface Buffers {
  /** 0 = the engine has not said yet. */
  readonly clientBlocks: number;
  readonly serverBlocks: number;
}

export function buffers({ engine, jitter, transport, visit }: BoxState): Buffers {
  const { auto, serverBlocks } = jitterSettings(jitter, transport);
  return { clientBlocks: engine.jitterBlocks, serverBlocks: auto ? visit.serverJitterBlocks : serverBlocks };
}

/** What the delay depends on, and a player may choose. */
export interface DelayConditions extends Buffers, Pick<TransportChoice, 'frameSamples' | 'blockFactor'> {
  readonly periodFrames: number;
  /** 0 = not known. */
  readonly latencyFrames: number;
}

/**
 * The delay from a musician through the server back to their ears, as the official client reckons it, if some conditions were
 * different; null = not known (jitter-buffer.md §5).
 */
export function delayWith(state: BoxState, change: Partial<DelayConditions> = {}): number | null {
  const { engine, visit, transport, link } = state;
  const { device } = engine;
  if (link.kind !== 'connected' || visit.pingMs === null || device.kind !== 'running' || engine.jitterBlocks === 0) {
    return null;
  }
  const { frameSamples, blockFactor, quality } = transport;
  const conditions = { ...buffers(state), frameSamples, blockFactor, ...device, ...change };
  const { periodFrames, latencyFrames, clientBlocks, serverBlocks } = conditions;
  const isConverted = periodFrames !== conditions.frameSamples * conditions.blockFactor;
  return overallDelayMs({
    ...{ clientBlocks, serverBlocks, pingMs: visit.pingMs },
    ...{ frameSamples: conditions.frameSamples, blockFactor: conditions.blockFactor },
    raw: quality === 'max' && visit.rawOffered,
    ...(isConverted ? { conversionCardSamples: periodFrames } : {}),
    driverLatencyMs: latencyFrames / SAMPLES_PER_MS,
  });
}

/** The delay as it is, and a word for it; null = not known. */
export function delayFigure(state: BoxState): { readonly ms: number; readonly word: DelayWord } | null {
  const ms = delayWith(state);
  return ms === null ? null : { ms, word: delayWord(ms) };
}

/** Neither the ping nor the delay means anything any more: ">500" is shown (jitter-buffer.md §6). */
export function isBeyondMeaning(state: BoxState): boolean {
  return Math.max(delayFigure(state)?.ms ?? 0, state.visit.pingMs ?? 0) > MAX_SHOWN_PING_MS;
}

/** All that is wrong now, the most pressing first. */
export function problems(state: BoxState): readonly Problem[] {
  const found: Problem[] = [];
  const { device } = state.engine;
  if (device.kind === 'missing') found.push(device.problem);
  if (state.sound.mute === 'feedback') found.push('feedback');
  if (state.problem !== null) found.push(state.problem);
  const oneWay = oneWayOf(device);
  if (oneWay !== null) found.push(oneWay);
  return found;
}

/** Null where sound goes both ways, and where nothing runs. */
export function oneWayOf(device: BoxState['engine']['device']): OneWay | null {
  if (device.kind !== 'running') return null;
  if (device.inputs === 0) return 'listen-only';
  return device.outputs === 0 ? 'send-only' : null;
}

/** A processor of a Raspberry Pi slows itself down from here on. */
const TOO_HOT_C = 80;

/** What is wrong with the machine, the network and the files, the most pressing first. */
export function systemProblems({ setup, system, servers, problem }: BoxState): readonly SystemProblem[] {
  const found: SystemProblem[] = [];
  const { needsNetwork } = setup;
  if (!system.carrier && needsNetwork) found.push('no-cable');
  else if (system.carrier && system.address === null && needsNetwork) found.push('no-address');
  else if (noInternet(servers) || (system.defaultRoute === false && problem === 'no-network')) {
    found.push('no-internet');
  }
  if (system.underVoltage === true) found.push('weak-power');
  if ((system.temperatureC ?? 0) >= TOO_HOT_C) found.push('too-hot');
  if (system.settingsRestored) found.push('settings-restored');
  if (setup.mistakes.length > 0) found.push('settings-mistakes');
  if (listBlocked(servers)) found.push('list-blocked');
  return found;
}

/** Of all directories that were asked, not one has a name that gives an address. */
function noInternet({ directories }: ServersState): boolean {
  const asked = directories.filter(({ status }) => status !== 'unasked');
  return asked.length > 0 && asked.every(({ status }) => status === 'unresolved');
}

/** 'stopping': the box is ending; 'off': the plug may be pulled. */
export function power({ life }: BoxState): 'on' | 'stopping' | 'off' {
  if (life.kind === 'running') return 'on';
  return life.kind === 'ended' && life.saved && life.afterEnd === 'shut-down' ? 'off' : 'stopping';
}

/** What counts now: what has been asked for before what root has said. Null = this machine is not updated from here. */
export function updateReport({ update }: BoxState): UpdateReport | null {
  return update.expected ?? update.report;
}

export function updateNow(state: BoxState): UpdateState {
  return updateReport(state)?.update ?? { kind: 'none' };
}

/** The update check is off until the owner switches it on (privacy C9); null = there is nobody to ask. */
export function updateCheck(state: BoxState): boolean | null {
  const report = updateReport(state);
  return report === null || !state.update.canCheck ? null : report.check;
}

/** Pages of the menu that this box cannot serve: they are left out, since they could only lie. */
export function absentPages(state: BoxState): readonly ('phone' | 'wifi' | 'update' | 'favourite')[] {
  const { access, setup } = state;
  return [
    // Not there yet: the image has no Wi-Fi.
    'wifi',
    ...(access === null || access.pageAddress === '' ? (['phone'] as const) : []),
    ...(updateReport(state) === null ? (['update'] as const) : []),
    ...(setup.fixedServer === null ? [] : (['favourite'] as const)),
  ];
}
