/**
 * A 128x64 OLED on an I2C bus: brings its RAM to the wanted frame, one short transfer at a time, and brings a display
 * that has been away back. Knows no clock.
 *
 * Time on the bus at 400 kHz: 22.5 µs a byte, with the address byte. A run of n columns is one transfer of n + 8 bytes
 * that says where it goes, so a transfer that fails leaves no half-told position behind:
 *   one 6x8 character       6 columns      0.3 ms
 *   one row, whole        128 columns      3.4 ms (three transfers)
 *   the whole frame      1024 columns     27.4 ms (24 transfers): more than half of the bus at 20 frames a second
 * Hence changed columns only. Runs are joined when the gap is shorter than the 8 bytes that a second transfer costs.
 */
import { command, type OledChip } from './chip.ts';
import type { I2cBus } from './i2c-bus.ts';

export const FRAME_COLUMNS = 128;
/** Page order: byte = 8 pixels below each other, least significant bit on top; 8 pages of 128 columns. */
export const FRAME_BYTES = 1024;

export interface OledOptions {
  readonly chip: OledChip;
  readonly bus: I2cBus;
  /** 7 bits: 0x3c or 0x3d. */
  readonly address: number;
  /** Turned by 180°. */
  readonly rotated: boolean;
}

/** 'silent': the last transfer failed; it is tried again with growing pauses. */
export type OledState = 'starting' | 'working' | 'silent';

/** At most 20 frames a second. */
const FRAME_MS = 50;
/** Bytes in one transfer that are no pixels, with the address. */
const OVERHEAD_BYTES = 8;
/** 55 bytes in a transfer at most: no longer than 1.3 ms, and USB bridges (CP2112) take no more than 61. */
const MAX_RUN = 48;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;
/** A display that nothing is said to is asked this often whether it is there. */
const ASK_MS = 1000;
/** Control bytes: "one command byte follows", "commands to the end", "pixels to the end". */
const ONE_COMMAND = 0x80;
const COMMANDS = 0x00;
const PIXELS = 0x40;
/** What the display RAM holds after power-on. */
const UNKNOWN = -1;

