/**
 * The jitter buffer of one stream: coded frames between the network and the decoder, with manual or automatic size
 * (protocol: jitter-buffer.md §1, §2). The client has one, a server one a client.
 * Period path: no allocation after construction.
 */
import { DEFAULT_JITTER_BLOCKS, MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import type { FrameSamples } from '../jamulus/stream-format.ts';
import { JitterStatistics } from './jitter-statistics.ts';
import { ReceiveWindows } from './receive-window.ts';

/** Largest coded frame; the largest in use is raw stereo of 128 samples with 512 bytes. */
export const MAX_FRAME_BYTES = 1024;
/** The largest block factor of the protocol (constants.md). */
const MAX_DATAGRAM_FRAMES = 4;
/** Power of two above MAX_JITTER_BLOCKS that divides 256: a frame's slot is simply its number modulo this. */
const SLOTS = 32;

export class JitterBuffer {
  readonly #window = new ReceiveWindows([DEFAULT_JITTER_BLOCKS]);
  readonly #statistics = new JitterStatistics();
  readonly #data = new Uint8Array(SLOTS * MAX_FRAME_BYTES);
  readonly #counts = new Int32Array(5);
  #frameBytes = 0;
  #sequenceNumbers = false;
  #auto = true;
  /** Without sequence numbers: the slot to read next. */
  #readSlot = 0;

  /**
   * (Re)initialises for a new format: empties the buffer and restarts the statistics; size, automatic mode and
   * counters stay. Before the first call every put is rejected.
   * @param frameBytes coded bytes N of a frame, without the sequence byte, 1…1024; anything else is a bug and throws
   */
  configure(frameBytes: number, frameSamples: FrameSamples, sequenceNumbers: boolean): void {
    if (!(frameBytes >= 1 && frameBytes <= MAX_FRAME_BYTES)) throw new RangeError('frame size out of range');
    this.#frameBytes = frameBytes;
    this.#sequenceNumbers = sequenceNumbers;
    this.#readSlot = 0;
    this.#counts[4] = 0;
    this.#window.clear();
    this.#statistics.configure(frameSamples, sequenceNumbers);
  }

  /**
   * Takes a whole datagram (§1.1, §1.3). Compare its length with the announced one first (audio.md §2): a wrong one
   * is rejected here too, but counts as an error in the statistics of the automatic size.
   * @returns false if it was rejected: no multiple of the frame size, more than 4 frames, or (without sequence
   *   numbers) no room
   */
  put(src: Uint8Array, offset: number, length: number): boolean {
    this.#count(0);
    const strideBytes = this.#frameBytes + (this.#sequenceNumbers ? 1 : 0);
    const frames = (length / strideBytes) | 0;
    if (
      this.#frameBytes === 0 ||
      frames < 1 ||
      frames > MAX_DATAGRAM_FRAMES ||
      frames * strideBytes !== length ||
      offset < 0 ||
      offset + length > src.length
    ) {
      this.#count(1);
      this.#statistics.putRejected();
      return false;
    }
    this.#statistics.put(src, offset, frames, strideBytes);
    if (this.#sequenceNumbers) {
      for (let frame = 0; frame < frames; frame++) {
        const start = offset + frame * strideBytes;
        const number = src[start + this.#frameBytes] as number;
        this.#window.place(0, number);
        this.#store(number, src, start);
      }
      return true;
    }
    const writeSlot = this.#readSlot + this.#window.span(0);
    if (this.#window.append(0, frames) === 0) {
      this.#count(1);
      return false;
    }
    for (let frame = 0; frame < frames; frame++) this.#store(writeSlot + frame, src, offset + frame * strideBytes);
    return true;
  }

  /**
   * Takes the next frame out (§1.2, §1.3) and updates the automatic size.
   * @param dst receives `frameBytes` bytes at `dstOffset`, or is left alone on a miss
   * @returns false for a miss: conceal
   */
  get(dst: Uint8Array, dstOffset: number): boolean {
    this.#count(2);
    let hit = 0;
    let slot = this.#readSlot;
    if (this.#sequenceNumbers) {
      slot = this.#window.expected[0] as number;
      hit = this.#window.advance(0);
    } else {
      hit = this.#window.shift(0);
      this.#readSlot = (slot + hit) % SLOTS;
    }
    this.#statistics.get();
    if (hit === 0) {
      this.#count(3);
      this.#count(4);
      return false;
    }
    this.#counts[4] = 0;
    const from = (slot % SLOTS) * MAX_FRAME_BYTES;
    for (let i = 0; i < this.#frameBytes; i++) dst[dstOffset + i] = this.#data[from + i] as number;
    return true;
  }

  /** Sets the size in blocks, preserving the content (§1.4); values outside 1…20 become the nearest of these. */
  setSize(blocks: number): void {
    this.#window.resize(0, Math.min(Math.max(blocks | 0, 1), MAX_JITTER_BLOCKS));
  }

  /** Switches the automatic size on or off. The size itself stays until `applyAuto` or `setSize`. */
  setAuto(on: boolean): void {
    this.#auto = on;
  }

  /**
   * Applies the automatic size if automatic mode is on. Client: after each internal audio block; server: each tick.
   * @returns true if the size changed (a server then announces it)
   */
  applyAuto(): boolean {
    if (!this.#auto || this.#statistics.blocks === this.size) return false;
    this.setSize(this.#statistics.blocks);
    return true;
  }

  /** Size in blocks, 1…20. */
  get size(): number {
    return this.#window.sizes[0] as number;
  }

  /** The size that automatic mode wants, in blocks 2…11; kept up to date in manual mode too. */
  get autoSize(): number {
    return this.#statistics.blocks;
  }

  /** True in automatic mode. */
  get auto(): boolean {
    return this.#auto;
  }

  /** Frames that are present now, 0…20. */
  get filledBlocks(): number {
    let rest = this.#window.present[0] as number;
    let blocks = 0;
    for (; rest !== 0; rest &= rest - 1) blocks++;
    return blocks;
  }

  /** Misses in a row up to now. This and the counters below are 32 bits wide and wrap: compare by difference. */
  get missRun(): number {
    return this.#counts[4] as number;
  }

  /** Datagrams offered. */
  get puts(): number {
    return this.#counts[0] as number;
  }

  /** Datagrams rejected. */
  get putErrors(): number {
    return this.#counts[1] as number;
  }

  /** Frames asked for. */
  get gets(): number {
    return this.#counts[2] as number;
  }

  /** Frames that were missing. */
  get misses(): number {
    return this.#counts[3] as number;
  }

  /** The filtered automatic size before rounding, in blocks. For tests and status, not for the period path. */
  get filteredBlocks(): number {
    return this.#statistics.filteredBlocks;
  }

  #count(index: 0 | 1 | 2 | 3 | 4): void {
    this.#counts[index] = (this.#counts[index] as number) + 1;
  }

  #store(slot: number, src: Uint8Array, start: number): void {
    const to = (slot % SLOTS) * MAX_FRAME_BYTES;
    for (let i = 0; i < this.#frameBytes; i++) this.#data[to + i] = src[start + i] as number;
  }
}
