/**
 * Records of /dev/uhid (linux/uhid.h): a program plays a USB device of the HID class to the kernel. All structures are
 * packed, numbers little-endian; only what a CP2112 needs is here.
 */

/** As many bytes as the largest event has: a read or write of /dev/uhid is one event. */
export const UHID_EVENT_BYTES = 4380;

const TYPES = {
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create2: 11,
  input2: 12,
  setReport: 13,
  setReportReply: 14,
};
const DATA_BYTES = 4096;
const BUS_USB = 3;

/** What the kernel asks of the device. Everything else (start, open, close) needs no answer. */
export type UhidRequest =
  | { readonly type: 'output'; readonly report: Uint8Array }
  | { readonly type: 'getReport'; readonly id: number; readonly number: number }
  | { readonly type: 'setReport'; readonly id: number; readonly number: number };

export interface UsbIdentity {
  readonly name: string;
  readonly vendor: number;
  readonly product: number;
  /** HID report descriptor (USB HID 1.11, §6.2.2). */
  readonly descriptor: Uint8Array;
}

/** One event as read. Undefined for those that need no answer. */
export function readRequest(event: Uint8Array): UhidRequest | undefined {
  const view = new DataView(event.buffer, event.byteOffset, event.byteLength);
  switch (view.getUint32(0, true)) {
    case TYPES.output:
      return { type: 'output', report: event.slice(4, 4 + view.getUint16(4 + DATA_BYTES, true)) };
    case TYPES.getReport:
      return { type: 'getReport', id: view.getUint32(4, true), number: view.getUint8(8) };
    case TYPES.setReport:
      return { type: 'setReport', id: view.getUint32(4, true), number: view.getUint8(8) };
    default:
      return undefined;
  }
}

/** Makes the device appear (UHID_CREATE2). */
export function createEvent({ name, vendor, product, descriptor }: UsbIdentity): Uint8Array {
  const { bytes, view } = newEvent(TYPES.create2, 276 + DATA_BYTES);
  bytes.set(new TextEncoder().encode(name).subarray(0, 127), 4);
  view.setUint16(260, descriptor.length, true);
  view.setUint16(262, BUS_USB, true);
  view.setUint32(264, vendor, true);
  view.setUint32(268, product, true);
  bytes.set(descriptor, 280);
  return bytes;
}

/** An input report, its number first (UHID_INPUT2). */
export function inputEvent(report: Uint8Array): Uint8Array {
  const { bytes, view } = newEvent(TYPES.input2, 2 + report.length);
  view.setUint16(4, report.length, true);
  bytes.set(report, 6);
  return bytes;
}

/** The answer to 'getReport'; null: there is no such report. */
export function getReportReply(id: number, report: Uint8Array | null): Uint8Array {
  const { bytes, view } = newEvent(TYPES.getReportReply, 8 + DATA_BYTES);
  const EIO = 5;
  view.setUint32(4, id, true);
  view.setUint16(8, report === null ? EIO : 0, true);
  view.setUint16(10, report?.length ?? 0, true);
  if (report !== null) bytes.set(report, 12);
  return bytes;
}

/** The answer to 'setReport': done. */
export function setReportReply(id: number): Uint8Array {
  const { bytes, view } = newEvent(TYPES.setReportReply, 6);
  view.setUint32(4, id, true);
  return bytes;
}

function newEvent(type: number, bodyBytes: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(4 + bodyBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  return { bytes, view };
}
