import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildFrame, isConnectionless } from '../../src/jamulus/frame.ts';
import { encodeMessage, type Message } from '../../src/jamulus/messages/message.ts';
import { startEchoPeer } from '../audio/echo-peer.ts';
import { until } from '../audio/engine-rig.ts';
import { anyMessage, MESSAGES } from '../jamulus/arbitraries.ts';
import { person } from '../jamulus/harness.ts';
import { randomIntegers } from '../opus/signals.ts';
import { ANNA } from './box-rig.ts';
import { BOX_CHANNEL } from './fake-server.ts';
import { startVisit, type VisitRig } from './visit-rig.ts';

/** What ends or changes the session by right; each is tested elsewhere. */
const MEANT = new Set(['CLM_DISCONNECTION', 'CLIENT_ID', 'LICENCE_REQUIRED', 'RECORDER_STATE', 'VERSION_AND_OS']);

let server: VisitRig['server'];
let box: VisitRig['box'];

async function join(): Promise<void> {
  ({ server, box } = await startVisit({ others: [person(0, 'Ben')] }));
  await box.join(server.address);
  await until(() => server.messages('REQ_CHANNEL_LEVEL_LIST').length > 0);
}

/** The session still does what it is for: list, chat in both directions, sound. */
async function expectAlive(): Promise<void> {
  expect(box.state().link.kind).toBe('connected');
  const chats = server.messages('CHAT_TEXT').length;
  box.store.dispatch({ type: 'chatSent', text: 'still here' });
  await until(() => server.messages('CHAT_TEXT').length > chats);
  await until(() => box.state().visit.chat.some(({ text }) => text.includes('still here')));
  server.say({ type: 'CONN_CLIENTS_LIST', clients: [{ ...ANNA, channelId: BOX_CHANNEL }, person(9, 'Zoe')] });
  await until(() => box.state().visit.people.some(({ name }) => name === 'Zoe'));
  const heard = server.audio().length;
  await until(() => server.audio().length > heard + 50);
}

