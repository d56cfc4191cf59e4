/**
 * The real engine of a room on a network of the test's own: no sockets, no clock, no thread. Datagrams go in by put(),
 * a tick is a call, and what the engine sends is kept for whom it is.
 */
import type { StreamFormat } from '../../../src/jamulus/stream-format.ts';
import type { DatagramBatch } from '../../../src/room/engine/datagram-batch.ts';
import { writeOrder } from '../../../src/room/engine/order-writer.ts';
import { createTapMemory, openTapReader, type TapReader } from '../../../src/room/engine/recorder-tap.ts';
import { createReportMemory, ReportRing } from '../../../src/room/engine/report-ring.ts';
import { RoomEngine } from '../../../src/room/engine/room-engine.ts';
import { type RoomMemory, roomMemory, status } from '../../../src/room/engine/room-memory.ts';
import { BATCH, type DatagramSource } from '../../../src/room/engine/room-socket.ts';
import type { RoomOrder, RoomReport } from '../../../src/room/room-ports.ts';
import { buildMix } from '../../../tools/build-mix.mjs';
import { audioDatagramBytes } from '../../support/datagram-bytes.ts';
import { opusWasm } from '../../support/opus.ts';

const wasm = await opusWasm();
await buildMix();

export interface RigOptions {
  readonly frameSamples?: 64 | 128;
  readonly maxChannels?: number;
  readonly delayPanning?: boolean;
}

export interface EngineRig {
  readonly room: RoomMemory;
  readonly tap: TapReader;
  order(order: RoomOrder): void;
  /** A datagram arrives before the next tick. */
  put(peer: Uint8Array, datagram: Uint8Array): void;
  tick(count?: number): void;
  /** What the peer has got since the last call. */
  got(peer: Uint8Array): Uint8Array[];
  reports(): RoomReport[];
  count(which: keyof typeof status): number;
}

export function peerOf(number: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, number >> 8, number & 255, 200, number & 255);
}

export function createRig(options: RigOptions = {}): EngineRig {
  const { frameSamples = 128, maxChannels = 4, delayPanning = false } = options;
  const room = roomMemory();
  const ringMemory = createReportMemory();
  const main = new ReportRing(ringMemory);
  const tap = createTapMemory(frameSamples, maxChannels);
  const waiting: { peer: Uint8Array; datagram: Uint8Array }[] = [];
  let taken: typeof waiting = [];
  const datagrams = Array.from({ length: BATCH }, () => new Uint8Array(20_000));
  const source: DatagramSource = {
    datagrams,
    receive() {
      taken = waiting.splice(0, BATCH);
      taken.forEach(({ datagram }, i) => {
        datagrams[i]!.set(datagram);
      });
      return taken.length;
    },
    length: (i) => taken[i]!.datagram.length,
    copyPeer: (i, into, offset) => into.set(taken[i]!.peer, offset),
  };
  const sent = new Map<string, Uint8Array[]>();
  const batch: DatagramBatch = {
    add(peer, datagram, length) {
      const key = String(peer.slice(0, 18));
      sent.set(key, [...(sent.get(key) ?? []), datagram.slice(0, length)]);
    },
    flush() {},
  };
  const engine = new RoomEngine({
    ...{ room, ring: new ReportRing(ringMemory), tap, source, batch, wasm },
    ...{ maxChannels, frameSamples, delayPanning },
  });
  return {
    room,
    tap: openTapReader(tap),
    order: (order) => writeOrder(room, order),
    put: (peer, datagram) => void waiting.push({ peer, datagram }),
    tick(count = 1) {
      for (let i = 0; i < count; i++) engine.tick();
    },
    got(peer) {
      const all = sent.get(String(peer)) ?? [];
      sent.delete(String(peer));
      return all;
    },
    reports() {
      const all: RoomReport[] = [];
      for (let report = main.shift(); report !== undefined; report = main.shift()) all.push(report);
      return all;
    },
    count: (which) => room.status[status[which]]!,
  };
}

/** A player on a channel of the rig, who has said what they send and who they are, and has long been faded in unless told otherwise. */
export interface Player {
  readonly id: number;
  readonly peer: Uint8Array;
  readonly format: StreamFormat;
  /** Sends one datagram of raw samples, `blockFactor` frames long, interleaved. */
  sendRaw(samples: ArrayLike<number>): void;
  /** Sends coded frames in one datagram. */
  sendFrames(frames: readonly Uint8Array[]): void;
  /** Raw samples of all datagrams that have come. */
  heard(): Int16Array;
}

export function join(rig: EngineRig, id: number, format: StreamFormat, fadedIn = true): Player {
  const peer = peerOf(id + 1);
  let sequence = (id * 50) & 255;
  rig.order({ type: 'openChannel', channelId: id, generation: id + 1, peer });
  rig.order({ type: 'setTransport', channelId: id, format });
  rig.order({ type: 'setIdentified', channelId: id });
  rig.order({ type: 'setJitter', channelId: id, auto: false, blocks: 20 });
  rig.tick();
  const player: Player = {
    id,
    peer,
    format,
    sendRaw(samples) {
      const bytes = new Uint8Array(Int16Array.from(samples).buffer);
      const { frameBytes, blockFactor } = format;
      player.sendFrames(
        Array.from({ length: blockFactor }, (_, i) => bytes.subarray(i * frameBytes, (i + 1) * frameBytes)),
      );
    },
    sendFrames(frames) {
      const numbered = frames.flatMap((frame) => [...frame, ...(format.sequenceNumbers ? [sequence++ & 255] : [])]);
      rig.put(peer, Uint8Array.from(numbered));
    },
    heard() {
      const stride = format.frameBytes + (format.sequenceNumbers ? 1 : 0);
      const bytes = rig.got(peer).flatMap((datagram) => {
        if (datagram.length !== audioDatagramBytes(format)) throw new Error(`${datagram.length} bytes`);
        return [...datagram].filter((_, i) => i % stride < format.frameBytes);
      });
      return new Int16Array(Uint8Array.from(bytes).buffer);
    },
  };
  if (fadedIn) fadeIn(rig, [player]);
  return player;
}

/** Until nothing is left of the fade, and of what was sent for it. */
export function fadeIn(rig: EngineRig, players: readonly Player[]): void {
  for (let n = 0; n < 2250; n++) {
    for (const { format, sendFrames } of players) {
      sendFrames(Array.from({ length: format.blockFactor }, () => silence(format)));
    }
    rig.tick(n % 2);
  }
  for (const { peer } of players) rig.got(peer);
  rig.tick(100);
  for (const { peer } of players) rig.got(peer);
}

function silence({ raw: isRaw, channels, frameBytes }: StreamFormat): Uint8Array {
  const frame = new Uint8Array(frameBytes);
  if (!isRaw) frame.set([channels === 2 ? 4 : 0, 255, 254]);
  return frame;
}

/** A small generator of numbers that differ, 0…1. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
