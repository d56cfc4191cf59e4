/**
 * One channel in the room thread: what its peer sends becomes frames of the server's length, the mix for it becomes its
 * datagrams (audio.md §2, §3, §5.2), and its time runs down (sessions.md §2). Period path but for the constructor.
 */
import { JitterBuffer } from '../../audio/jitter-buffer.ts';
import { MAX_JITTER_BLOCKS } from '../../jamulus/limits.ts';
import { PEER_ADDRESS_BYTES } from '../../linux/udp-socket.ts';
import { createDecoder, type OpusDecoder, type OpusLibrary } from '../../opus/codec.ts';
import { MAX_ROOM_FRAME_BYTES } from '../room-ports.ts';
import { ChannelOutput, CODEC_KINDS, codecKind } from './channel-output.ts';
import type { DatagramBatch } from './datagram-batch.ts';
import type { Mixer } from './mixer.ts';
import { PEER_WORDS } from './peer-table.ts';
import { FORMAT_WORDS, MIXING, status, word } from './room-memory.ts';

/** 30 s (sessions.md §2). */
const TIMEOUT_SAMPLES = 1_440_000;
/** What a tick takes off the time of a channel without format, whatever the tick's length (sessions.md §2). */
const UNCONFIGURED_SAMPLES = 128;
/** A gap longer than a quarter of a second is not concealed any more: the codec would go on for ever. */
const MAX_CONCEALED_SAMPLES = 12_000;
/** Datagrams until a newcomer is heard in full, three seconds, by samples of a frame (audio.md §5.3). */
const FADE_FRAMES = { 64: 2250, 128: 1125 } as const;
/** Below this a sample is silence: what Opus makes of digital silence is not exactly 0. */
const SILENCE = 1e-9;

export class RoomChannel {
  readonly id: number;
  readonly jitter = new JitterBuffer();
  readonly peerWords = new Int32Array(PEER_WORDS);
  /** The same, as a PeerAddress. */
  readonly peer = new Uint8Array(this.peerWords.buffer);
  /** It has a user, as far as the main thread knows. */
  open = false;
  /** Its time has run down; the main thread is being told so. */
  ended = false;
  generation = 0;
  identified = false;
  /** Samples of a coded frame; 0: no format yet. */
  frameSamples = 0;
  channels = 1;
  readonly #serverFrame: number;
  readonly #counts: Int32Array;
  readonly #output: ChannelOutput;
  readonly #decoders: readonly OpusDecoder[];
  #decoder: OpusDecoder;
  /** The words of the format that is in use, in the order of `word`. */
  readonly #format = new Int32Array(FORMAT_WORDS);
  #frameBytes = 0;
  #raw = false;
  #datagramBytes = 0;
  #timeLeft = 0;
  #mixing: number = MIXING.no;
  #mixingOrder = 0;
  /** Frames that came before consent and may still lie in the jitter buffer. */
  #framesWithheld = 0;
  #fadeCount = 0;
  #fadeMax = 1;
  readonly #rawBytes = new Uint8Array(MAX_ROOM_FRAME_BYTES);
  /** A frame has come since the format was set. */
  #heard = false;
  /** There is sound in the decoder (raw: in the bytes). */
  #hasContent = false;
  /** The second half of a long frame is still to be played. */
  #halfLeft = false;

  constructor(id: number, serverFrame: number, library: OpusLibrary, counts: Int32Array) {
    this.id = id;
    this.#serverFrame = serverFrame;
    this.#counts = counts;
    this.#output = new ChannelOutput(serverFrame, library, counts);
    this.#decoders = CODEC_KINDS.map((format) => createDecoder(library, format));
    this.#decoder = this.#decoders[0] as OpusDecoder;
  }

  /**
   * Takes the channel's words as the main thread has written them.
   * @returns true if the channel has another peer than before, or none any more
   */
  execute(words: Int32Array, bytes: Uint8Array): boolean {
    if (words[word.open] === 0) {
      const wasOpen = this.open;
      this.open = false;
      return wasOpen;
    }
    const isNew = !this.open || words[word.generation] !== this.generation;
    if (isNew) this.#begin(words, bytes);
    this.identified = words[word.identified] === 1;
    this.#setMixing(words);
    this.#setFormat(words);
    const auto = words[word.jitterAuto] === 1;
    const blocks = words[word.jitterBlocks] as number;
    this.jitter.setAuto(auto);
    if (!auto && blocks !== this.jitter.size) this.jitter.setSize(blocks);
    return isNew;
  }