/** Sends on without drowning the socket: the box must see everything. */
async function sendAll(datagrams: readonly Uint8Array[]): Promise<void> {
  for (const [i, datagram] of datagrams.entries()) {
    server.sendRaw(datagram);
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function seen(): number {
  const { notMessages, unknown, rejected, ignored, duplicates } = box.session.counters()!;
  return notMessages + unknown + rejected + ignored + duplicates;
}

/** Log lines are fixed sentences: nothing that a server has said is in them. */
function expectCleanLog(): void {
  const known = [
    /^sound( card running|: no sound card: in from a 440 Hz tone, out to nowhere, 64 frames by the clock)$/,
    /^connecting$/,
    /^the server (is recording|has (started|stopped) recording)$/,
    /^muted because of feedback$/,
    /^connection-lost, trying again$/,
  ];
  expect(box.log.filter((line) => !known.some((pattern) => pattern.test(line)))).toEqual([]);
}

test('Every message there is, with random content, leaves the session alive and the log clean', async () => {
  await join();
  const kinds = Object.values(MESSAGES);
  const messages = kinds.flatMap((kind, i) => fc.sample(kind, { seed: i, numRuns: 12 }));
  const counter = randomIntegers(3);
  const harmless = messages.filter(({ type }) => !MEANT.has(type));
  await sendAll(
    harmless.map((message) => {
      const { id, body } = encodeMessage(message);
      return buildFrame(id, counter(), body);
    }),
  );
  await expectAlive();
  expectCleanLog();
  // It stayed one session: no second introduction by a new connection.
  expect(server.messages('CLM_DISCONNECTION')).toEqual([]);
});

test('Fields out of range, bodies cut short and bodies too long are rejected and counted', async () => {
  await join();
  const random = randomIntegers(5);
  const datagrams: Uint8Array[] = [];
  for (const message of fc.sample(anyMessage, { seed: 11, numRuns: 300 })) {
    const { id, body } = encodeMessage(message);
    if (MEANT.has(message.type)) continue;
    const wild = body.map((byte) => (random() % 3 === 0 ? random() : byte));
    const resized = new Uint8Array(Math.max(0, body.length + ((random() % 9) - 4)));
    resized.set(body.subarray(0, resized.length));
    datagrams.push(buildFrame(id, random(), wild), buildFrame(id, random(), resized));
  }
  const before = seen();
  await sendAll(datagrams);
  await until(() => seen() - before > datagrams.length / 4);
  await expectAlive();
  expectCleanLog();
});

test('Messages with every number there is and isn’t are survived', async () => {
  await join();
  const random = randomIntegers(9);
  const ids = Array.from({ length: 400 }, (_, i) =>
    i < 60 ? i : i < 120 ? 940 + i : i < 160 ? 1890 + i : random() % 65536,
  );
  // 32: a second channel, 33: recording, 27: licence, 29: version, 1010: goodbye.
  const strange = ids.filter((id) => ![27, 29, 32, 33, 1010].includes(id));
  await sendAll(strange.map((id) => buildFrame(id, random(), Uint8Array.from({ length: random() % 64 }, random))));
  await expectAlive();
  expect(box.session.counters()!.unknown).toBeGreaterThan(100);
  expectCleanLog();
});

test('Duplicated and reordered datagrams change nothing', async () => {
  await join();
  const messages: Message[] = Array.from({ length: 40 }, (_, i) => ({ type: 'CHAT_TEXT', text: `line ${i}` }));
  const frames = messages.map((message, i) => {
    const { id, body } = encodeMessage(message);
    return buildFrame(id, 100 + i, body);
  });
  const before = box.session.counters()!.duplicates;
  await sendAll(frames.flatMap((frame) => [frame, frame, frame]));
  await until(() => box.session.counters()!.duplicates - before === 80);
  await until(() => box.state().visit.chat.at(-1)?.text === 'line 39');
  expect(box.state().visit.chat).toHaveLength(10);
  await sendAll(frames.toReversed());
  await expectAlive();
});

test('Garbage of all lengths from the server’s address is no reason to stop', async () => {
  await join();
  const random = randomIntegers(21);
  await sendAll(Array.from({ length: 1000 }, () => Uint8Array.from({ length: random() % 1500 }, random)));
  await expectAlive();
  expect(box.session.counters()!.notMessages).toBe(0); // the audio thread has kept it all
  expectCleanLog();
});

test('A stranger can neither speak for the server nor make the box answer', async () => {
  await join();
  const stranger = await startEchoPeer();
  stranger.echo = false;
  for (const message of fc.sample(anyMessage, { seed: 4, numRuns: 300 })) {
    const { id, body } = encodeMessage(message);
    stranger.send(box.port, buildFrame(id, 0, body));
  }
  for (const type of ['CLM_DISCONNECTION', 'CLM_SERVER_FULL', 'CLM_REQ_VERSION_AND_OS', 'CLM_PING_MS'] as const) {
    const message = fc.sample(MESSAGES[type], 1)[0]!;
    const { id, body } = encodeMessage(message);
    expect(isConnectionless(id)).toBe(true);
    stranger.send(box.port, buildFrame(id, 0, body));
  }
  const chat = encodeMessage({ type: 'CHAT_TEXT', text: 'I am not the server' });
  stranger.send(box.port, buildFrame(chat.id, 200, chat.body));
  await expectAlive();
  expect(box.state().visit.chat.filter(({ text }) => text.includes('not the server'))).toEqual([]);
  expect(stranger.received).toEqual([]);
  stranger.close();
});

test('A server that names other addresses does not make the box send there', async () => {
  await join();
  const victim = await startEchoPeer();
  const place = { address: '127.0.0.1', port: victim.port, name: 'victim' };
  server.say(
    { type: 'CLM_SEND_EMPTY_MESSAGE', address: '127.0.0.1', port: victim.port },
    { type: 'CLM_RED_SERVER_LIST', servers: [place] },
    { type: 'CLM_SERVER_LIST', servers: [{ ...place, countryCode: 0, maxClients: 9, permanent: true, city: '' }] },
  );
  await expectAlive();
  expect(victim.received).toEqual([]);
  victim.close();
});

test('What belongs to the session but comes with random values keeps the box able to leave in order', async () => {
  await join();
  for (const message of fc.sample(anyMessage, { seed: 31, numRuns: 400 })) {
    const { id, body } = encodeMessage(message);
    if (message.type === 'CLM_DISCONNECTION') continue;
    server.sendRaw(buildFrame(id, 0, body));
  }
  await until(() => seen() > 50);
  expectCleanLog();
  box.store.dispatch({ type: 'leavePressed' });
  await until(() => box.state().link.kind === 'idle');
  expect(server.messages('CLM_DISCONNECTION').length).toBeGreaterThanOrEqual(1);
});
