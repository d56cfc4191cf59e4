/**
 * A display controller behind the I2C port: decodes the bytes of real transfers into pixels on the display, and refuses
 * (with an exception, so that the test fails) whatever the chip or a USB bridge would not take or its datasheet forbids.
 */
import type { OledChipName } from '../../../src/linux/oled/chips.ts';
import type { I2cBus } from '../../../src/linux/oled/i2c-bus.ts';

/** USB-to-I2C bridges (CP2112) take no more in one write. */
const MAX_TRANSFER = 61;

/** What the datasheet says of a chip. */
interface Datasheet {
  /** Of its RAM; the glass hangs in their middle. */
  readonly columns: number;
  /** True if it maps reversed columns while its RAM is written, not while it is shown. */
  readonly mapsWhileWriting: boolean;
  /** Commands with one argument, and the arguments that are allowed. */
  readonly withArgument: Readonly<Record<number, (argument: number) => boolean>>;
  /** Further commands without one that it knows and that change nothing here. */
  readonly harmless: readonly number[];
  /** What must be set up before it is lit. */
  readonly required: readonly (readonly [number, number])[];
}

const DATASHEETS: Readonly<Record<OledChipName, Datasheet>> = {
  ssd1306: {
    columns: 128,
    mapsWhileWriting: true,
    withArgument: {
      129: () => true,
      32: (a) => a <= 2,
      168: (a) => a >= 15 && a <= 63,
      211: (a) => a <= 63,
      213: () => true,
      217: (a) => (a & 15) !== 0 && a >> 4 !== 0,
      218: (a) => [0x02, 0x12, 0x22, 0x32].includes(a),
      219: (a) => [0x00, 0x20, 0x30].includes(a),
      141: (a) => a === 0x10 || a === 0x14,
    },
    harmless: [0x2e],
    required: [
      [0x20, 2],
      [0x8d, 0x14],
      [0xa8, 63],
      [0xd3, 0],
      [0xda, 0x12],
    ],
  },
  sh1106: {
    columns: 132,
    mapsWhileWriting: false,
    withArgument: {
      129: () => true,
      168: (a) => a <= 63,
      173: (a) => a === 0x8a || a === 0x8b,
      211: (a) => a <= 63,
      213: () => true,
      217: (a) => (a & 15) !== 0 && a >> 4 !== 0,
      218: (a) => a === 0x02 || a === 0x12,
      219: () => true,
    },
    harmless: [0x30, 0x31, 0x32, 0x33],
    required: [
      [0xad, 0x8b],
      [0xa8, 63],
      [0xd3, 0],
      [0xda, 0x12],
    ],
  },
};

export class DisplayModel implements I2cBus {
  readonly #sheet: Datasheet;
  readonly #columns: number;
  readonly #address: number;
  #ram: Uint8Array;
  #arguments = new Map<number, number>();
  #page = 0;
  #column = 0;
  #startLine = 0;
  #columnsReversed = false;
  #rowsReversed = false;
  #inverse = false;
  #allOn = false;
  #lit = false;
  /** Asked before each transfer: undefined = it works, otherwise how many of its bytes still arrive. */
  fault: (length: number) => number | undefined = () => undefined;
  /** Every transfer since the last look, without the address. */
  transfers: Uint8Array[] = [];

  constructor(kind: OledChipName, address = 0x3c) {
    this.#sheet = DATASHEETS[kind];
    this.#address = address;
    this.#columns = this.#sheet.columns;
    this.#ram = new Uint8Array(this.#columns * 8);
    this.powerOn();
  }

  /** The state after reset; the RAM holds anything. */
  powerOn(): void {
    this.#ram = this.#ram.map((_, i) => (i * 167 + 13) & 255);
    this.#arguments = new Map([[0x81, 0x7f]]);
    this.#page = 0;
    this.#column = 0;
    this.#startLine = 0;
    this.#columnsReversed = false;
    this.#rowsReversed = false;
    this.#inverse = false;
    this.#allOn = false;
    this.#lit = false;
  }

