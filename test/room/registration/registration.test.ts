/** Listing the own room at a directory (sessions.md §10.2). */
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage } from '../../../src/jamulus/messages/message.ts';
import { ownIpv4AddressTowards } from '../../../src/linux/own-address.ts';
import {
  createRegistration,
  type Registration,
  type RegistrationOutput,
  type RegistrationProfile,
} from '../../../src/room/registration/registration.ts';
import { host, peerAt } from '../peers.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PROFILE: RegistrationProfile = { name: 'Cellar', city: 'Leeds', countryCode: 224, maxClients: 12, port: 22124 };
const DIRECTORY = { address: '5.6.7.8', port: 22124 };
const FROM = peerAt('5.6.7.8:22124');

function said(outputs: readonly RegistrationOutput[]): string[] {
  return outputs.map((output) => {
    if (output.type === 'resolve') return 'resolve';
    const frame = parseFrame(output.datagram)!;
    return `${host(output.peer)} ${decodeMessage(frame.id, frame.body).type}`;
  });
}

function messageIn(outputs: readonly RegistrationOutput[]) {
  const sent = outputs.find((output) => output.type === 'send')!;
  const frame = parseFrame(sent.datagram)!;
  return decodeMessage(frame.id, frame.body);
}

/** Asked once, at 0 ms. */
function started(): Registration {
  const registration = createRegistration(PROFILE);
  expect(said(registration.start(0))).toEqual(['resolve']);
  expect(said(registration.resolved(DIRECTORY, '192.168.1.2', 0))).toEqual(['5.6.7.8:22124 CLM_REGISTER_SERVER_EX']);
  return registration;
}

