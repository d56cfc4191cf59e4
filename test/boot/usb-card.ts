/**
 * A class-compliant USB sound card as those in the shops are: two channels in, two out, 16 bits at 48 kHz, full speed
 * (USB Device Class Definition for Audio Devices 1.0). Its inputs hear a tone of 1 kHz, and what it plays is kept.
 */
import type { UsbDevice } from './usbredir.ts';

export const CARD_NAME = 'Boot test USB';
const TONE_HZ = 1000;
const RATE = 48_000;
const FRAMES = RATE / 1000;
const FRAME_BYTES = 4;
const AMPLITUDE = 0.25;
/** Packets of a piece. */
const PIECE_PACKETS = 20;
/** In a piece that is the tone there is nearly nothing else, and it is as loud as it went in, by 1 dB. */
const LEAST_SHARE = 0.98;
const RMS = AMPLITUDE / Math.SQRT2;
const MOST_OFF = 10 ** (1 / 20);
/** As much of what was played is kept. */
const KEPT_MS = 20_000;

const OUT = 0x01;
const IN = 0x82;
const AUDIO = 1;
const CONTROL = 1;
const STREAMING = 2;
const INTERFACE = 0x24;
const ENDPOINT = 0x25;
const USB_STREAM = 0x0101;
const SPEAKER = 0x0301;
const LINE = 0x0603;

const NONE: Pieces = { all: 0, silent: 0, tone: 0 };

export interface UsbCard {
  readonly device: UsbDevice;
  /** The last 20 s of what it has played, ±1, left and right; the host sends only while it plays. */
  readonly heard: () => readonly [Float32Array, Float32Array];
  /** What it has played since the last call of `forget`. */
  readonly pieces: () => Pieces;
  readonly forget: () => void;
}

export function createUsbCard(): UsbCard {
  let kept: Buffer[] = [];
  let counts = NONE;
  let piece = newPiece();
  const tone = tonePacket();
  // Volumes and switches, by channel, control and unit.
  const controls = new Map<string, Uint8Array>();
  return {
    device: {
      vendor: 0x1209,
      product: 0x0001,
      interfaces: [CONTROL, STREAMING, STREAMING].map((subclass) => ({ class: AUDIO, subclass })),
      endpoints: [
        { address: OUT, interface: 1, packetBytes: FRAMES * FRAME_BYTES },
        { address: IN, interface: 2, packetBytes: FRAMES * FRAME_BYTES },
      ],
      get(requestType, request, value, index) {
        if (requestType === 0x80 && request === 6) return descriptor(value);
        if (requestType === 0xa1) return controlValue(request, value, controls.get(`${value} ${index}`));
        return undefined;
      },
      set(requestType, _request, value, index, data) {
        if (requestType === 0x21) controls.set(`${value} ${index}`, Uint8Array.from(data));
        return true;
      },
      hear(packet) {
        kept.push(Buffer.from(packet));
        if (kept.length > 2 * KEPT_MS) kept = kept.slice(-KEPT_MS);
        piece = withPacket(piece, packet);
        if (piece.packets < PIECE_PACKETS) return;
        counts = {
          all: counts.all + 1,
          silent: counts.silent + (piece.frames > 0 && piece.energy === 0 ? 1 : 0),
          tone: counts.tone + (isTone(piece) ? 1 : 0),
        };
        piece = newPiece();
      },
      say: () => tone,
    },
    heard() {
      const all = Buffer.concat(kept.slice(-KEPT_MS));
      const side = (offset: number) =>
        Float32Array.from(
          { length: Math.floor(all.length / FRAME_BYTES) },
          (_, frame) => all.readInt16LE(frame * FRAME_BYTES + offset) / 2 ** 15,
        );
      return [side(0), side(2)];
    },
    pieces: () => counts,
    forget() {
      kept = [];
      counts = NONE;
    },
  };
}

/** Pieces of 20 ms; those in which every sample is 0, and those that are the tone. */
interface Pieces {
  readonly all: number;
  readonly silent: number;
  readonly tone: number;
}

interface Piece {
  readonly packets: number;
  readonly frames: number;
  /** The left channel against the tone and a quarter of its cycle later, and against itself. */
  readonly real: number;
  readonly imaginary: number;
  readonly energy: number;
}

const newPiece = (): Piece => ({ packets: 0, frames: 0, real: 0, imaginary: 0, energy: 0 });
const ANGLES = Array.from({ length: FRAMES }, (_, frame) => (2 * Math.PI * frame * TONE_HZ) / RATE);
const COSINES = ANGLES.map(Math.cos);
const SINES = ANGLES.map(Math.sin);

function withPacket(piece: Piece, packet: Uint8Array): Piece {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let { frames, real, imaginary, energy } = piece;
  for (let at = 0; at + FRAME_BYTES <= packet.length; at += FRAME_BYTES) {
    const value = view.getInt16(at, true) / 2 ** 15;
    real += value * (COSINES[frames % FRAMES] ?? 0);
    imaginary += value * (SINES[frames % FRAMES] ?? 0);
    energy += value * value;
    frames += 1;
  }
  return { packets: piece.packets + 1, frames, real, imaginary, energy };
}

