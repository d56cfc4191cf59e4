/**
 * The room's real-time part: one tick, a named step a line, turns what the players send into what each of them hears
 * (audio.md §5). It allocates nothing, throws nothing and blocks nowhere; the thread around it waits (room-thread.ts).
 */
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import { loadOpus } from '../../opus/codec.ts';
import { CODEC_KINDS } from './channel-output.ts';
import type { DatagramBatch } from './datagram-batch.ts';
import { LevelMeter } from './level-meter.ts';
import { Mixer } from './mixer.ts';
import { PeerTable } from './peer-table.ts';
import { type RecorderTapMemory, TapWriter } from './recorder-tap.ts';
import { REPORT_CHANNEL_ENDED, type ReportRing } from './report-ring.ts';
import { RoomChannel } from './room-channel.ts';
import { CHANNEL_WORDS, control, type RoomMemory, status, word } from './room-memory.ts';
import { type DatagramSource, RoomSocket } from './room-socket.ts';

/** Ticks from one level list to the next (sessions.md §5). */
const LEVEL_TICKS = { 64: 201, 128: 101 } as const;
/** The end of a channel is reported again about once a second. */
const ENDED_TICKS = { 64: 750, 128: 375 } as const;

export interface RoomEngineOptions {
  readonly room: RoomMemory;
  readonly ring: ReportRing;
  readonly tap: RecorderTapMemory;
  readonly source: DatagramSource;
  readonly batch: DatagramBatch;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Channel IDs are 0…maxChannels − 1; about 230 KiB each. */
  readonly maxChannels: number;
  /** Samples of a server frame. */
  readonly frameSamples: FrameSamples;
  readonly delayPanning: boolean;
}

export class RoomEngine {
  readonly #room: RoomMemory;
  readonly #ring: ReportRing;
  readonly #tap: TapWriter;
  readonly #batch: DatagramBatch;
  readonly #frame: FrameSamples;
  readonly #mixer: Mixer;
  readonly #meter: LevelMeter;
  readonly #table = new PeerTable();
  readonly #socket: RoomSocket;
  readonly #channels: readonly RoomChannel[];
  /** IDs of the channels that have a user whose time has not run down; the first `#activeCount` count. */
  readonly #active = new Int32Array(MAX_CHANNELS);
  /** A copy of one channel's words, taken whole. */
  readonly #words = new Int32Array(CHANNEL_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  readonly #locks = new Int32Array(MAX_CHANNELS);
  #activeCount = 0;
  #ordersSeen = 0;
  #recording = 0;
  #levelTicks = 0;
  #endedTicks = 0;
  #wakeDue = false;