  #begin(words: Int32Array, bytes: Uint8Array): void {
    for (let i = 0; i < PEER_ADDRESS_BYTES; i++) this.peer[i] = bytes[word.peer * 4 + i] as number;
    this.open = true;
    this.ended = false;
    this.generation = words[word.generation] as number;
    this.#timeLeft = TIMEOUT_SAMPLES;
    this.#fadeCount = 0;
    this.#mixing = MIXING.yes;
    this.#mixingOrder = 0;
    this.#framesWithheld = 0;
    this.#format.fill(0);
    this.#clearFormat();
    this.jitter.setSize(words[word.jitterBlocks] as number);
  }

  #setMixing(words: Int32Array): void {
    const order = words[word.mixingOrder] as number;
    if (order === this.#mixingOrder) return;
    this.#mixingOrder = order;
    const mixing = words[word.mixing] as number;
    if (mixing === MIXING.yes && this.#mixing !== MIXING.yes) this.#resetDecoder();
    this.#mixing = mixing;
    this.#framesWithheld = 0;
  }

  #setFormat(words: Int32Array): void {
    const format = this.#format;
    const wasSilent = format[0] === 0;
    let same = true;
    let sameCodec = true;
    for (let i = 0; i < FORMAT_WORDS; i++) {
      if (format[i] === words[word.frameSamples + i]) continue;
      same = false;
      if (i !== word.frameBytes - word.frameSamples && i !== word.sequenceNumbers - word.frameSamples)
        sameCodec = false;
      format[i] = words[word.frameSamples + i] as number;
    }
    if (same || (wasSilent && format[0] === 0)) return;
    this.#clearFormat();
    if (words[word.frameSamples] === 0) return;
    this.frameSamples = words[word.frameSamples] as number;
    this.channels = words[word.channels] as number;
    this.#frameBytes = words[word.frameBytes] as number;
    this.#raw = words[word.raw] === 1;
    const blockFactor = words[word.blockFactor] as number;
    const sequenceNumbers = words[word.sequenceNumbers] as number;
    this.#datagramBytes = (this.#frameBytes + sequenceNumbers) * blockFactor;
    const frameSamples = this.frameSamples === 64 ? 64 : 128;
    this.#fadeMax = (FADE_FRAMES[frameSamples] / blockFactor) | 0;
    this.jitter.configure(this.#frameBytes, frameSamples, sequenceNumbers === 1);
    this.#output.configure(format, !sameCodec);
    this.#decoder = this.#decoders[codecKind(frameSamples, this.channels)] as OpusDecoder;
    if (!sameCodec) this.#resetDecoder();
    // Half of the channels decode and encode in even ticks, the others in odd ones.
    if (frameSamples > this.#serverFrame) this.#halfLeft = (this.id & 1) === 1;
  }

  #clearFormat(): void {
    this.frameSamples = 0;
    this.#datagramBytes = 0;
    this.#fadeMax = FADE_FRAMES[128];
    this.#heard = false;
    this.#hasContent = false;
    this.#halfLeft = false;
  }

  #resetDecoder(): void {
    this.#decoder.reset();
    this.#heard = false;
    this.#hasContent = false;
  }

  /** True while others hear it, so that it is recorded, too. */
  get isMixed(): boolean {
    return this.#mixing === MIXING.yes && this.#framesWithheld === 0 && this.frameSamples !== 0;
  }

  /** A datagram of the peer that is no message; false if it is no audio of the announced size. */
  receive(datagram: Uint8Array, length: number): boolean {
    this.#timeLeft = TIMEOUT_SAMPLES;
    if (length !== this.#datagramBytes) return false;
    if (this.#mixing === MIXING['once-silent'] && this.#beginsSilent(datagram)) {
      this.#mixing = MIXING.yes;
      this.#framesWithheld = MAX_JITTER_BLOCKS;
      this.#resetDecoder();
    }
    if (this.identified && this.#fadeCount < FADE_FRAMES[64]) this.#fadeCount++;
    this.jitter.put(datagram, 0, length);
    return true;
  }

  /** The first frame is that of digital silence (audio.md §1.1; silenceFrame() of jamulus/transport.ts). */
  #beginsSilent(datagram: Uint8Array): boolean {
    let i = 0;
    if (!this.#raw) {
      if (datagram[0] !== (this.channels === 2 ? 4 : 0) || datagram[1] !== 0xff || datagram[2] !== 0xfe) return false;
      i = 3;
    }
    while (i < this.#frameBytes && datagram[i] === 0) i++;
    return i === this.#frameBytes;
  }

  /**
   * Plays one server frame into the mixer's planes.
   * @returns false when the time-out has run down
   */
  play(mixer: Mixer): boolean {
    const serverFrame = this.#serverFrame;
    if (mixer.delayPanning) mixer.keepHistory(this.id);
    mixer.fades[this.id] = this.#fadeCount < this.#fadeMax ? this.#fadeCount / this.#fadeMax : 1;
    const before = mixer.sides[this.id] as number;
    let loud = false;
    if (this.frameSamples === 0) {
      this.#timeLeft -= UNCONFIGURED_SAMPLES;
    } else if (this.frameSamples > serverFrame) {
      if (!this.#halfLeft) this.#takeFrame();
      loud = this.#copyOut(mixer, this.#halfLeft ? serverFrame : 0, 0, serverFrame);
      this.#halfLeft = !this.#halfLeft;
    } else {
      for (let at = 0; at < serverFrame; at += this.frameSamples) {
        this.#takeFrame();
        if (this.#copyOut(mixer, 0, at, this.frameSamples)) loud = true;
      }
    }
    // With delay panning the end of the last frame is still to be heard.
    mixer.sides[this.id] = loud ? this.channels : mixer.delayPanning && before > 0 && !this.#wasQuiet ? before : 0;
    this.#wasQuiet = !loud;
    return this.#timeLeft > 0;
  }

  #wasQuiet = true;

  /** One frame out of the jitter buffer into the decoder. */
  #takeFrame(): void {
    const counts = this.#counts;
    this.#timeLeft -= this.frameSamples;
    const hit = this.jitter.get(this.#raw ? this.#rawBytes : this.#decoder.bytes, 0);
    counts[status.gets] = ((counts[status.gets] as number) + 1) | 0;
    if (hit) this.#heard = true;
    else counts[status.misses] = ((counts[status.misses] as number) + 1) | 0;
    this.#hasContent = false;
    if (this.#framesWithheld > 0) {
      this.#framesWithheld--;
      return;
    }
    if (this.#mixing !== MIXING.yes) return;
    if (this.#raw) {
      this.#hasContent = hit;
      return;
    }
    if (!hit && (!this.#heard || this.jitter.missRun * this.frameSamples > MAX_CONCEALED_SAMPLES)) return;
    this.#hasContent = true;
    if ((hit ? this.#decoder.decode(this.#frameBytes) : this.#decoder.conceal()) < 0) {
      counts[status.codecErrors] = ((counts[status.codecErrors] as number) + 1) | 0;
    }
  }

  /** Copies `count` samples of each side from sample `from` of the decoded frame to `to` of the planes; false: silence. */
  #copyOut(mixer: Mixer, from: number, to: number, count: number): boolean {
    const { samples } = mixer;
    const { channels } = this;
    const pcm = this.#decoder.pcm;
    const bytes = this.#rawBytes;
    let loud = false;
    for (let side = 0; side < channels; side++) {
      const at = mixer.plane(this.id, side === 0 ? 0 : 1) + to;
      let source = from * channels + side;
      if (!this.#hasContent) {
        for (let i = 0; i < count; i++) samples[at + i] = 0;
      } else if (this.#raw) {
        for (let i = 0; i < count; i++, source += channels) {
          const sample = (((bytes[2 * source] as number) | ((bytes[2 * source + 1] as number) << 8)) << 16) >> 16;
          samples[at + i] = sample / 32768;
          if (sample !== 0) loud = true;
        }
      } else {
        for (let i = 0; i < count; i++, source += channels) {
          const sample = pcm[source] as number;
          samples[at + i] = sample;
          if (sample > SILENCE || sample < -SILENCE) loud = true;
        }
      }
    }
    return loud;
  }

  /** True when the peer gets audio (audio.md §5.4). */
  get listens(): boolean {
    return this.identified && this.frameSamples !== 0;
  }

  /** Codes the mixer's mix; a datagram that is complete goes into the batch. */
  send(mixer: Mixer, batch: DatagramBatch): void {
    this.#output.send(mixer, batch, this.peer);
  }
}
