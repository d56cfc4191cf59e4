/**
 * The device's end of the usbredir protocol (version 0.7 of its text): a USB device in this process on a port of QEMU's
 * xHCI (`-device usb-redir`). Connecting is plugging in, closing is pulling out. Control requests of the class and
 * isochronous streams, as a sound card has them; full speed.
 */
import { connect, type Socket } from 'node:net';

const TYPE = {
  ...{ hello: 0, deviceConnect: 1, reset: 3, interfaceInfo: 4, endpointInfo: 5, setConfiguration: 6 },
  ...{ getConfiguration: 7, configurationStatus: 8, setAltSetting: 9, getAltSetting: 10, altSettingStatus: 11 },
  ...{ startIsoStream: 12, stopIsoStream: 13, isoStreamStatus: 14, cancelDataPacket: 21 },
  ...{ controlPacket: 100, isoPacket: 102 },
} as const;
/** Type, length, and a number of 32 bits in greetings, of 64 bits after them. */
const HELLO_HEADER_BYTES = 12;
const HEADER_BYTES = 16;
/** Without these QEMU's xHCI takes no device: sizes of endpoints' packets, numbers of 64 bits, long bulk packets. */
const CAPABILITIES = (1 << 4) | (1 << 5) | (1 << 6);
const HELLO_BYTES = 68;
const CONTROL_BYTES = 10;
const ISO_BYTES = 4;
const CONTROL_PACKET_BYTES = 64;
/** Interfaces and endpoints that a message has room for. */
const MOST = 32;
const FULL_SPEED = 1;
/** Its status of a request that the device does not take. */
const STALL = 4;
const ENDPOINT_CONTROL = 0;
const ENDPOINT_ISO = 1;
const NO_ENDPOINT = 255;
const SUPERVISION_MS = 2;
const ISO_PER_MS = 1;
/** Before it gives the first packet to the box QEMU waits for 60; with more than 120 it throws some away. */
const AHEAD_PACKETS = 90;

export interface UsbInterface {
  readonly class: number;
  readonly subclass: number;
}

export interface UsbDevice {
  readonly vendor: number;
  readonly product: number;
  readonly interfaces: readonly UsbInterface[];
  /** Isochronous endpoints, with an interval of 1 ms: address (0x80 = to the host) and interface. */
  readonly endpoints: readonly { readonly address: number; readonly interface: number; readonly packetBytes: number }[];
  /** A request with an answer; undefined: there is none such. */
  readonly get: (requestType: number, request: number, value: number, index: number) => Uint8Array | undefined;
  /** A request with data for the device; false: it does not take it. */
  readonly set: (requestType: number, request: number, value: number, index: number, data: Uint8Array) => boolean;
  /** A packet from the host. */
  readonly hear: (packet: Uint8Array) => void;
  /** The next packet for the host. */
  readonly say: () => Uint8Array;
}

export interface Plugged {
  /** Pulls it out. */
  readonly pull: () => void;
}

/** Plugs a device into the port whose socket is at `path`. @throws where QEMU does not listen there */
export async function plugIn(path: string, device: UsbDevice): Promise<Plugged> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => socket.destroy());
  greet(socket);
  const send = sender(socket);
  const streams = new Streams(device, send);
  socket.on('close', () => streams.stop());
  const alternates = new Map<number, number>();
  let configuration = 1;
  readPackets(socket, (type, id, body) => {
    const byte = (at: number) => body.readUInt8(at);
    switch (type) {
      case TYPE.hello:
        announce(device, send);
        break;
      case TYPE.setConfiguration:
        configuration = byte(0);
        send(TYPE.configurationStatus, id, Buffer.of(0, configuration));
        break;
      case TYPE.getConfiguration:
        send(TYPE.configurationStatus, id, Buffer.of(0, configuration));
        break;
      case TYPE.setAltSetting:
        alternates.set(byte(0), byte(1));
        send(TYPE.altSettingStatus, id, Buffer.of(0, byte(0), byte(1)));
        break;
      case TYPE.getAltSetting:
        send(TYPE.altSettingStatus, id, Buffer.of(0, byte(0), alternates.get(byte(0)) ?? 0));
        break;
      case TYPE.startIsoStream:
        send(TYPE.isoStreamStatus, id, Buffer.of(0, byte(0)));
        streams.start(byte(0));
        break;
      case TYPE.stopIsoStream:
        streams.stop(byte(0));
        send(TYPE.isoStreamStatus, id, Buffer.of(0, byte(0)));
        break;
      case TYPE.controlPacket:
        send(TYPE.controlPacket, id, control(device, body));
        break;
      case TYPE.isoPacket:
        device.hear(body.subarray(ISO_BYTES));
        break;
      case TYPE.reset:
        alternates.clear();
        streams.stop();
        break;
    }
  });
  return { pull: () => socket.destroy() };
}

