/** What the audio engine reports: the sound card, meters, drop-outs. */
import { log, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { type BoxState, type DeviceState, type EngineState, type SideMeter, withVisit } from './state.ts';

const QUIET: SideMeter = { level: [0, 0], hold: [0, 0], clipped: [false, false] };

export const ENGINE_AT_START: EngineState = {
  device: { kind: 'starting' },
  realtime: null,
  input: QUIET,
  output: QUIET,
  xruns: 0,
  jitterBlocks: 0,
};

const MINUTE_MS = 60_000;
/** Interval between readings of the counters, from which drop-outs of the last minute are counted. */
const READING_INTERVAL_MS = 1000;
const MAX_READINGS = MINUTE_MS / READING_INTERVAL_MS + 1;
/** No packet for this time means a silent server. It sends without a pause, and no bad line has gaps this long. */
const SILENT_MS = 2500;

type EngineReport = Extract<
  BoxEvent,
  { type: 'deviceRunning' | 'deviceMissing' | 'realtimeGrant' | 'meters' | 'engineCounters' }
>;

export function reduceEngine(state: BoxState, event: EngineReport): Step {
  switch (event.type) {
    case 'deviceRunning': {
      const { description, periodFrames, latencyFrames, inputs, outputs } = event;
      const device: DeviceState = { kind: 'running', description, periodFrames, latencyFrames, inputs, outputs };
      return { state: withEngine(state, { device }), effects: [log('sound card running')] };
    }
    case 'deviceMissing': {
      const { problem, why, retrying } = event;
      const device: DeviceState = { kind: 'missing', problem, why, retrying };
      const effects = state.engine.device.kind === 'missing' ? [] : [log('sound card missing')];
      return { state: withEngine(state, { device }), effects };
    }
    case 'realtimeGrant':
      return unchanged(withEngine(state, { realtime: { granted: event.granted, text: event.text } }));
    case 'meters':
      return unchanged(withEngine(state, { input: event.input, output: event.output }));
    case 'engineCounters': {
      const next = withEngine(state, { xruns: event.xruns, jitterBlocks: event.jitterBlocks });
      if (state.link.kind !== 'connected') return unchanged(next);
      return unchanged(watchAudio(countMisses(next, event.misses, event.atMs), event.audioReceived, event.atMs));
    }
  }
}

function withEngine(state: BoxState, change: Partial<EngineState>): BoxState {
  return { ...state, engine: { ...state.engine, ...change } };
}

/** The first reading of a visit is the zero of its count; so is one after the counter has gone backwards. */
function countMisses(state: BoxState, misses: number, atMs: number): BoxState {
  const recent = state.visit.missReadings.filter(
    (reading) => reading.atMs <= atMs && reading.atMs >= atMs - MINUTE_MS && reading.misses <= misses,
  );
  const newest = recent.at(-1);
  const due = newest === undefined || atMs - newest.atMs >= READING_INTERVAL_MS;
  const missReadings = due ? [...recent, { atMs, misses }].slice(-MAX_READINGS) : recent;
  return withVisit(state, { missReadings, missesLastMinute: misses - (missReadings[0]?.misses ?? misses) });
}

/** Without a sound card nobody looks at what arrives: that is no silence of the server's. */
function watchAudio(state: BoxState, received: number, atMs: number): BoxState {
  const { audio } = state.visit;
  if (audio === null || received !== audio.received || state.engine.device.kind !== 'running') {
    return withVisit(state, { audio: { received, atMs, stopped: false } });
  }
  const stopped = atMs - audio.atMs >= SILENT_MS;
  return stopped === audio.stopped ? state : withVisit(state, { audio: { ...audio, stopped } });
}
