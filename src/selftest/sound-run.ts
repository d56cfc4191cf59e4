/**
 * Runs the box's real audio engine on the sound card, full duplex, with a stream that goes to its own socket and comes
 * back: capture, Opus, UDP, jitter buffer, Opus, playback, all but the network. It plays silence.
 */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOtherWayOnly } from '../audio/alsa-streams.ts';
import { startAudioEngine } from '../audio/audio-engine.ts';
import type { AudioThreadMessage } from '../audio/audio-thread.ts';
import type { DeviceError } from '../audio/device.ts';
import { periodReport } from '../audio/period-report.ts';
import { type SharedAudio, status } from '../audio/shared.ts';
import type { CardChannels } from '../box/effects.ts';
import type { PeriodFrames } from '../box/periods.ts';
import { controlsOf } from '../box/sound-controls.ts';
import { type ChannelPair, DEFAULT_SOUND } from '../box/sound-settings.ts';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import { streamFormat } from '../jamulus/transport.ts';
import { openPcm } from '../linux/alsa-configure.ts';
import { toPeerAddress } from '../linux/resolve.ts';
import { closeUdpSocket, openUdpSocket } from '../linux/udp-socket.ts';
import { fitClock } from './clock-fit.ts';
import type { Granted, SoundRun } from './judge-sound.ts';

export interface Card {
  /** ALSA names; null = the card has no such direction. */
  readonly input: string | null;
  readonly output: string | null;
  readonly channels: CardChannels;
  readonly periodFrames: PeriodFrames;
  readonly periods: number;
}

export interface Realtime {
  readonly priority: number;
  readonly core: number;
}

/** Time before measuring begins, in which V8 compiles and the jitter buffer fills. */
const SETTLING_MS = 1500;
/** Interval between looks at the engine's counters. */
const READING_MS = 10;
/** How long the card may take to start, or stand still before it counts as lost. */
const CARD_WAIT_MS = 3000;
/** The stream that takes the processor most. */
const COSTLIEST = { quality: 'high', channels: 2, frameSamples: 64, blockFactor: 1 } as const;

/** What each direction grants, or in a sentence why it does not open. */
export function askCard({ input, output, channels, periodFrames, periods }: Card): {
  readonly capture: Granted;
  readonly playback: Granted;
} {
  const ask = (name: string | null, direction: 'capture' | 'playback', pair: ChannelPair): Granted => {
    const oneWay = direction === 'capture' ? 'listen-only' : 'send-only';
    if (name === null) return { error: `no ${direction} device`, problem: oneWay };
    const most = Math.max(2, ...pair);
    const pcm = openPcm({ name, direction, rate: SAMPLE_RATE, periodFrames, periods, channels: most });
    if ('error' in pcm) {
      return { error: pcm.error, problem: isOtherWayOnly(name, direction, pcm) ? oneWay : pcm.problem };
    }
    pcm.close();
    return pcm.parameters;
  };
  return {
    capture: ask(input, 'capture', channels.inputChannels),
    playback: ask(output, 'playback', channels.outputChannels),
  };
}

/** @returns the engine's own words where the card does not run */
export async function runSound(card: Card, realtime: Realtime, seconds: number): Promise<SoundRun | DeviceError> {
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) return { problem: 'sound-failed', error: socket.error };
  const messages: AudioThreadMessage[] = [];
  const engine = startAudioEngine({
    input: { kind: 'card', name: '' },
    output: { kind: 'card', name: '' },
    card: { capture: card.input, playback: card.output, periods: card.periods },
    channels: card.channels,
    periodFrames: card.periodFrames,
    periods: card.periods,
    toneUntilFound: false,
    realtime,
    socket,
    wasm: readFileSync(new URL('../../build/opus.wasm', import.meta.url)),
    onRecord: () => {},
    onMessage: (message) => messages.push(message),
  });
  try {
    // Nothing is heard: what comes in would otherwise go round.
    engine.setControls({ ...controlsOf(DEFAULT_SOUND), master: 0 });
    engine.setJitter(false, 4);
    const own = toPeerAddress({ family: 4, address: '127.0.0.1', port: socket.port });
    engine.setStream(streamFormat(COSTLIEST, { sequenceNumbers: true, rawOffered: false }), own);
    const deadlineMs = performance.now() + CARD_WAIT_MS;
    while (!messages.some(({ type }) => type === 'running')) {
      const missing = messages.find((message) => message.type === 'missing');
      if (missing !== undefined) return missing;
      if (performance.now() > deadlineMs) return { problem: 'card-still', error: 'the card does not start' };
      await sleep(READING_MS);
    }
    await sleep(SETTLING_MS);
    return await watch(engine.shared, engine.resetStatistics, seconds, messages);
  } finally {
    await engine.stop();
    closeUdpSocket(socket);
  }
}

async function watch(
  shared: SharedAudio,
  resetStatistics: () => void,
  seconds: number,
  messages: readonly AudioThreadMessage[],
): Promise<SoundRun> {
  const word = (at: number): number => Atomics.load(shared.status, at);
  const running = messages.findLast((message) => message.type === 'running');
  const periodFrames = running?.periodFrames ?? 0;
  resetStatistics();
  const before = { xruns: word(status.xruns), missed: word(status.missed), periods: word(status.periods) };
  const begunMs = performance.now();
  let longest: Stretch = { timesMs: [], frames: [] };
  let stretch: Stretch = { timesMs: [], frames: [] };
  let xrunsSeen = before.xruns;
  let periodsSeen = before.periods;
  let standingSinceMs = begunMs;
  let lost = false;
  while (performance.now() - begunMs < seconds * 1000 && !lost) {
    await sleep(READING_MS);
    const nowMs = performance.now();
    const periods = word(status.periods);
    if (word(status.xruns) !== xrunsSeen) {
      xrunsSeen = word(status.xruns);
      stretch = { timesMs: [], frames: [] };
    }
    stretch.timesMs.push(nowMs);
    stretch.frames.push(periods * periodFrames);
    if (stretch.timesMs.length > longest.timesMs.length) longest = stretch;
    if (periods !== periodsSeen) standingSinceMs = nowMs;
    periodsSeen = periods;
    lost = nowMs - standingSinceMs > CARD_WAIT_MS || messages.at(-1)?.type === 'missing';
  }
  const scheduling = messages.find((message) => message.type === 'scheduling');
  const { processingTime, wakeUpLatency } = periodReport(shared, status);
  return {
    seconds: (performance.now() - begunMs) / 1000,
    description: running?.description ?? '',
    periodFrames,
    realtime: scheduling !== undefined && 'priority' in scheduling.grant.fifo,
    lost,
    periods: word(status.periods) - before.periods,
    xruns: word(status.xruns) - before.xruns,
    missed: word(status.missed) - before.missed,
    processingTime,
    wakeUpLatency,
    clock: fitClock(longest.timesMs, longest.frames, SAMPLE_RATE),
  };
}

interface Stretch {
  readonly timesMs: number[];
  readonly frames: number[];
}