function greet(socket: Socket): void {
  const hello = Buffer.alloc(HELLO_HEADER_BYTES + HELLO_BYTES);
  hello.writeUInt32LE(HELLO_BYTES, 4);
  hello.write('boot test', HELLO_HEADER_BYTES, 'latin1');
  hello.writeUInt32LE(CAPABILITIES, HELLO_HEADER_BYTES + HELLO_BYTES - 4);
  socket.write(hello);
}

type Send = (type: number, id: bigint, body: Uint8Array) => void;

function sender(socket: Socket): Send {
  return (type, id, body) => {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(type, 0);
    header.writeUInt32LE(body.length, 4);
    header.writeBigUInt64LE(id, 8);
    if (!socket.destroyed) socket.write(Buffer.concat([header, body]));
  };
}

function readPackets(socket: Socket, onPacket: (type: number, id: bigint, body: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  let headerBytes = HELLO_HEADER_BYTES;
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32LE(4);
      if (rest.length < end) return;
      const id = headerBytes === HEADER_BYTES ? rest.readBigUInt64LE(8) : 0n;
      onPacket(rest.readUInt32LE(0), id, rest.subarray(headerBytes, end));
      rest = rest.subarray(end);
      headerBytes = HEADER_BYTES;
    }
  });
}

/** Interfaces and endpoints come before the device. */
function announce({ vendor, product, interfaces, endpoints }: UsbDevice, send: Send): void {
  const info = Buffer.alloc(4 + 4 * MOST);
  info.writeUInt32LE(interfaces.length, 0);
  for (const [number, one] of interfaces.entries()) {
    info.writeUInt8(number, 4 + number);
    info.writeUInt8(one.class, 4 + MOST + number);
    info.writeUInt8(one.subclass, 4 + 2 * MOST + number);
  }
  send(TYPE.interfaceInfo, 0n, info);
  // Places 0 to 15 are from the host, 16 to 31 to it.
  const ends = Buffer.alloc(5 * MOST).fill(NO_ENDPOINT, 0, MOST);
  for (const place of [0, MOST / 2]) {
    ends.writeUInt8(ENDPOINT_CONTROL, place);
    ends.writeUInt16LE(CONTROL_PACKET_BYTES, 3 * MOST + 2 * place);
  }
  for (const { address, interface: owner, packetBytes } of endpoints) {
    const place = (address & 0x0f) + ((address & 0x80) === 0 ? 0 : MOST / 2);
    ends.writeUInt8(ENDPOINT_ISO, place);
    ends.writeUInt8(ISO_PER_MS, MOST + place);
    ends.writeUInt8(owner, 2 * MOST + place);
    ends.writeUInt16LE(packetBytes, 3 * MOST + 2 * place);
  }
  send(TYPE.endpointInfo, 0n, ends);
  const connected = Buffer.alloc(8);
  connected.writeUInt8(FULL_SPEED, 0);
  connected.writeUInt16LE(vendor, 4);
  connected.writeUInt16LE(product, 6);
  send(TYPE.deviceConnect, 0n, connected);
}

function control(device: UsbDevice, body: Buffer): Buffer {
  const [request = 0, requestType = 0] = body.subarray(1, 3);
  const [value, index, length] = [body.readUInt16LE(4), body.readUInt16LE(6), body.readUInt16LE(8)];
  const header = Buffer.from(body.subarray(0, CONTROL_BYTES));
  if ((requestType & 0x80) === 0) {
    const isTaken = device.set(requestType, request, value, index, body.subarray(CONTROL_BYTES));
    header.writeUInt8(isTaken ? 0 : STALL, 3);
    return header;
  }
  const answer = device.get(requestType, request, value, index)?.subarray(0, length);
  header.writeUInt8(answer === undefined ? STALL : 0, 3);
  header.writeUInt16LE(answer?.length ?? 0, 8);
  return Buffer.concat([header, answer ?? Buffer.alloc(0)]);
}

/** Sends what is due: some ahead and then a packet each millisecond, for every endpoint to the host that was started. */
class Streams {
  private readonly device: UsbDevice;
  private readonly send: Send;
  private readonly running = new Map<number, NodeJS.Timeout>();

  constructor(device: UsbDevice, send: Send) {
    this.device = device;
    this.send = send;
  }

  start(endpoint: number): void {
    this.stop(endpoint);
    if ((endpoint & 0x80) === 0) return;
    const begunMs = performance.now();
    let sent = 0n;
    const work = () => {
      for (; Number(sent) < performance.now() - begunMs + AHEAD_PACKETS; sent++) {
        const packet = this.device.say();
        const header = Buffer.alloc(ISO_BYTES);
        header.writeUInt8(endpoint, 0);
        header.writeUInt16LE(packet.length, 2);
        this.send(TYPE.isoPacket, sent, Buffer.concat([header, packet]));
      }
    };
    work();
    this.running.set(endpoint, setInterval(work, SUPERVISION_MS));
  }

  /** One, or all. */
  stop(endpoint?: number): void {
    for (const [one, timer] of [...this.running]) {
      if (endpoint !== undefined && endpoint !== one) continue;
      clearInterval(timer);
      this.running.delete(one);
    }
  }
}