function isTone({ frames, real, imaginary, energy }: Piece): boolean {
  const share = energy === 0 ? 0 : (2 * (real * real + imaginary * imaginary)) / (frames * energy);
  const level = Math.sqrt(energy / frames) / RMS;
  return level > 1 / MOST_OFF && level < MOST_OFF && share > LEAST_SHARE;
}

/** One cycle of the tone is one packet. */
function tonePacket(): Uint8Array {
  const packet = Buffer.alloc(FRAMES * FRAME_BYTES);
  for (let frame = 0; frame < FRAMES; frame++) {
    const value = Math.round(AMPLITUDE * 2 ** 15 * Math.sin((2 * Math.PI * frame * TONE_HZ) / RATE));
    for (const side of [0, 2]) packet.writeInt16LE(value, frame * FRAME_BYTES + side);
  }
  return packet;
}

/** Feature units: a switch, and volumes from -60 to 0 dB in steps of 1 dB (§5.2.2.4.3 of the class). */
function controlValue(request: number, value: number, current: Uint8Array | undefined): Uint8Array | undefined {
  const isVolume = value >> 8 === 2;
  const word = (number: number) => Uint8Array.of(number & 0xff, (number >> 8) & 0xff);
  switch (request) {
    case 0x81:
      return current ?? (isVolume ? word(-20 * 256) : Uint8Array.of(0));
    case 0x82:
      return word(-60 * 256);
    case 0x83:
      return word(0);
    case 0x84:
      return word(256);
    default:
      return undefined;
  }
}

function descriptor(value: number): Uint8Array | undefined {
  const [kind, number] = [value >> 8, value & 0xff];
  if (kind === 1) return DEVICE;
  if (kind === 2) return CONFIGURATION;
  if (kind !== 3) return undefined;
  if (number === 0) return Uint8Array.of(4, 3, ...bytes16(0x0409));
  const text = [undefined, 'Jamulus box', CARD_NAME][number];
  if (text === undefined) return undefined;
  const units = Buffer.from(text, 'utf16le');
  return Uint8Array.of(units.length + 2, 3, ...units);
}

function bytes16(value: number): readonly number[] {
  return [value & 0xff, value >> 8];
}

/** A descriptor with its length before it. */
function sized(...bytes: readonly number[]): readonly number[] {
  return [bytes.length + 1, ...bytes];
}

const DEVICE = Uint8Array.from(
  sized(1, ...bytes16(0x0110), 0, 0, 0, 64, ...bytes16(0x1209), ...bytes16(1), ...bytes16(0x0100), 1, 2, 0, 1),
);

function interfaceOf(number: number, alternate: number, endpoints: number, subclass: number): readonly number[] {
  return sized(4, number, alternate, endpoints, AUDIO, subclass, 0, 0);
}

/** From a terminal through a feature unit to a terminal, with numbers from `first` on. */
function path(first: number, from: number, to: number): readonly number[] {
  return [
    ...sized(INTERFACE, 2, first, ...bytes16(from), 0, 2, ...bytes16(3), 0, 0),
    ...sized(INTERFACE, 6, first + 1, first, 1, 1, 2, 2, 0),
    ...sized(INTERFACE, 3, first + 2, ...bytes16(to), 0, first + 1, 0),
  ];
}

/** @param kind of the endpoint: 0x09 takes the host's rate, 0x05 has its own */
function stream(number: number, terminal: number, endpoint: number, kind: number): readonly number[] {
  return [
    ...interfaceOf(number, 0, 0, STREAMING),
    ...interfaceOf(number, 1, 1, STREAMING),
    ...sized(INTERFACE, 1, terminal, 1, ...bytes16(1)),
    ...sized(INTERFACE, 2, 1, 2, 2, 16, 1, ...bytes16(RATE & 0xffff), RATE >> 16),
    ...sized(5, endpoint, kind, ...bytes16(FRAMES * FRAME_BYTES), 1, 0, 0),
    ...sized(ENDPOINT, 1, 0, 0, ...bytes16(0)),
  ];
}

const PATHS = [...path(1, USB_STREAM, SPEAKER), ...path(4, LINE, USB_STREAM)];
const HEADER_BYTES = 10;
const BODY = [
  ...interfaceOf(0, 0, 0, CONTROL),
  ...sized(INTERFACE, 1, ...bytes16(0x0100), ...bytes16(HEADER_BYTES + PATHS.length), 2, 1, 2),
  ...PATHS,
  ...stream(1, 1, OUT, 0x09),
  ...stream(2, 6, IN, 0x05),
];
const CONFIGURATION_BYTES = 9;
/** Two hundred milliamperes from the bus, in units of two. */
const CONFIGURATION = Uint8Array.from([
  ...sized(2, ...bytes16(CONFIGURATION_BYTES + BODY.length), 3, 1, 0, 0x80, 100),
  ...BODY,
]);