export class Oled {
  readonly #options: OledOptions;
  readonly #wanted = new Uint8Array(FRAME_BYTES);
  /** The frame being sent. */
  readonly #target = new Uint8Array(FRAME_BYTES);
  readonly #shown = new Int16Array(FRAME_BYTES);
  readonly #transfer = new Uint8Array(OVERHEAD_BYTES + MAX_RUN);
  #state: OledState = 'starting';
  #error = '';
  #isSetUp = false;
  /** Up to here `shown` is `target`. */
  #cursor = FRAME_BYTES;
  #isFresh = false;
  #isUrgent = false;
  #contrast = 0x7f;
  #shownContrast = UNKNOWN;
  #on = true;
  #isLit = false;
  #nextFrameMs = Number.NEGATIVE_INFINITY;
  #lastTransferMs = Number.NEGATIVE_INFINITY;
  #silentUntilMs = Number.NEGATIVE_INFINITY;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: OledOptions) {
    this.#options = options;
  }

  state(): OledState {
    return this.#state;
  }

  /** What the bus said last when it failed; for diagnostics. */
  lastError(): string {
    return this.#error;
  }

  /**
   * The frame to be shown from now on; it is copied. Frames that come faster than they may be sent are left out.
   * @param frame FRAME_BYTES, page order
   * @param urgent it answers a press: it may start up to 50 ms early, and the next one waits for longer
   */
  show(frame: Uint8Array, urgent = false): void {
    if (frame.length !== FRAME_BYTES) throw new RangeError(`a frame has ${FRAME_BYTES} bytes, not ${frame.length}`);
    this.#wanted.set(frame);
    this.#isFresh = true;
    this.#isUrgent ||= urgent;
  }

  /** @param contrast 0...255 */
  setContrast(contrast: number): void {
    this.#contrast = Math.min(255, Math.max(0, Math.round(contrast) || 0));
  }

  /** Off is dark and saves the panel; frames are still taken. */
  setOn(on: boolean): void {
    this.#on = on;
  }

  /**
   * Makes at most one transfer.
   * @param nowMs milliseconds of any clock that does not run backwards
   * @returns when to call again: `nowMs` = as soon as it suits. Call earlier after any of the setters.
   */
  work(nowMs: number): number {
    if (nowMs < this.#silentUntilMs) return this.#silentUntilMs;
    if (!this.#isSetUp) return this.#setUp(nowMs);
    if (this.#shownContrast !== this.#contrast) {
      const contrast = this.#contrast;
      if (this.#command(nowMs, command.contrast, contrast)) this.#shownContrast = contrast;
      return this.#again(nowMs);
    }
    if (this.#isLit && !this.#on) {
      if (this.#command(nowMs, command.off)) this.#isLit = false;
      return this.#again(nowMs);
    }
    if (this.#sendRun(nowMs)) return this.#again(nowMs);
    // Whatever the RAM held before is never seen.
    if (!this.#isLit && this.#on) {
      if (this.#command(nowMs, command.on)) this.#isLit = true;
      return this.#again(nowMs);
    }
    const frameMs = this.#isUrgent ? this.#nextFrameMs - FRAME_MS : this.#nextFrameMs;
    if (this.#isFresh && nowMs >= frameMs) {
      this.#takeFrame(nowMs);
      return nowMs;
    }
    if (nowMs - this.#lastTransferMs >= ASK_MS) {
      this.#command(nowMs, command.nop);
      return this.#again(nowMs);
    }
    const askMs = this.#lastTransferMs + ASK_MS;
    return this.#isFresh ? Math.min(askMs, frameMs) : askMs;
  }

  #again(nowMs: number): number {
    return Math.max(nowMs, this.#silentUntilMs);
  }

  #setUp(nowMs: number): number {
    const { chip, rotated } = this.#options;
    if (!this.#command(nowMs, ...chip.setUp(rotated))) return this.#silentUntilMs;
    this.#isSetUp = true;
    this.#isLit = false;
    this.#shownContrast = UNKNOWN;
    this.#shown.fill(UNKNOWN);
    this.#takeFrame(nowMs);
    return nowMs;
  }

  #takeFrame(nowMs: number): void {
    this.#target.set(this.#wanted);
    this.#isFresh = false;
    this.#isUrgent = false;
    this.#cursor = 0;
    this.#nextFrameMs = Math.max(nowMs, this.#nextFrameMs) + FRAME_MS;
  }

  /** Sends the next run of changed columns. False: there is none, the frame is complete. */
  #sendRun(nowMs: number): boolean {
    const target = this.#target;
    const shown = this.#shown;
    let first = this.#cursor;
    while (first < FRAME_BYTES && target[first] === shown[first]) first++;
    this.#cursor = first;
    if (first === FRAME_BYTES) {
      this.#state = 'working';
      this.#retryMs = FIRST_RETRY_MS;
      return false;
    }
    const page = Math.floor(first / FRAME_COLUMNS);
    const limit = Math.min(first + MAX_RUN, (page + 1) * FRAME_COLUMNS);
    let last = first;
    for (let i = first + 1; i < limit && i - last <= OVERHEAD_BYTES; i++) if (target[i] !== shown[i]) last = i;
    const column = (first % FRAME_COLUMNS) + this.#options.chip.columnOffset;
    const bytes = this.#transfer;
    bytes[0] = ONE_COMMAND;
    bytes[1] = command.page | page;
    bytes[2] = ONE_COMMAND;
    bytes[3] = command.lowColumn | (column & 15);
    bytes[4] = ONE_COMMAND;
    bytes[5] = command.highColumn | (column >> 4);
    bytes[6] = PIXELS;
    const count = last - first + 1;
    for (let i = 0; i < count; i++) bytes[7 + i] = target[first + i] as number;
    if (this.#write(nowMs, bytes.subarray(0, 7 + count))) {
      for (let i = first; i <= last; i++) shown[i] = target[i] as number;
      this.#cursor = last + 1;
    }
    return true;
  }

  #command(nowMs: number, ...bytes: readonly number[]): boolean {
    return this.#write(nowMs, Uint8Array.of(COMMANDS, ...bytes));
  }

  /** After a failure nothing is known of the display any more: it may have lost its power. */
  #write(nowMs: number, bytes: Uint8Array): boolean {
    const result = this.#options.bus.write(this.#options.address, bytes);
    if (result === true) {
      this.#lastTransferMs = nowMs;
      return true;
    }
    this.#error = result.error;
    this.#state = 'silent';
    this.#isSetUp = false;
    this.#silentUntilMs = nowMs + this.#retryMs;
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    return false;
  }
}