  write(address: number, bytes: Uint8Array): true | { error: string } {
    if (bytes.length > MAX_TRANSFER) throw new Error(`${bytes.length} bytes in one transfer`);
    const arrived = this.fault(bytes.length);
    if (address !== this.#address) return { error: 'no acknowledgement' };
    this.transfers.push(bytes.slice());
    if (arrived === undefined) {
      this.#take(bytes);
      return true;
    }
    // A transfer that breaks off between a command and its argument leaves the chip waiting; the next start ends that.
    this.#take(bytes.subarray(0, arrived), true);
    return { error: 'no acknowledgement' };
  }

  takeTransfers(): Uint8Array[] {
    const taken = this.transfers;
    this.transfers = [];
    return taken;
  }

  get contrast(): number {
    return this.#arguments.get(0x81)!;
  }

  get lit(): boolean {
    return this.#lit;
  }

  /** 64 rows of 128 pixels as somebody sees them who holds the module with its connector above. */
  pixels(): boolean[][] {
    return Array.from({ length: 64 }, (_, y) => Array.from({ length: 128 }, (_, x) => this.#pixel(x, y)));
  }

  #pixel(x: number, y: number): boolean {
    if (!this.#lit) return false;
    if (this.#allOn) return true;
    for (const [code, value] of this.#sheet.required) {
      if (this.#arguments.get(code) !== value) throw new Error(`lit with ${code.toString(16)} not set up`);
    }
    const margin = (this.#columns - 128) / 2;
    const reversed = this.#sheet.mapsWhileWriting || this.#columnsReversed;
    const column = reversed ? margin + x : margin + 127 - x;
    const row = ((this.#rowsReversed ? y : 63 - y) + this.#startLine) % 64;
    const bit = (this.#ram[(row >> 3) * this.#columns + column]! >> (row & 7)) & 1;
    return (bit === 1) !== this.#inverse;
  }

  #take(bytes: Uint8Array, broken = false): void {
    let at = 0;
    let waiting: number | undefined;
    while (at < bytes.length) {
      const control = bytes[at++]!;
      if ((control & 0x3f) !== 0) throw new Error(`control byte ${control.toString(16)}`);
      const last = (control & 0x80) === 0;
      const end = last ? bytes.length : Math.min(at + 1, bytes.length);
      for (; at < end; at++) {
        const byte = bytes[at]!;
        if ((control & 0x40) !== 0) {
          if (waiting !== undefined) throw new Error('pixels where an argument is due');
          this.#data(byte);
        } else if (waiting !== undefined) {
          this.#argument(waiting, byte);
          waiting = undefined;
        } else if (byte in this.#sheet.withArgument) waiting = byte;
        else this.#command(byte);
      }
    }
    if (waiting !== undefined && !broken) throw new Error(`${waiting.toString(16)} without its argument`);
  }

  #argument(code: number, argument: number): void {
    if (!this.#sheet.withArgument[code]!(argument)) {
      throw new Error(`${code.toString(16)} ${argument.toString(16)} is not allowed`);
    }
    if (code === 0xad && this.#lit) throw new Error('DC-DC switched while the display is on');
    this.#arguments.set(code, argument);
  }

  #command(code: number): void {
    if (code < 0x10) this.#column = (this.#column & 0xf0) | code;
    else if (code < 0x20) this.#column = (this.#column & 0x0f) | ((code & 15) << 4);
    else if (this.#sheet.harmless.includes(code)) return;
    else if (code >= 0x40 && code < 0x80) this.#startLine = code & 63;
    else if (code === 0xa0 || code === 0xa1) this.#columnsReversed = code === 0xa1;
    else if (code === 0xa4 || code === 0xa5) this.#allOn = code === 0xa5;
    else if (code === 0xa6 || code === 0xa7) this.#inverse = code === 0xa7;
    else if (code === 0xae || code === 0xaf) this.#lit = code === 0xaf;
    else if (code >= 0xb0 && code <= 0xb7) this.#page = code & 7;
    else if (code === 0xc0 || code === 0xc8) this.#rowsReversed = code === 0xc8;
    else if (code === 0xe3) return;
    else throw new Error(`unknown command ${code.toString(16)}`);
  }

  #data(byte: number): void {
    if (0x20 in this.#sheet.withArgument && this.#arguments.get(0x20) !== 2)
      throw new Error('not in page addressing mode');
    if (this.#column >= this.#columns) throw new Error(`column ${this.#column}`);
    const mapped = this.#sheet.mapsWhileWriting && !this.#columnsReversed ? 127 - this.#column : this.#column;
    this.#ram[this.#page * this.#columns + mapped] = byte;
    this.#column += 1;
    // The SSD1306 goes back to the page's first column, the SH1106 stops at its last: nobody should rely on either.
  }
}

/** The 64 rows of 128 pixels of a frame in page order. */
export function pixelsOf(frame: Uint8Array): boolean[][] {
  return Array.from({ length: 64 }, (_, y) =>
    Array.from({ length: 128 }, (_, x) => ((frame[(y >> 3) * 128 + x]! >> (y & 7)) & 1) === 1),
  );
}
