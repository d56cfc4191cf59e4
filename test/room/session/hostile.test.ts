/** Whatever comes in, in whatever order: nothing is thrown, queues are short, the list agrees with the channels. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFrame, parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../../../src/jamulus/messages/message.ts';
import { createRoomSession } from '../../../src/room/session/room-session.ts';
import type { RoomOutput, RoomSession } from '../../../src/room/session/room-session-types.ts';
import { anyMessage } from '../../jamulus/arbitraries.ts';
import { PLAIN_ROOM, peerOf } from './room-world.ts';

type Act = (session: RoomSession, nowMs: number) => readonly RoomOutput[];

const number = fc.oneof(fc.double(), fc.integer({ min: -1, max: 200 }));
const anyPeer = fc.integer({ min: 1, max: 8 }).map((port) => peerOf(port));
const anyDatagram = fc.oneof(
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(65535), fc.nat(255), fc.uint8Array({ maxLength: 60 }))
      .map(([id, counter, body]) => buildFrame(id, counter, body)),
  },
  { weight: 8, arbitrary: fc.tuple(anyMessage, fc.nat(255)).map(([m, counter]) => messageDatagram(m, counter)) },
  // The acknowledgement of one of the first frames of the greeting.
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(32, 24, 34, 21, 11, 23, 27, 29, 33), fc.nat(12))
      .map(([id, counter]) => messageDatagram({ type: 'ACKN', acknowledgedId: id }, counter)),
  },
);

function act<T>(arbitrary: fc.Arbitrary<T>, run: (value: T, s: RoomSession, t: number) => readonly RoomOutput[]) {
  return arbitrary.map(
    (value): Act =>
      (s, t) =>
        run(value, s, t),
  );
}

function none(run: () => void): readonly RoomOutput[] {
  run();
  return [];
}

/** Of one of the open channels, or of a wrong one. */
function channelOf(s: RoomSession, pick: number): { channelId: number; generation: number } {
  const channels = s.channels();
  return channels[pick % (channels.length + 1)] ?? { channelId: pick, generation: pick };
}

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: act(fc.tuple(anyPeer, anyDatagram), ([peer, d], s, t) => s.unknownPeer(peer, d, t, t)) },
  { weight: 6, arbitrary: act(anyPeer, (peer, s, t) => s.unknownPeer(peer, Uint8Array.of(255), t, t)) },
  {
    weight: 20,
    arbitrary: act(fc.tuple(fc.nat(200), anyDatagram), ([pick, d], s, t) => {
      const { channelId, generation } = channelOf(s, pick);
      return s.receive(channelId, generation, d, t, t);
    }),
  },
  act(fc.nat(200), (pick, s, t) => {
    const { channelId, generation } = channelOf(s, pick);
    return s.channelEnded(channelId, generation, t);
  }),
  act(fc.array(number, { maxLength: 160 }), (levels, s) => s.levels(levels)),
  act(fc.array(number, { maxLength: 160 }), (blocks, s, t) => s.jitterBlocks(blocks, t)),
  { weight: 6, arbitrary: fc.constant<Act>((s, t) => s.tick(t)) },
  act(fc.string({ unit: 'binary', maxLength: 3000 }), (text, s) => none(() => s.setWelcome(text))),
  act(fc.boolean(), (required, s, t) => s.setLicenceRequired(required, t)),
  act(fc.constantFrom('not-initialised', 'not-enabled', 'recording'), (state, s, t) => s.setRecorder(state, t)),
  act(number, (limit, s) => none(() => s.setMaxChannels(limit))),
  fc.constant<Act>((s, t) => s.close(t)),
);

const anyTimeStep = fc.oneof(
  fc.nat(20),
  fc.nat(600),
  fc.nat(40_000),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
);

/** What the room thread would have to believe, by the orders alone. */
function follow(open: Map<number, number>, outputs: readonly RoomOutput[]): void {
  for (const output of outputs) {
    if (output.type === 'send') expect(parseFrame(output.datagram)).toBeDefined();
    if (output.type !== 'order') continue;
    const { order } = output;
    if (order.type === 'setRecording') continue;
    const channelId = 'channelId' in order ? order.channelId : order.listener;
    expect(channelId).toBeLessThan(150);
    if (order.type === 'openChannel') {
      expect(open.has(channelId)).toBe(false);
      open.set(channelId, order.generation);
      continue;
    }
    expect(open.has(channelId)).toBe(true);
    if (order.type === 'closeChannel') open.delete(channelId);
    if (order.type === 'setGain' || order.type === 'setPan') expect(open.has(order.source)).toBe(true);
    if (order.type === 'setGain') expect(order.gain >= 0 && order.gain <= 2).toBe(true);
    if (order.type === 'setPan') expect(order.pan >= 0 && order.pan <= 1).toBe(true);
    if (order.type === 'setJitter' && !order.auto) expect(order.blocks >= 1 && order.blocks <= 20).toBe(true);
    if (order.type === 'setTransport' && order.format !== null) {
      expect(order.format.frameBytes >= 9 && order.format.frameBytes <= 1024).toBe(true);
    }
  }
}

