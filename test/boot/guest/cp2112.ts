/**
 * A CP2112, the USB-to-I2C bridge that Linux has a driver for (Silicon Labs AN495, HID interface specification), as an
 * answerer: reports in, reports out. Behind it hang I2C devices that only listen, such as an OLED.
 */

/** AN495 table 2: numbers of the reports. */
export const REPORT = {
  gpioConfiguration: 0x02,
  gpioGet: 0x03,
  gpioSet: 0x04,
  version: 0x05,
  smbusConfiguration: 0x06,
  readRequest: 0x10,
  writeReadRequest: 0x11,
  readForceSend: 0x12,
  readResponse: 0x13,
  write: 0x14,
  statusRequest: 0x15,
  statusResponse: 0x16,
} as const;

export const CP2112_IDENTITY = {
  name: 'CP2112 stand-in',
  vendor: 0x10c4,
  product: 0xea90,
  /** A vendor's collection with the two input reports that the driver waits for: 62 and 6 bytes after the number. */
  descriptor: Uint8Array.of(
    ...[0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08],
    ...[0x85, REPORT.readResponse, 0x95, 62, 0x09, 0x01, 0x81, 0x02],
    ...[0x85, REPORT.statusResponse, 0x95, 6, 0x09, 0x01, 0x81, 0x02],
    0xc0,
  ),
};

const COMPLETE = 2;
const FAILED = 3;
const SUCCEEDED = 5;
const ADDRESS_NOT_ACKNOWLEDGED = 0;

const FEATURES: Readonly<Record<number, readonly number[]>> = {
  [REPORT.gpioConfiguration]: [0, 0, 0, 0],
  [REPORT.gpioGet]: [0],
  [REPORT.gpioSet]: [0, 0],
  [REPORT.version]: [0x0c, 0x03],
  // 100 kHz, own address 0x02, no automatic reading, no time-outs.
  [REPORT.smbusConfiguration]: [0x00, 0x01, 0x86, 0xa0, 0x02, 0, 0, 0, 0, 0, 0, 0, 0],
};

export interface Cp2112 {
  /** A feature report as the driver asks for it, its number first; null: there is none of that number. */
  feature(number: number): Uint8Array | null;
  /** Takes an output report, its number first, and gives back the input report to send, if any. */
  output(report: Uint8Array): Uint8Array | undefined;
}

/** @param onWrite one I2C write, `address` of 7 bits; false: nobody of that address has acknowledged it */
export function createCp2112(onWrite: (address: number, bytes: Uint8Array) => boolean): Cp2112 {
  let status: readonly number[] = [0, 0, 0, 0, 0, 0];

  return {
    feature(number) {
      const body = FEATURES[number];
      return body === undefined ? null : Uint8Array.of(number, ...body);
    },
    output(report) {
      const [number, address = 0, length = 0] = report;
      switch (number) {
        case REPORT.write: {
          const isTaken = onWrite(address >> 1, report.slice(3, 3 + length));
          status = isTaken ? [COMPLETE, SUCCEEDED, 0, 0, 0, length] : [FAILED, ADDRESS_NOT_ACKNOWLEDGED, 0, 0, 0, 0];
          return undefined;
        }
        case REPORT.readRequest:
        case REPORT.writeReadRequest:
          status = [FAILED, ADDRESS_NOT_ACKNOWLEDGED, 0, 0, 0, 0];
          return undefined;
        case REPORT.statusRequest:
          return Uint8Array.of(REPORT.statusResponse, ...status);
        case REPORT.readForceSend:
          return Uint8Array.of(REPORT.readResponse, ...new Uint8Array(62));
        default:
          return undefined;
      }
    },
  };
}
