/**
 * The audio thread: a worker that opens the device, runs the engine on it, and opens it again when it was lost. It does
 * not return to its event loop before the main thread says stop. What it has to tell rarely goes through messages,
 * everything else through shared memory.
 */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { CardChannels } from '../box/effects.ts';
import type { PeriodFrames } from '../box/periods.ts';
import type { CardProblem } from '../box/problems.ts';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import type { RealtimeRequest, SchedulingGrant } from '../linux/scheduling.ts';
import type { UdpSocket } from '../linux/udp-socket.ts';
import { openAlsaDevice } from './alsa-device.ts';
import { USUAL_PERIODS } from './card-choice.ts';
import { clockDevice } from './clock-device.ts';
import type { AudioDevice, CardOrder, DeviceError, Sink, Source } from './device.ts';
import { Engine } from './engine.ts';
import { bufferSource, clickSource, nullSink, silenceSource, toneSource } from './generators.ts';
import { MessageRing } from './message-ring.ts';
import { runRealtimeThread } from './realtime-thread.ts';
import { control, leave, sharedAudio } from './shared.ts';
import { createWavFile } from './wav-writer.ts';

/** Where sound comes from. */
export type InputChoice =
  | { readonly kind: 'alsa'; readonly name: string }
  /** What the last CardOrder says; before there is one, the ALSA name. */
  | { readonly kind: 'card'; readonly name: string }
  /** Stereo interleaved samples in shared memory, as the WAV reader gives them. */
  | { readonly kind: 'samples'; readonly samples: Float32Array; readonly path: string; readonly loop: boolean }
  | { readonly kind: 'tone' | 'click' | 'silence' };