describe('whatever happens to a room', () => {
  it('it never throws, gives sensible orders, has short queues, and lists that agree with its channels', () => {
    const acts = fc.array(fc.tuple(anyAct, anyTimeStep), { maxLength: 150, size: 'max' });
    fc.assert(
      fc.property(acts, fc.boolean(), (steps, licenceRequired) => {
        const session = createRoomSession({ ...PLAIN_ROOM, maxChannels: 4, rawAudio: true, licenceRequired });
        const open = new Map<number, number>();
        let nowMs = 2000;
        for (const [run, stepMs] of steps) {
          nowMs += stepMs;
          follow(open, run(session, nowMs));
          const channels = session.channels();
          expect(channels.map(({ channelId, generation }) => [channelId, generation])).toEqual(
            [...open].sort(([a], [b]) => a - b),
          );
          expect(new Set(channels.map(({ peer }) => String(peer))).size).toBe(channels.length);
          for (const { queuedFrames } of channels) expect(queuedFrames).toBeLessThan(100);
          expect(Number.isNaN(session.nextTickMs())).toBe(false);
          if (channels.length === 0) continue;
          const asked = session.unknownPeer(
            peerOf(9),
            messageDatagram({ type: 'CLM_REQ_CONN_CLIENTS_LIST' }),
            nowMs,
            0,
          );
          for (const output of asked) {
            if (output.type !== 'send') continue;
            const { id, body } = parseFrame(output.datagram)!;
            const list = decodeMessage(id, body);
            const present = channels.filter((channel) => channel.present).map(({ info }) => info.channelId);
            expect(list.type === 'CLM_CONN_CLIENTS_LIST' && list.clients.map(({ channelId }) => channelId)).toEqual(
              present,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ticking exactly when asked for goes on in time, never in place', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60, size: 'max' }), (acts) => {
        const session = createRoomSession(PLAIN_ROOM);
        let nowMs = 2000;
        for (const run of acts) {
          run(session, nowMs);
          for (let i = 0; i < 5 && session.nextTickMs() < Number.POSITIVE_INFINITY; i++) {
            nowMs = Math.max(nowMs, session.nextTickMs());
            session.tick(nowMs);
            expect(session.nextTickMs()).toBeGreaterThan(nowMs);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('150 clients who never acknowledge and ask for everything fill no more than short queues', () => {
    const session = createRoomSession({ ...PLAIN_ROOM, maxChannels: 150 });
    const name = '語'.repeat(16);
    for (let port = 1; port <= 150; port++) session.unknownPeer(peerOf(port), Uint8Array.of(255), 0, 0);
    const says = [
      { type: 'REQ_CONN_CLIENTS_LIST' },
      { type: 'CHAT_TEXT', text: '語'.repeat(1600) },
      { type: 'CHANNEL_GAIN', channelId: 3, gain: 0 },
      { type: 'CHANNEL_GAIN', channelId: 3, gain: 1 },
      {
        type: 'NETW_TRANSPORT_PROPS',
        basePacketBytes: 46,
        blockFactor: 1,
        channels: 1,
        sampleRate: 48000,
        codec: 1,
        sequenceNumbers: true,
      },
    ] as const;
    for (let round = 0; round < 20; round++) {
      for (const { channelId, generation } of session.channels()) {
        const infos = {
          type: 'CHANNEL_INFOS',
          name: name.slice(0, 15) + String.fromCharCode(65 + round),
          city: '語'.repeat(20),
          countryCode: 0,
          instrument: 0,
          skill: 'not-set',
        } as const;
        [infos, ...says].forEach((message, i) => {
          session.receive(channelId, generation, messageDatagram(message, round * 10 + i), 1000 * round, 0);
        });
      }
    }
    for (const { queuedFrames } of session.channels()) expect(queuedFrames).toBeLessThanOrEqual(60);
    expect(session.clientCount()).toBe(150);
  });

  it('a hundred thousand made-up addresses leave nothing behind and drive nobody out', () => {
    const session = createRoomSession(PLAIN_ROOM);
    const [join] = session.unknownPeer(peerOf(1), Uint8Array.of(255), 0, 0).filter(({ type }) => type === 'order');
    expect(join).toMatchObject({ order: { type: 'openChannel', channelId: 0 } });
    const { channelId, generation } = session.channels()[0]!;
    session.receive(channelId, generation, messageDatagram({ type: 'ACKN', acknowledgedId: 32 }, 0), 1, 0);
    let sent = 0;
    for (let i = 0; i < 100_000; i++) {
      const peer = peerOf(i & 0xffff, [10, (i >> 16) & 255, (i >> 8) & 255, i & 255]);
      for (const output of session.unknownPeer(peer, Uint8Array.of(i & 255), i / 100, 0)) {
        if (output.type === 'send' && String(output.peer) === String(peer)) sent++;
      }
    }
    expect(session.channels()).toHaveLength(10);
    expect(session.channels()[0]).toMatchObject({ channelId: 0, present: true, generation });
    expect(session.clientCount()).toBe(1);
    expect(sent).toBeLessThan(100_000);
  });
});
