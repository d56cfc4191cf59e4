/** The main thread's handle on the audio thread: starts and stops it, writes its controls, reads its counters. */

import { MessageChannel } from 'node:worker_threads';
import type { CardChannels } from '../box/effects.ts';
import type { SoundControls } from '../box/sound-controls.ts';
import type { StreamFormat } from '../jamulus/stream-format.ts';
import type { UdpSocket } from '../linux/udp-socket.ts';
import type { AudioThreadData, AudioThreadMessage, AudioThreadSettings, EngineOrder } from './audio-thread.ts';
import type { CardOrder } from './device.ts';
import { ChannelMode, InputControl } from './input-stage.ts';
import { createRingMemory, MessageRing, type RingRecord } from './message-ring.ts';
import { OutputControl } from './output-stage.ts';
import { startRealtimeThread, type ThreadReport } from './realtime-thread.ts';
import { control, leave, type SharedAudio, sharedAudio, status, writeStream } from './shared.ts';

export interface AudioEngineOptions extends AudioThreadSettings {
  readonly socket: UdpSocket;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Datagrams and the arrival of audio, in order. */
  readonly onRecord: (record: RingRecord) => void;
  /** What the thread has to tell: its rights, the device coming and going. */
  readonly onMessage: (message: AudioThreadMessage) => void;
}

const INPUT_MODES = {
  mono: ChannelMode.mono,
  'mono-in-stereo-out': ChannelMode.monoInStereoOut,
  stereo: ChannelMode.stereo,
} as const;

export interface AudioEngine {
  readonly shared: SharedAudio;
  setControls(controls: SoundControls): void;
  /** `peer`: the server, as in PeerAddress. */
  setStream(format: StreamFormat | null, peer: Uint8Array): void;
  setJitter(auto: boolean, blocks: number): void;
  /** Watches for feedback for the next 3 s, or no more; whatever the guard has closed is open again. */
  watchFeedback(watch: boolean): void;
  resetClip(): void;
  /** Clears histograms, largest values and their count. */
  resetStatistics(): void;
  /** Messages dropped because the main thread did not fetch them. */
  droppedMessages(): number;
  /** Gives the present card back and opens what the order says, for inputs and outputs of the kind 'card'. */
  orderCard(order: CardOrder): void;
  /** Opens the present card again with these channels. */
  orderChannels(channels: CardChannels): void;
  /** Ends the thread and gives the device back. */
  stop(): Promise<ThreadReport | undefined>;
}

/** Records handled before other events of the main thread get their turn. */
const RECORDS_PER_TURN = 256;

export function startAudioEngine(options: AudioEngineOptions): AudioEngine {
  const { socket, wasm, onRecord, onMessage, ...settings } = options;
  const shared = sharedAudio();
  const ringMemory = createRingMemory();
  const ring = new MessageRing(ringMemory);
  const { controls } = shared;
  const bump = (at: number): void => {
    Atomics.add(controls, at, 1);
  };

  const command = (order: EngineOrder): void => {
    orders.postMessage(order);
    Atomics.compareExchange(controls, control.leave, leave.not, leave.forOrder);
  };
  const { port1: orders, port2: theirs } = new MessageChannel();
  // An open port would keep the process from ending by itself.
  orders.unref();
  const data: AudioThreadData = { settings, orders: theirs, memory: shared.memory, ringMemory, socket, wasm };
  const thread = startRealtimeThread<AudioThreadData, AudioThreadMessage>({
    file: new URL('./audio-thread.ts', import.meta.url),
    data,
    transferList: [theirs],
    words: shared.status,
    wakeAt: status.wake,
    onWake() {
      for (let n = 0; n < RECORDS_PER_TURN; n++) {
        const record = ring.shift();
        if (record === undefined) return false;
        onRecord(record);
      }
      return true;
    },
    onStarted(grant) {
      if (grant !== undefined) onMessage({ type: 'scheduling', grant });
    },
    onMessage,
  });

  return {
    shared,
    setControls(wanted) {
      const { input, output } = shared;
      input[InputControl.muted] = wanted.muted ? 1 : 0;
      input[InputControl.microphoneClosed] = wanted.microphoneClosed ? 1 : 0;
      input[InputControl.gain] = wanted.inputGain;
      input[InputControl.boost] = wanted.boost;
      input[InputControl.fader] = wanted.inputPan * 100;
      input[InputControl.mode] = INPUT_MODES[wanted.inputMode];
      output[OutputControl.network] = 1;
      output[OutputControl.muted] = wanted.muted ? 1 : 0;
      output[OutputControl.ownWhileMuted] = 1;
      output[OutputControl.monitor] = wanted.monitorGain;
      output[OutputControl.monitorPan] = wanted.monitorPan * 100;
      output[OutputControl.master] = wanted.master;
      output[OutputControl.ownFader] = wanted.ownFader;
    },
    setStream(format, peer) {
      writeStream(shared, format, peer);
    },
    setJitter(auto, blocks) {
      controls[control.jitterBlocks] = blocks;
      controls[control.jitterAuto] = auto ? 1 : 0;
    },
    watchFeedback(watch) {
      const before = Atomics.load(controls, control.guardOrder);
      Atomics.store(controls, control.guardOrder, before + ((before & 1) === Number(watch) ? 2 : 1));
    },
    resetClip: () => bump(control.clipReset),
    resetStatistics: () => bump(control.statisticsReset),
    droppedMessages: () => ring.dropped(),
    orderCard: command,
    orderChannels: (channels) => command({ channels }),
    async stop() {
      Atomics.store(controls, control.leave, leave.forGood);
      const report = await thread.ended();
      orders.close();
      return report;
    },
  };
}