/** Where sound goes. */
export type OutputChoice =
  | { readonly kind: 'alsa'; readonly name: string }
  | { readonly kind: 'card'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' };

/** What the main thread can ask for while the card plays: it is closed and opened for it. */
export type EngineOrder = CardOrder | { readonly channels: CardChannels };

export interface AudioThreadSettings {
  readonly input: InputChoice;
  readonly output: OutputChoice;
  /** The first of the orders. */
  readonly card?: CardOrder;
  /** Of the sound card, until an order says otherwise; without them its first two. */
  readonly channels?: CardChannels;
  readonly periodFrames: PeriodFrames;
  /** Periods of the sound card's buffer, 2...4; null = as the card needs it. */
  readonly periods: number | null;
  /** A tone is sent as long as the sound card has not been found at all, so that a laptop without one can try the box. */
  readonly toneUntilFound: boolean;
  /** Undefined: stay an ordinary thread. */
  readonly realtime: RealtimeRequest | undefined;
}

export interface AudioThreadData {
  readonly settings: AudioThreadSettings;
  /** An EngineOrder for each time that the main thread says `leave.forOrder`. */
  readonly orders: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly ringMemory: SharedArrayBuffer;
  readonly socket: UdpSocket;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type AudioThreadMessage =
  | { readonly type: 'scheduling'; readonly grant: SchedulingGrant }
  | {
      readonly type: 'running';
      readonly description: string;
      readonly periodFrames: number;
      /** Input + output buffers of the card, frames; 0 without a card. */
      readonly latencyFrames: number;
      /** As in GrantedDevice. */
      readonly inputs: number | null;
      readonly outputs: number | null;
    }
  /** No sound card plays: silence is sent, and the card is tried again every second. */
  | { readonly type: 'missing'; readonly problem: CardProblem; readonly error: string };

/** Interval between attempts to open a missing sound card. */
const RETRY_MS = 1000;

function makeSource(choice: InputChoice): Source {
  switch (choice.kind) {
    case 'alsa':
    case 'card':
    case 'silence':
      return silenceSource();
    case 'tone':
      return toneSource();
    case 'click':
      return clickSource();
    case 'samples':
      return bufferSource(choice.path, choice.samples, choice.loop);
  }
}

function makeSink(choice: OutputChoice): Sink | DeviceError {
  if (choice.kind !== 'file') return nullSink();
  const created = createWavFile(choice.path, 's16', 2);
  if (!created.ok) return { problem: 'sound-failed', error: `${choice.path}: ${created.error}` };
  const { writer } = created;
  return {
    description: choice.path,
    write(from, frames) {
      writer.write(from, frames);
    },
    close() {
      writer.close();
    },
  };
}

type OpeningSettings = Omit<AudioThreadSettings, 'card' | 'channels'> & {
  readonly card: CardOrder | undefined;
  readonly channels: CardChannels | undefined;
};

function openDevice(settings: OpeningSettings, source: Source, sink: Sink): AudioDevice | DeviceError {
  const { input, output, card, channels, periodFrames, periods } = settings;
  const isOrdered = input.kind === 'card' || output.kind === 'card';
  if (isOrdered && card !== undefined && 'missing' in card) return card.missing;
  const order = card === undefined || 'missing' in card ? undefined : card;
  /** Undefined: the card has no such direction; null: it is no card. */
  const nameOf = (choice: InputChoice | OutputChoice, direction: 'capture' | 'playback'): string | undefined | null => {
    if (choice.kind === 'alsa') return choice.name;
    if (choice.kind !== 'card') return null;
    return order === undefined ? choice.name : (order[direction] ?? undefined);
  };
  const capture = nameOf(input, 'capture');
  const playback = nameOf(output, 'playback');
  if (capture === null && playback === null) return clockDevice(source, sink, periodFrames);
  return openAlsaDevice({
    ...channels,
    capture: capture === null ? source : capture,
    playback: playback === null ? sink : playback,
    periodFrames,
    periods: periods ?? order?.periods ?? USUAL_PERIODS,
  });
}

/** The loop runs until stopped; a device that fails is replaced by the clock and silence until it is back. */
function prepare(data: AudioThreadData, post: (message: AudioThreadMessage) => void): () => void {
  const { settings } = data;
  const source = makeSource(settings.input);
  const sink = makeSink(settings.output);
  const shared = sharedAudio(data.memory);
  const engine = new Engine(shared, new MessageRing(data.ringMemory), data.socket, data.wasm);
  const standIn = (sound: Source): AudioDevice => clockDevice(sound, nullSink(), settings.periodFrames);
  const tone = standIn(toneSource());
  const silence = standIn(silenceSource());
  let toneStandsIn = settings.toneUntilFound;
  const standbyPeriods = Math.round((RETRY_MS * SAMPLE_RATE) / 1000 / settings.periodFrames);
  let lastError = '';
  const standBy = ({ problem, error }: DeviceError): void => {
    const report = toneStandsIn ? `${error}; a 440 Hz tone is sent instead` : error;
    if (report !== lastError) post({ type: 'missing', problem, error: report });
    lastError = report;
    const device = toneStandsIn ? tone : silence;
    device.recover();
    engine.run(device, standbyPeriods);
  };
  return () => {
    let { card: order, channels } = settings;
    while (Atomics.load(shared.controls, control.leave) !== leave.forGood) {
      // What is said after this makes the period loop return at once.
      Atomics.compareExchange(shared.controls, control.leave, leave.forOrder, leave.not);
      for (let received = receiveMessageOnPort(data.orders); received !== undefined; ) {
        const asked = received.message as EngineOrder;
        if ('channels' in asked) channels = asked.channels;
        else order = asked;
        received = receiveMessageOnPort(data.orders);
      }
      const card = 'error' in sink ? sink : openDevice({ ...settings, card: order, channels }, source, sink);
      if ('error' in card) {
        standBy(card);
        continue;
      }
      // A card whose clock stands still can be opened and started all the same: only a period says that it runs.
      const runs = engine.run(card, 1);
      if (Atomics.load(shared.controls, control.leave) !== leave.not) {
        card.close();
        continue;
      }
      if (runs) {
        lastError = '';
        toneStandsIn = false;
        const { bufferFrames, ...granted } = card.granted;
        post({ type: 'running', ...granted, latencyFrames: bufferFrames + card.queuedFrames() });
      }
      const kept = runs && engine.run(card);
      card.close();
      if (!kept && runs) standBy({ problem: 'card-gone', error: 'the sound card is gone' });
      else if (!kept) standBy({ problem: 'card-still', error: 'the sound card stands still' });
    }
    if (!('error' in sink)) sink.close();
  };
}

await runRealtimeThread(prepare);
