/**
 * Records of /dev/input/event* (linux/input.h, struct input_event on 64-bit systems: two 64-bit times, u16 type,
 * u16 code, s32 value; kernel documentation input/event-codes).
 */

export const INPUT_EVENT_BYTES = 24;

export const EV_SYN = 0;
export const EV_KEY = 1;
export const EV_REL = 2;
const SYN_DROPPED = 3;
const SYN_REPORT = 0;

export interface InputRecord {
  readonly type: number;
  readonly code: number;
  readonly value: number;
  /** The kernel's time of the event; which clock that is, is the device's setting. */
  readonly kernelMs: number;
}

/** 'lost': the kernel's queue has overflowed, and what happened since is not known: no key may be taken for held. */
export type DecodedInput = InputRecord | 'lost';

/** Puts the records of one device together from what reads give, of any length. */
export class RecordDecoder {
  readonly #partial = new Uint8Array(INPUT_EVENT_BYTES);
  readonly #view = new DataView(this.#partial.buffer);
  #filled = 0;
  #isLost = false;

  /** Gives out keys and movements. The records that only hold others together (EV_SYN) stay inside. */
  *decode(bytes: Uint8Array): Generator<DecodedInput> {
    for (const byte of bytes) {
      this.#partial[this.#filled++] = byte;
      if (this.#filled < INPUT_EVENT_BYTES) continue;
      this.#filled = 0;
      const decoded = this.#record();
      if (decoded !== undefined) yield decoded;
    }
  }

  #record(): DecodedInput | undefined {
    const type = this.#view.getUint16(16, true);
    const code = this.#view.getUint16(18, true);
    if (type === EV_SYN) {
      // After SYN_DROPPED everything up to and including the next SYN_REPORT is part of a torn packet.
      if (code === SYN_DROPPED) {
        this.#isLost = true;
        return 'lost';
      }
      if (code === SYN_REPORT) this.#isLost = false;
      return undefined;
    }
    if (this.#isLost) return undefined;
    const kernelMs = Number(this.#view.getBigInt64(0, true)) * 1000 + Number(this.#view.getBigInt64(8, true)) / 1000;
    return { type, code, value: this.#view.getInt32(20, true), kernelMs };
  }
}
