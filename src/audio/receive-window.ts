/**
 * Which frames are present in a jitter buffer: the window rules without the audio data, for one or several buffers
 * of different sizes at once (protocol: jitter-buffer.md §1). Period path: no allocation after construction.
 *
 * A buffer is one integer: bit i says whether the frame that is read i gets from now is present. The reference's ring
 * with a read index behaves the same, because every slot that its window wraps around is cleared or overwritten. The largest one, MAX_JITTER_BLOCKS, fits an integer of 31 bits.
 */

export class ReceiveWindows {
  /** Sizes in blocks, 1…20. */
  readonly sizes: Int32Array;
  /** Bit i = frame `expected` + i is present. */
  readonly present: Int32Array;
  /** Sequence number (0…255) of the frame that the next get reads. Never reset (§1). */
  readonly expected: Int32Array;

  constructor(sizes: readonly number[]) {
    this.sizes = Int32Array.from(sizes);
    this.present = new Int32Array(sizes.length);
    this.expected = new Int32Array(sizes.length);
  }

  /** Forgets all frames; the expected numbers stay (§1). */
  clear(): void {
    this.present.fill(0);
  }

  /** Put with a sequence number 0…255 (§1.1): moves the window as far as needed and never fails. */
  place(index: number, number: number): void {
    const size = this.sizes[index] as number;
    const present = this.present[index] as number;
    const distance = ((number - (this.expected[index] as number)) << 24) >> 24;
    if (distance < 0) {
      // Too late: the window slides back. As in the reference the frame that was next to be read is lost by that.
      this.expected[index] = number;
      this.present[index] = -distance < size ? (((present & ~1) << -distance) & ((1 << size) - 1)) | 1 : 1;
    } else if (distance < size) {
      this.present[index] = present | (1 << distance);
    } else {
      const slide = distance - size + 1;
      this.expected[index] = ((this.expected[index] as number) + slide) & 255;
      this.present[index] = (slide < size ? present >>> slide : 0) | (1 << (size - 1));
    }
  }

  /** Get with sequence numbers (§1.2): always advances. Returns 1 for a frame, 0 for a miss. */
  advance(index: number): 0 | 1 {
    const present = this.present[index] as number;
    this.present[index] = present >>> 1;
    this.expected[index] = ((this.expected[index] as number) + 1) & 255;
    return (present & 1) as 0 | 1;
  }

  /** Put without sequence numbers (§1.3): all frames (0…20) of a datagram or none. Returns 1 if they fitted. */
  append(index: number, frames: number): 0 | 1 {
    const present = this.present[index] as number;
    if (this.span(index) + frames > (this.sizes[index] as number)) return 0;
    this.present[index] = (present << frames) | ((1 << frames) - 1);
    return 1;
  }

  /** Get without sequence numbers (§1.3): an empty buffer doesn't advance. Returns 1 for a frame, 0 for a miss. */
  shift(index: number): 0 | 1 {
    const present = this.present[index] as number;
    this.present[index] = present >>> 1;
    return (present & 1) as 0 | 1;
  }

  /** Gets until the last present frame has been read; without sequence numbers this is the number of frames. */
  span(index: number): number {
    return 32 - Math.clz32(this.present[index] as number);
  }

  /** Changes a size to 1…20 blocks and keeps the frames that are read first (§1.4). */
  resize(index: number, size: number): void {
    this.sizes[index] = size;
    this.present[index] = (this.present[index] as number) & ((1 << size) - 1);
  }
}
