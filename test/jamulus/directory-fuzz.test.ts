import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDirectoryQuery } from '../../src/jamulus/directory-query.ts';
import type { DirectoryOutput, DirectoryQuery, HostPort } from '../../src/jamulus/directory-types.ts';
import { buildFrame, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { anyMessage, MESSAGES } from './arbitraries.ts';
import { fullList, listed, startNetwork } from './directory-network.ts';

type Act = (query: DirectoryQuery, nowMs: number, last: Uint8Array) => readonly DirectoryOutput[];

/** Few enough that answers often come from somebody who was asked. */
const host: fc.Arbitrary<HostPort> = fc.record({
  address: fc.constantFrom('203.0.113.1', '203.0.113.2', '198.51.100.7', '192.168.1.5', '2001:db8::7'),
  port: fc.constantFrom(22124, 22224),
});
const answer = fc.oneof(
  anyMessage,
  MESSAGES.CLM_SERVER_LIST,
  MESSAGES.CLM_RED_SERVER_LIST,
  MESSAGES.CLM_CONN_CLIENTS_LIST,
  MESSAGES.CLM_VERSION_AND_OS,
  MESSAGES.CLM_SERVER_FEATURES,
  MESSAGES.CLM_WELCOME_MESSAGE,
);
const targets = fc.array(fc.record({ id: fc.string(), host }), { maxLength: 30 });

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(answer, host).map(
      ([m, from]): Act =>
        (q, t) =>
          q.receive(messageDatagram(m), from, t),
    ),
  },
  // The echo of the last datagram sent: the right time in the right form.
  {
    weight: 6,
    arbitrary: host.map(
      (from): Act =>
        (q, t, last) =>
          q.receive(last, from, t),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.uint8Array({ maxLength: 60 }), host).map(
      ([b, from]): Act =>
        (q, t) =>
          q.receive(b, from, t),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: 1000, max: 1025 }), fc.uint8Array({ maxLength: 200 }), host).map(
      ([id, body, from]): Act =>
        (q, t) =>
          q.receive(buildFrame(id, 0, body), from, t),
    ),
  },
  { weight: 8, arbitrary: fc.constant<Act>((q, t) => q.tick(t)) },
  {
    weight: 2,
    arbitrary: targets.map(
      (list): Act =>
        (q, t) =>
          q.ask(list, t),
    ),
  },
  fc.array(host, { maxLength: 5 }).map(
    (hosts): Act =>
      (q, t) =>
        q.watch(hosts, t),
  ),
  fc.array(fc.ipV4(), { maxLength: 300 }).map(
    (addresses): Act =>
      (q, t) =>
        q.probe(addresses, t),
  ),
  fc.constant<Act>((q, t) => q.refresh(t)),
  fc.boolean().map(
    (up): Act =>
      (q, t) =>
        q.networkUp(up, t),
  ),
  fc.constant<Act>((q) => {
    q.stop();
    return [];
  }),
);
const anyTimeStep = fc.oneof(fc.nat(30), fc.nat(3000), fc.double({ min: 0, max: 20_000, noNaN: true }));

describe('whatever happens to the search', () => {
  it('it never throws, sends only its own requests, and few of them for each thing that happens', () => {
    const requests = /^CLM_(REQ_|PING_MS_WITHNUMCLIENTS)/;
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAct, anyTimeStep), { maxLength: 100, size: 'max' }), (steps) => {
        const query = createDirectoryQuery();
        let nowMs = 0;
        let last: Uint8Array = new Uint8Array();
        query.ask([{ id: 'town', host: { address: '203.0.113.1', port: 22224 } }], nowMs);
        for (const [act, stepMs] of steps) {
          nowMs += stepMs;
          const outputs = act(query, nowMs, last);
          const sends = outputs.flatMap((output) => (output.type === 'send' ? [output] : []));
          for (const { datagram, to } of sends) {
            const frame = parseFrame(datagram)!;
            expect(decodeMessage(frame.id, frame.body).type).toMatch(requests);
            expect(to.port).toBeGreaterThan(0);
            last = datagram;
          }
          // One to each of 20 directories, a ping, a probe, three further questions to a server that has answered.
          expect(sends.length).toBeLessThanOrEqual(25);
          for (const output of outputs) {
            if (output.type !== 'event' || output.event.type !== 'list') continue;
            expect(output.event.servers.length).toBeLessThanOrEqual(150);
          }
          expect(Number.isNaN(query.nextTickMs())).toBe(false);
        }
        query.stop();
        expect(query.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 200 },
    );
  });

  it('ticking when asked for goes on in time, never in place', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40, size: 'max' }), (acts) => {
        const query = createDirectoryQuery();
        let nowMs = 1000;
        for (const act of acts) {
          act(query, nowMs, new Uint8Array());
          for (let i = 0; i < 5 && query.nextTickMs() < Number.POSITIVE_INFINITY; i++) {
            nowMs = Math.max(nowMs, query.nextTickMs());
            query.tick(nowMs);
            expect(query.nextTickMs()).toBeGreaterThan(nowMs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('directories that list as many servers as they can', () => {
  it('fill the search up to its limit, and it still sends at most one ping every 11 ms', () => {
    const network = startNetwork();
    const hosts = Array.from({ length: 30 }, (_, i) => ({ address: `203.0.113.${i + 1}`, port: 22124 }));
    network.take(
      network.query.ask(
        hosts.map((target, i) => ({ id: String(i), host: target })),
        network.nowMs,
      ),
    );
    for (const [i, from] of hosts.entries()) {
      network.say(from, fullList(...Array.from({ length: 149 }, (_, k) => listed(`198.${i}.7.${k}`, 22124, ''))));
    }
    expect(network.eventsOf('list')).toHaveLength(20);
    const before = network.sent.length;
    network.wait(20_000);
    const pinged = network.sent.slice(before);
    expect(new Set(pinged.map(({ to }) => to)).size).toBe(1050);
    expect(pinged.length).toBeLessThanOrEqual(Math.ceil(20_000 / 11));
  });
});
