import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientSession } from '../../src/jamulus/client-session.ts';
import { MAX_QUEUED_FRAMES } from '../../src/jamulus/delivery.ts';
import { buildFrame, parseFrame } from '../../src/jamulus/frame.ts';
import { encodeMessage, messageDatagram } from '../../src/jamulus/messages/message.ts';
import type { ClientSession, SessionOutput } from '../../src/jamulus/session-types.ts';
import { anyConnectionBound, anyMessage } from './arbitraries.ts';
import { ALICE, joined } from './harness.ts';

type Act = (session: ClientSession, nowMs: number) => readonly SessionOutput[];

const number = fc.oneof(fc.double(), fc.double({ min: 0, max: 1 }));
const channel = fc.oneof(fc.integer({ min: -1, max: 260 }), fc.nat(3));

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.uint8Array({ maxLength: 80 }).map(
      (bytes): Act =>
        (s, t) =>
          s.receive(bytes, t),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(65535), fc.nat(255), fc.uint8Array({ maxLength: 80 })).map(
      ([id, counter, body]): Act =>
        (s, t) =>
          s.receive(buildFrame(id, counter, body), t),
    ),
  },
  {
    weight: 20,
    arbitrary: fc.tuple(anyMessage, fc.nat(255)).map(
      ([message, counter]): Act =>
        (s, t) =>
          s.receive(messageDatagram(message, counter), t),
    ),
  },
  { weight: 4, arbitrary: fc.constant<Act>((s, t) => s.audioArrived(t)) },
  { weight: 6, arbitrary: fc.constant<Act>((s, t) => s.tick(t)) },
  { weight: 4, arbitrary: fc.constant<Act>((s, t) => s.connect(t)) },
  { weight: 1, arbitrary: fc.constant<Act>((s, t) => s.leave(t)) },
  {
    weight: 1,
    arbitrary: fc.constant<Act>((s, t) => s.acceptLicence(t)),
  },
  fc.tuple(channel, number).map(
    ([id, value]): Act =>
      (s, t) =>
        s.setGain(id, value, t),
  ),
  fc.tuple(channel, number).map(
    ([id, value]): Act =>
      (s, t) =>
        s.setPan(id, value, t),
  ),
  fc.tuple(channel, fc.boolean()).map(
    ([id, value]): Act =>
      (s, t) =>
        s.setMuted(id, value, t),
  ),
  fc.tuple(channel, fc.boolean()).map(
    ([id, value]): Act =>
      (s, t) =>
        s.setSolo(id, value, t),
  ),
  fc.string({ unit: 'binary' }).map(
    (text): Act =>
      (s, t) =>
        s.sendChat(text, t),
  ),
  fc.string({ unit: 'binary' }).map(
    (name): Act =>
      (s, t) =>
        s.setProfile({ ...ALICE.profile, name }, t),
  ),
  fc.record({ auto: fc.boolean(), clientBlocks: fc.double(), serverBlocks: fc.double() }).map(
    (jitter): Act =>
      (s, t) =>
        s.setJitter(jitter, t),
  ),
);

const anyTimeStep = fc.oneof(fc.nat(600), fc.nat(40_000), fc.double({ min: -1000, max: 1000, noNaN: true }));

describe('whatever happens to a session', () => {
  it('it never throws, asks for sensible ticks, sends only messages and keeps within bounds', () => {
    const acts = fc.array(fc.tuple(anyAct, anyTimeStep), { maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(acts, fc.boolean(), (steps, greeted) => {
        const session = greeted ? joined().session : createClientSession(ALICE);
        let nowMs = 2000;
        for (const [act, stepMs] of steps) {
          nowMs += stepMs;
          const outputs = act(session, nowMs);
          for (const output of outputs) {
            if (output.type === 'send') expect(parseFrame(output.datagram)).toBeDefined();
            if (output.type !== 'event' || output.event.type !== 'clientList') continue;
            const ids = output.event.clients.map(({ channelId }) => channelId);
            expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
            expect(ids.every((id) => id < 150)).toBe(true);
          }
          // A step sends at most the acknowledgement, the head of the queue, a ping, a goodbye.
          expect(outputs.filter(({ type }) => type === 'send').length).toBeLessThanOrEqual(4);
          expect(outputs.length).toBeLessThanOrEqual(12);
          const next = session.nextTickMs();
          expect(Number.isNaN(next)).toBe(false);
          const active = session.state() === 'connecting' || session.state() === 'connected';
          if (active || session.state() === 'leaving') expect(next).toBeLessThan(Number.POSITIVE_INFINITY);
          else expect(next).toBe(Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a server that asks and never acknowledges fills no more than the queue', () => {
    fc.assert(
      fc.property(fc.array(anyConnectionBound, { minLength: 5, maxLength: 20 }), (messages) => {
        const { session } = joined();
        const asking = [{ type: 'REQ_CHANNEL_INFOS' } as const, ...messages];
        for (let i = 0; i < 2000; i++) {
          const message = asking[i % asking.length]!;
          const { id, body } = encodeMessage(message);
          session.receive(buildFrame(id, i, body), 2000 + i);
        }
        expect(session.state()).toBe('connected');
      }),
      { numRuns: 10 },
    );
    const { session } = joined();
    const request = encodeMessage({ type: 'REQ_CHANNEL_INFOS' });
    for (let i = 0; i < 2000; i++) session.receive(buildFrame(request.id, i, request.body), 2000 + i);
    expect(session.counters().queueOverflows).toBe(2000 - MAX_QUEUED_FRAMES);
  });

  it('ticking exactly when asked for goes on in time, never in place', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40, size: 'max' }), (acts) => {
        const { session } = joined();
        let nowMs = 2000;
        for (const act of acts) {
          act(session, nowMs);
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
});
