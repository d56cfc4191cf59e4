/**
 * The jitter buffer of jitter-buffer.md §1 and §2, written down literally and slowly, to compare the real one with:
 * an array of slots with flags and a read index, and lists of events.
 */
type Slot = number | undefined;

export class ReferenceBuffer {
  slots: Slot[];
  read = 0;
  expected = 0;
  queue: number[] = [];
  readonly sequenceNumbers: () => boolean;

  constructor(size: number, sequenceNumbers: () => boolean) {
    this.slots = new Array<Slot>(size).fill(undefined);
    this.sequenceNumbers = sequenceNumbers;
  }

  get size(): number {
    return this.slots.length;
  }

  clear(): void {
    this.slots.fill(undefined);
    this.read = 0;
    this.queue = [];
  }

  /** Frames as [sequence number, content]. */
  put(frames: readonly (readonly [number, number])[]): boolean {
    if (!this.sequenceNumbers()) {
      if (this.queue.length + frames.length > this.size) return false;
      for (const [, content] of frames) this.queue.push(content);
      return true;
    }
    for (const [number, content] of frames) this.#place(number, content);
    return true;
  }

  #place(number: number, content: number): void {
    const size = this.size;
    let d = number - this.expected;
    if (d < -128) d += 256;
    if (d >= 128) d -= 256;
    let slot: number;
    if (d < 0) {
      for (let i = 0; i < -d; i++) {
        this.slots[this.read] = undefined;
        this.expected = (this.expected + 255) % 256;
        this.read = (this.read + size - 1) % size;
      }
      slot = this.read;
    } else if (d >= size) {
      for (let i = 0; i < d - size + 1; i++) {
        this.slots[this.read] = undefined;
        this.expected = (this.expected + 1) % 256;
        this.read = (this.read + 1) % size;
      }
      slot = (this.read + size - 1) % size;
    } else {
      slot = (this.read + d) % size;
    }
    this.slots[slot] = content;
  }

  get(): Slot {
    if (!this.sequenceNumbers()) return this.queue.shift();
    const content = this.slots[this.read];
    this.slots[this.read] = undefined;
    this.read = (this.read + 1) % this.size;
    this.expected = (this.expected + 1) % 256;
    return content;
  }

  resize(size: number): void {
    const inOrder = this.slots.map((_, i) => this.slots[(this.read + i) % this.size]);
    this.slots = Array.from({ length: size }, (_, i) => inOrder[i]);
    this.read = 0;
    this.queue = this.queue.slice(0, size);
  }

  filled(): number {
    return this.sequenceNumbers() ? this.slots.filter((slot) => slot !== undefined).length : this.queue.length;
  }
}

class ErrorRate {
  events: number[] = [];
  last = 1;

  add(error: number, window: number): void {
    if (error === 1 && this.last === 1) return;
    this.last = error;
    this.events.push(error);
    if (this.events.length > window) this.events.shift();
  }

  average(): number {
    if (this.events.length === 0) return 1;
    return this.events.reduce((sum, error) => sum + error, 0) / this.events.length;
  }
}

const CONSTANTS = {
  128: { W: 11000, E: 0.0005, U: 0.01, up: 0.999995, down: 0.9999, fastUp: 0.9995, fastDown: 0.999 },
  64: {
    W: 22500,
    E: 0.00025,
    U: 0.005,
    up: 0.9999975,
    down: 0.99994999875,
    fastUp: 0.9997499687422,
    fastDown: 0.999499875,
  },
};

/** The real buffer and its ten simulated ones. */
export class ReferenceJitterBuffer {
  sequenceNumbers = true;
  readonly real = new ReferenceBuffer(10, () => this.sequenceNumbers);
  readonly simulated = Array.from({ length: 10 }, (_, i) => new ReferenceBuffer(i + 2, () => this.sequenceNumbers));
  rates: ErrorRate[] = [];
  f = 6;
  autoSize = 6;
  init = 0;
  constants = CONSTANTS[128];

  configure(frameSamples: 64 | 128, sequenceNumbers: boolean): void {
    this.sequenceNumbers = sequenceNumbers;
    this.constants = CONSTANTS[frameSamples];
    this.real.clear();
    for (const buffer of this.simulated) buffer.clear();
    this.rates = this.simulated.map(() => new ErrorRate());
    this.f = 6;
    this.autoSize = 6;
    this.init = Math.floor(this.constants.W / 4);
  }

  put(frames: readonly (readonly [number, number])[] | 'wrong length'): boolean {
    this.simulated.forEach((buffer, i) => {
      const stored = frames !== 'wrong length' && buffer.put(frames);
      this.rates[i]!.add(stored ? 0 : 1, this.constants.W);
    });
    return frames !== 'wrong length' && this.real.put(frames);
  }

  get(): Slot {
    const content = this.real.get();
    this.simulated.forEach((buffer, i) => {
      this.rates[i]!.add(buffer.get() === undefined ? 1 : 0, this.constants.W);
    });
    this.#update();
    return content;
  }

  #update(): void {
    const { W, E, U, up, down, fastUp, fastDown } = this.constants;
    const averages = this.rates.map((rate) => rate.average());
    const dec = [2, 3, 4, 5, 6, 7, 8, 9, 10].find((size) => averages[size - 2]! <= E) ?? 11;
    let least = [2, 3, 4, 5, 6, 7, 8, 9, 10].find((size) => averages[size - 2]! <= U);
    if (least === undefined) {
      least = 11;
      this.init = Math.floor(W / 4);
    }
    let fast = false;
    if (this.init > 0) {
      this.init -= 1;
      fast = true;
    }
    if (this.autoSize < least) fast = true;
    const [wu, wd] = fast ? [fastUp, fastDown] : [up, down];
    if (dec < this.f) this.f = this.f * wd + (1 - wd) * dec;
    else this.f = this.f * wu + (1 - wu) * dec;
    this.autoSize = this.f > 6 ? Math.round(this.f - 0.1) : Math.round(this.f + 0.1);
    if (this.init === Math.floor(W / 8) && averages[9]! > E) this.rates = this.simulated.map(() => new ErrorRate());
  }
}
