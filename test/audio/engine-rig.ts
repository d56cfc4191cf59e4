/** The real engine in its real thread, with a real socket and the clock instead of a sound card. */

import { type AudioEngine, startAudioEngine } from '../../src/audio/audio-engine.ts';
import type { AudioThreadMessage, InputChoice } from '../../src/audio/audio-thread.ts';
import type { RingRecord } from '../../src/audio/message-ring.ts';
import type { ThreadReport } from '../../src/audio/realtime-thread.ts';
import { status } from '../../src/audio/shared.ts';
import { readWavFile } from '../../src/audio/wav-reader.ts';
import type { PeriodFrames } from '../../src/box/periods.ts';
import { controlsOf } from '../../src/box/sound-controls.ts';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import { SAMPLE_RATE } from '../../src/jamulus/limits.ts';
import type { StreamFormat } from '../../src/jamulus/stream-format.ts';
import { streamFormat } from '../../src/jamulus/transport.ts';
import { closeUdpSocket, openUdpSocket, type UdpSocket } from '../../src/linux/udp-socket.ts';
import { until as waitUntil } from '../peers/wait.ts';
import { opusWasm } from '../support/opus.ts';

export const OPEN = controlsOf(DEFAULT_SOUND);

export interface RigOptions {
  readonly input?: InputChoice;
  /** WAV file for what is heard. */
  readonly outputPath?: string;
  readonly periodFrames?: PeriodFrames;
}

export interface Rig {
  readonly engine: AudioEngine;
  readonly socket: UdpSocket;
  readonly records: RingRecord[];
  readonly messages: AudioThreadMessage[];
  /** A counter or status word of shared.ts. */
  count(which: keyof typeof status): number;
  /** Waits until that many more periods have passed, however long that takes. */
  periods(count: number): Promise<void>;
  /** Frames that the device has taken, so far: the position in the output file. */
  frames(): number;
  /** May be called again. */
  stop(): Promise<ThreadReport | undefined>;
}

/** Microphone open, jitter buffer fixed at its largest size, nothing streamed. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const wasm = await opusWasm();
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  const periodFrames = options.periodFrames ?? 64;
  const records: RingRecord[] = [];
  const messages: AudioThreadMessage[] = [];
  const engine = startAudioEngine({
    input: options.input ?? { kind: 'tone' },
    output: options.outputPath === undefined ? { kind: 'none' } : { kind: 'file', path: options.outputPath },
    periodFrames,
    periods: 2,
    toneUntilFound: false,
    realtime: undefined,
    socket,
    wasm,
    onRecord: (record) => records.push(record),
    onMessage: (message) => messages.push(message),
  });
  engine.setControls(OPEN);
  engine.setJitter(false, 20);
  const count = (which: keyof typeof status): number => engine.shared.status[status[which]]!;
  let stopped: Promise<ThreadReport | undefined> | undefined;
  const rig: Rig = {
    engine,
    socket,
    records,
    messages,
    count,
    async periods(wanted) {
      const from = count('periods');
      await until(() => count('periods') - from >= wanted);
    },
    frames: () => count('periods') * periodFrames,
    stop() {
      stopped ??= engine.stop().finally(() => closeUdpSocket(socket));
      return stopped;
    },
  };
  await rig.periods(1);
  return rig;
}

/** Waits for something to come true, with the patience of a test; a period is over in less than 2 ms. */
export async function until(condition: () => boolean): Promise<void> {
  await waitUntil(String(condition), condition, { timeoutMs: 29_000, everyMs: 2 });
}

/**
 * Waits for a fifth of a second in which no block was missing, so that what is heard is what came back: on a busy machine
 * not every fifth of a second is like that.
 * @returns its frame positions, at least a tenth of a second apart
 */
export async function cleanStretch(rig: Rig): Promise<{ from: number; to: number }> {
  const gets = rig.count('gets');
  await until(() => rig.count('gets') > gets);
  for (;;) {
    const misses = rig.count('misses');
    const begun = rig.frames();
    await until(() => rig.frames() - begun >= SAMPLE_RATE / 5);
    const to = rig.frames();
    // What was missing before has faded by then.
    if (rig.count('misses') === misses) return { from: begun + SAMPLE_RATE / 20, to };
  }
}

export function format(
  frameSamples: 64 | 128,
  channels: 1 | 2,
  quality: 'low' | 'normal' | 'high' | 'max',
  blockFactor: 1 | 2 | 4 = 1,
  sequenceNumbers = true,
): StreamFormat {
  return streamFormat({ frameSamples, channels, quality, blockFactor }, { sequenceNumbers, rawOffered: true });
}

/** Samples for the engine's input, in memory that a thread can be given. */
export function inputSamples(samples: Float32Array, loop: boolean): InputChoice {
  const shared = new Float32Array(new SharedArrayBuffer(samples.byteLength));
  shared.set(samples);
  return { kind: 'samples', samples: shared, path: 'test signal', loop };
}

/** The sequence bytes of datagrams, in order. */
export function sequenceOf(datagrams: readonly Uint8Array[], { frameBytes }: StreamFormat): number[] {
  return datagrams.flatMap((datagram) =>
    Array.from({ length: datagram.length / (frameBytes + 1) }, (_, i) => datagram[(i + 1) * (frameBytes + 1) - 1]!),
  );
}

/** Frames that are missing in a row of sequence numbers (modulo 256 a gap). */
export function missingFrames(sequence: readonly number[]): number {
  return sequence.slice(1).reduce((missing, number, i) => missing + ((number - sequence[i]! - 1) & 255), 0);
}

/** True for what silence is coded to (audio.md §1.1), in every frame of the datagram. */
export function isSilence(datagram: Uint8Array, { frameBytes, channels, sequenceNumbers }: StreamFormat): boolean {
  const stride = frameBytes + (sequenceNumbers ? 1 : 0);
  for (let at = 0; at < datagram.length; at += stride) {
    for (let i = 0; i < frameBytes; i++) {
      const expected = i === 0 ? (channels === 1 ? 0 : 4) : i === 1 ? 0xff : i === 2 ? 0xfe : 0;
      if (datagram[at + i] !== expected) return false;
    }
  }
  return true;
}

const WINDOW_FRAMES = 1200; // 11 turns of 440 Hz, 25 ms

/**
 * The level of 440 Hz in one channel of a WAV file between two frame positions: that of the best 25 ms, since frames
 * that were skipped (the machine is busy) can only lower it.
 */
export function toneLevel(path: string, fromFrame: number, toFrame: number, channel: 0 | 1): number {
  const wav = readWavFile(path);
  if (!wav.ok) throw new Error(wav.error);
  let best = Number.NEGATIVE_INFINITY;
  for (let at = fromFrame; at + WINDOW_FRAMES <= Math.min(toFrame, wav.frames); at += WINDOW_FRAMES / 8) {
    let re = 0;
    let im = 0;
    for (let i = 0; i < WINDOW_FRAMES; i++) {
      const sample = wav.samples[2 * (at + i) + channel]!;
      const phase = (2 * Math.PI * 440 * i) / SAMPLE_RATE;
      re += sample * Math.cos(phase);
      im += sample * Math.sin(phase);
    }
    best = Math.max(best, (2 * Math.hypot(re, im)) / WINDOW_FRAMES);
  }
  return best;
}