  constructor(options: RoomEngineOptions) {
    const { room, maxChannels, frameSamples } = options;
    this.#room = room;
    this.#ring = options.ring;
    this.#batch = options.batch;
    this.#frame = frameSamples;
    this.#tap = new TapWriter(options.tap);
    this.#mixer = new Mixer(room, maxChannels, frameSamples, options.delayPanning);
    this.#meter = new LevelMeter(maxChannels);
    const library = loadOpus(options.wasm, 2 * CODEC_KINDS.length * maxChannels);
    this.#channels = Array.from(
      { length: maxChannels },
      (_, id) => new RoomChannel(id, frameSamples, library, room.status),
    );
    this.#socket = new RoomSocket(options.source, this.#table, this.#channels, options.ring, room.status);
  }

  /** True while nobody is in and no end of a channel is to be told. */
  get isIdle(): boolean {
    return this.#activeCount === 0 && this.#endedTicks === 0;
  }

  tick(): void {
    this.#wakeDue = false;
    this.#executeOrders();
    if (this.#socket.drain()) this.#wakeDue = true;
    this.#playAll();
    this.#measureLevels();
    this.#record();
    this.#mixAll();
    this.#reportEnded();
    if (this.#wakeDue) this.#wakeMainThread();
  }

  #executeOrders(): void {
    const { controls } = this.#room;
    const orders = Atomics.load(controls, control.orders);
    if (orders !== this.#ordersSeen) {
      this.#ordersSeen = orders;
      let peersChanged = false;
      for (let id = 0; id < this.#channels.length; id++) if (this.#executeChannelOrders(id)) peersChanged = true;
      if (peersChanged) this.#listActive();
    }
    const recording = Atomics.load(controls, control.recording);
    if (recording === this.#recording) return;
    this.#recording = recording;
    if ((recording & 1) === 1) this.#tap.begin();
  }

  /** Copies the channel's words, and uses them only if the main thread did not write meanwhile. True: another peer. */
  #executeChannelOrders(id: number): boolean {
    const { channels } = this.#room;
    const at = id * CHANNEL_WORDS;
    const lock = Atomics.load(channels, at + word.lock);
    if (lock === this.#locks[id]) return false;
    for (let i = 0; i < CHANNEL_WORDS; i++) this.#words[i] = channels[at + i] as number;
    if ((lock & 1) === 1 || Atomics.load(channels, at + word.lock) !== lock) {
      this.#ordersSeen--; // look again in the next tick
      return false;
    }
    this.#locks[id] = lock;
    const channel = this.#channels[id] as RoomChannel;
    if (!channel.execute(this.#words, this.#bytes)) return false;
    this.#mixer.forget(id);
    this.#meter.reset(id);
    this.#room.levels[id] = 0;
    this.#room.jitterBlocks[id] = 0;
    return true;
  }

  /** Lists who plays, and who has which peer. */
  #listActive(): void {
    this.#table.clear();
    this.#activeCount = 0;
    for (let id = 0; id < this.#channels.length; id++) {
      const channel = this.#channels[id] as RoomChannel;
      if (!channel.open || channel.ended) continue;
      this.#active[this.#activeCount] = id;
      this.#activeCount++;
      this.#table.add(id, channel.peerWords);
    }
  }

  #playAll(): void {
    let ended = false;
    for (let i = 0; i < this.#activeCount; i++) {
      const id = this.#active[i] as number;
      const channel = this.#channels[id] as RoomChannel;
      if (!channel.play(this.#mixer)) {
        channel.ended = true;
        ended = true;
      }
      channel.jitter.applyAuto();
      this.#room.jitterBlocks[id] = channel.jitter.size;
      if (channel.ended) this.#silence(id);
    }
    if (!ended) return;
    this.#listActive();
    this.#endedTicks = 1;
  }

  #silence(id: number): void {
    this.#mixer.forget(id);
    this.#room.jitterBlocks[id] = 0;
    this.#room.levels[id] = 0;
  }

  #measureLevels(): void {
    this.#levelTicks++;
    if (this.#levelTicks < LEVEL_TICKS[this.#frame]) return;
    this.#levelTicks = 0;
    if (this.#activeCount === 0) return;
    for (let i = 0; i < this.#activeCount; i++) {
      const id = this.#active[i] as number;
      this.#room.levels[id] = this.#meter.update(this.#mixer, id, this.#frame);
    }
    Atomics.add(this.#room.status, status.levelsDue, 1);
    this.#wakeDue = true;
  }

  #record(): void {
    if ((this.#recording & 1) === 0) return;
    for (let i = 0; i < this.#activeCount; i++) {
      const channel = this.#channels[this.#active[i] as number] as RoomChannel;
      if (channel.isMixed) this.#tap.write(this.#mixer, channel.id, channel.generation, channel.channels);
    }
    this.#tap.advance();
  }

  #mixAll(): void {
    for (let i = 0; i < this.#activeCount; i++) {
      const channel = this.#channels[this.#active[i] as number] as RoomChannel;
      if (!channel.listens) continue;
      this.#mixer.mix(channel.id, channel.channels, this.#active, this.#activeCount);
      channel.send(this.#mixer, this.#batch);
    }
    this.#batch.flush();
  }

  /** Until the main thread has closed them. */
  #reportEnded(): void {
    if (this.#endedTicks === 0) return;
    this.#endedTicks--;
    if (this.#endedTicks > 0) return;
    for (let id = 0; id < this.#channels.length; id++) {
      const channel = this.#channels[id] as RoomChannel;
      if (!channel.open || !channel.ended) continue;
      this.#endedTicks = ENDED_TICKS[this.#frame];
      this.#ring.push(REPORT_CHANNEL_ENDED, id, channel.generation, channel.peer, 0);
      this.#wakeDue = true;
    }
  }

  #wakeMainThread(): void {
    Atomics.add(this.#room.status, status.wake, 1);
    Atomics.notify(this.#room.status, status.wake);
  }
}