function registered(): Registration {
  const registration = started();
  registration.receive(FROM, { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' }, 10);
  expect(registration.status()).toBe('registered');
  return registration;
}

/** All that happens until a time; each 'resolve' is answered at once. */
function run(registration: Registration, fromMs: number, untilMs: number): { atMs: number; said: string[] }[] {
  const all: { atMs: number; said: string[] }[] = [];
  for (let atMs = fromMs; ; ) {
    atMs = Math.max(atMs, registration.nextTickMs());
    if (atMs > untilMs) return all;
    const outputs = [...registration.tick(atMs)];
    if (outputs.some(({ type }) => type === 'resolve')) outputs.push(...registration.resolved(DIRECTORY, '', atMs));
    all.push({ atMs, said: said(outputs) });
  }
}

describe('S6: not registered anywhere by default', () => {
  it('S6: before start() it says nothing and needs no timer', () => {
    const registration = createRegistration(PROFILE);
    expect(registration.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
    expect(registration.tick(HOUR_MS)).toEqual([]);
    expect(registration.setProfile({ ...PROFILE, name: 'Attic' }, 1)).toEqual([]);
    expect(registration.resolved(DIRECTORY, '', 2)).toEqual([]);
    expect(registration.receive(FROM, { type: 'CLM_SEND_EMPTY_MESSAGE', address: '9.9.9.9', port: 5 }, 3)).toEqual([]);
    expect(registration.stop()).toEqual([]);
    expect(registration.status()).toBe('not-registered');
  });
});

describe('registering', () => {
  it('tells name, place, size, port and the own address', () => {
    const registration = createRegistration(PROFILE);
    registration.start(0);
    expect(messageIn(registration.resolved(DIRECTORY, '192.168.1.2', 0))).toMatchObject({
      type: 'CLM_REGISTER_SERVER_EX',
      registration: {
        ...{ name: 'Cellar', city: 'Leeds', countryCode: 224, maxClients: 12, permanent: false },
        ...{ internalAddress: '192.168.1.2', internalPort: 22124 },
      },
      os: 2,
    });
    expect(registration.status()).toBe('requested');
  });

  it('asks five times in all, 500 ms apart, and has failed then', () => {
    const registration = started();
    expect(run(registration, 0, 5000).map(({ atMs }) => atMs)).toEqual([500, 1000, 1500, 2000, 2500]);
    expect(registration.status()).toBe('failed');
  });

  it('takes a late answer', () => {
    const registration = started();
    run(registration, 0, 5000);
    registration.receive(FROM, { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' }, 5001);
    expect(registration.status()).toBe('registered');
  });

  it.each(['list-full', 'version-too-old', 'requirements-not-met'] as const)('hears that %s, and waits', (result) => {
    const registration = started();
    registration.receive(FROM, { type: 'CLM_REGISTER_SERVER_RESP', result }, 10);
    expect(registration.status()).toBe(result);
    expect(run(registration, 0, 50_000)).toEqual([]);
  });

  it('takes an answer from nobody else', () => {
    const registration = started();
    for (const liar of ['5.6.7.9:22124', '5.6.7.8:22125']) {
      registration.receive(peerAt(liar), { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' }, 10);
    }
    expect(registration.status()).toBe('requested');
  });

  it('asks again every 15 minutes whatever came of it, and keeps the path open every 59 s', () => {
    const registration = registered();
    const all = run(registration, 10, 15 * MINUTE_MS);
    const words = all.filter((step) => step.said.join() === '5.6.7.8:22124 CLM_EMPTY_MESSAGE');
    expect(words.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 15 }, (_, i) => 59_000 * (i + 1)));
    expect(all.at(-1)).toEqual({ atMs: 900_000, said: ['resolve', '5.6.7.8:22124 CLM_REGISTER_SERVER_EX'] });
  });

  it('a name that is not found is looked up again a minute later', () => {
    const registration = createRegistration(PROFILE);
    registration.start(0);
    expect(registration.resolved(undefined, '', 100)).toEqual([]);
    expect(registration.status()).toBe('bad-address');
    expect(said(registration.tick(59_000))).toEqual([]);
    expect(said(registration.tick(60_100))).toEqual(['resolve']);
  });

  it('is permanent after 48 hours', () => {
    const registration = registered();
    const permanentAt = (nowMs: number) => {
      const message = messageIn(registration.resolved(DIRECTORY, '', nowMs));
      return message.type === 'CLM_REGISTER_SERVER_EX' && message.registration.permanent;
    };
    expect(permanentAt(48 * HOUR_MS)).toBe(false);
    expect(permanentAt(48 * HOUR_MS + 10)).toBe(true);
  });

  it('registers at once with a new name, and not for the same one', () => {
    const registration = registered();
    expect(registration.setProfile({ ...PROFILE }, 1000)).toEqual([]);
    expect(said(registration.setProfile({ ...PROFILE, name: 'Attic' }, 1000))).toEqual(['resolve']);
    expect(messageIn(registration.resolved(DIRECTORY, '', 1000))).toMatchObject({ registration: { name: 'Attic' } });
  });

  it('leaves the list at the end, and the old one when the directory has moved', () => {
    const registration = registered();
    const moved = registration.resolved({ address: '5.6.7.9', port: 22124 }, '', 1000);
    expect(said(moved)).toEqual(['5.6.7.8:22124 CLM_UNREGISTER_SERVER', '5.6.7.9:22124 CLM_REGISTER_SERVER_EX']);
    expect(said(registration.stop())).toEqual(['5.6.7.9:22124 CLM_UNREGISTER_SERVER']);
    expect(registration.status()).toBe('not-registered');
    expect(run(registration, 1000, HOUR_MS)).toEqual([]);
  });
});

describe('opening the path for clients', () => {
  const punch = (address: string, port = 2000) => ({ type: 'CLM_SEND_EMPTY_MESSAGE', address, port }) as const;

  it('is done for the directory', () => {
    expect(said(registered().receive(FROM, punch('9.9.9.9'), 20))).toEqual(['9.9.9.9:2000 CLM_EMPTY_MESSAGE']);
  });

  it('is done for nobody else, and not towards impossible addresses', () => {
    const registration = registered();
    expect(registration.receive(peerAt('6.6.6.6:22124'), punch('9.9.9.9'), 20)).toEqual([]);
    for (const address of ['0.0.0.0', '224.0.0.1', '255.255.255.255']) {
      expect(registration.receive(FROM, punch(address), 20)).toEqual([]);
    }
    expect(registration.receive(FROM, punch('9.9.9.9', 0), 20)).toEqual([]);
  });

  it('has a rate, should the directory be a lie', () => {
    const registration = registered();
    let sent = 0;
    for (let i = 0; i < 10_000; i++) sent += registration.receive(FROM, punch('9.9.9.9'), 1000).length;
    expect(sent).toBeLessThanOrEqual(200);
  });
});

describe('C8: the own address', () => {
  it('C8: is read from the route, without a packet', async () => {
    expect(await ownIpv4AddressTowards('127.0.0.1')).toBe('127.0.0.1');
  });

  it('C8: is empty where there is no way', async () => {
    expect(await ownIpv4AddressTowards('255.255.255.255')).toBe('');
  });
});
