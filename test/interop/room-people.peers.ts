/** Our own room with real clients in it: who is listed, welcome, chat, licence, a full room, who goes and how. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Client } from '../peers/client.ts';
import { startRelay } from '../peers/relay.ts';
import { until } from '../peers/wait.ts';
import { startWindow } from './room-clients.ts';
import { type Guest, openRoom, startGuest } from './room-fixture.ts';
import { chatOf, levelsOf, messagesOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('room-people');

const BEN = { name: 'ben', port: 23_400 } as const;
/** Meter step of the box's tone, −20 dBFS, and of the tone played to real clients, −12 dBFS (messages.md §3.7). */
const BOX_LEVEL = 5;
const TONE_LEVEL = 7;
/** A client that vanishes is given up after 30 s (sessions.md §2). */
const TIMEOUT_MS = 30_000;

const seenBy = (client: Client, name: string) =>
  until(`"${name}" in the list of ${client.name}`, async () =>
    (await client.clientList()).find((person) => person.name === name),
  );
const levelAt = (client: Client, person: number) => levelsOf(client).at(-1)?.[person];
/** All steps that a guest has seen of a person, by its place in the list. */
const levelsAt = (guest: Guest, person: number) =>
  guest.events.flatMap((event) => (event.type === 'levels' ? [event.levels[person]?.level ?? 0] : []));

describe('Who is in the room', () => {
  it('real clients and a box see each other with their exact profiles, and changes of them', async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address, { city: 'Łódź', country: 224, instrument: 21, skill: 2 });
    const profile = ['--instrument', 'Violin', '--city', 'Köln 東京 €', '--country', 'DE', '--skill', 'expert'];
    const box = await bench.box(room.address, ['--name', 'Jörg 音楽 ж', ...profile]);
    await box.connected();
    const ben = await bench.anna(room.address, BEN);
    const jorg = { city: 'Köln 東京 €', countryId: 82, instrumentId: 20, skillLevel: 'expert' };
    expect(await seenBy(anna, 'Jörg 音楽 ж')).toMatchObject(jorg);
    expect(await seenBy(ben, 'Jörg 音楽 ж')).toMatchObject(jorg);
    expect(await seenBy(ben, 'anna')).toMatchObject({ city: 'Łódź', countryId: 224, instrumentId: 21, id: 0 });
    const seen = await box.waitFor('both', ({ visit }) => visit.people.filter(({ name }) => name).length === 3);
    expect(seen.visit.people).toMatchObject([
      { channelId: 0, name: 'anna', city: 'Łódź', countryCode: 224, instrument: 21, skill: 'intermediate' },
      { channelId: 1, name: 'Jörg 音楽 ж', isOwn: true },
      { channelId: 2, name: 'ben', city: '', countryCode: 0, instrument: 0, skill: 'not-set' },
    ]);
    await anna.rpc.call('jamulusclient/setName', { name: 'Ανна 안나' });
    await anna.rpc.call('jamulusclient/setSkillLevel', { skillLevel: 'expert' });
    expect(await seenBy(ben, 'Ανна 안나')).toMatchObject({ city: 'Łódź' });
    await box.waitFor('the change', ({ visit }) => visit.people[0]?.skill === 'expert');
    expect(room.names()).toEqual(['Ανна 안나', 'Jörg 音楽 ж', 'ben']);
  });

  it('levels of all go to all', async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address);
    const ben = await bench.anna(room.address, BEN);
    const box = await bench.box(room.address, ['--input', 'tone']);
    await until('the level of the box at anna', () => levelAt(anna, 2) === BOX_LEVEL);
    expect(levelAt(anna, 0)).toBe(0);
    bench.playTone(ben, 4);
    for (const client of [anna, ben]) {
      await until(`ben's level at ${client.name}`, () => levelAt(client, 1) === TONE_LEVEL);
    }
    await box.waitFor('the level of ben', ({ visit }) => visit.people[1]?.level === TONE_LEVEL);
    await until('silence of ben', () => levelAt(anna, 1) === 0);
  });
});

describe('Welcome and chat', () => {
  it('the welcome text comes to a real client as it is written, and to a box without its markup', async () => {
    const welcome = '<h2>Hallo</h2> <a href="http://x.invalid">Regeln</a> &amp; mehr ж';
    const room = await openRoom(bench.peers(), { welcome });
    const anna = await bench.anna(room.address);
    const box = await bench.box(room.address);
    await until('the welcome', () => chatOf(anna).length === 1);
    expect(chatOf(anna)[0]).toBe(`<b>Server Welcome Message:</b> ${welcome}`);
    const state = await box.waitFor('the welcome', ({ visit }) => visit.welcome !== null);
    expect(state.visit.welcome).toBe('Hallo\nRegeln & mehr ж');
  });

  it('chat goes both ways, markup characters as they were typed, 1600 of them exactly once', async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address);
    const ben = await bench.anna(room.address, BEN);
    const box = await bench.box(room.address);
    await seenBy(anna, 'box');
    const typed = 'Grüße, 皆さん 🎻 <b>not bold</b> & "quoted" &amp; 1 < 2';
    await anna.sendChatText(typed);
    const first = await box.waitFor("anna's line", ({ visit }) => visit.chat.length === 1);
    expect(first.visit.chat[0]?.text).toMatch(/^\(\d\d:\d\d:\d\d [AP]M\) anna Grüße, /);
    expect(first.visit.chat[0]?.text).toContain(`anna ${typed}`);
    box.dispatch({ type: 'chatSent', text: typed });
    const escaped = 'Grüße, 皆さん 🎻 &lt;b&gt;not bold&lt;/b&gt; &amp; &quot;quoted&quot; &amp;amp; 1 &lt; 2';
    for (const client of [anna, ben]) {
      await until(`both lines at ${client.name}`, () => chatOf(client).length === 2);
      expect(chatOf(client)[0]).toMatch(/^<font color="mediumblue">\(\d\d:\d\d:\d\d [AP]M\) <b>anna<\/b><\/font> /);
      expect(chatOf(client)[1]).toContain(`<b>box</b></font> ${escaped}`);
    }
    const long = (seed: string) => seed.repeat(400).slice(0, 1600);
    await anna.sendChatText(long('楽音жд'));
    box.dispatch({ type: 'chatSent', text: long('音楽дж') });
    await until('the long lines at ben', () => chatOf(ben).length === 4, { timeoutMs: 20_000 });
    const ends = chatOf(ben).map((line) => line.slice(-1600));
    expect(ends).toContain(long('楽音жд'));
    expect(ends).toContain(long('音楽дж'));
    const state = await box.waitFor('the long lines', ({ visit }) => visit.chat.length === 4);
    expect(state.visit.chat.map(({ text }) => text.slice(-1600))).toContain(long('楽音жд'));
    // Escaped it is longer than a client takes (1800): cut, not lost.
    await ben.sendChatText('<'.repeat(1600));
    await until('the cut line at anna', () => chatOf(anna).length === 5);
    expect(chatOf(anna)[4]).toMatch(/<\/font> (&lt;){420,450}$/);
    expect(chatOf(anna)[4]?.length).toBeLessThanOrEqual(1800);
  });
});

describe('The licence', () => {
  it('keeps a box silent until its player accepts', async () => {
    const room = await openRoom(bench.peers(), { licenceRequired: true });
    const anna = await bench.anna(room.address);
    const box = await bench.box(room.address, ['--input', 'tone']);
    await box.waitFor('the licence', ({ visit }) => visit.licence === 'required' && visit.people.length === 2);
    await seenBy(anna, 'box');
    await sleep(2000);
    expect(Math.max(...levelsOf(anna).map((levels) => levels[1] ?? 0))).toBe(0);
    box.dispatch({ type: 'licenceAnswered', ok: true });
    await until('the tone at anna', () => levelAt(anna, 1) === BOX_LEVEL);
  });

  it('does not interest a real client without window: it plays on, and is not heard until its input has been silent', async () => {
    const room = await openRoom(bench.peers());
    const listener = await startGuest(bench.peers(), room.port, 'listener');
    await until('the listener', () => room.names().includes('listener'));
    const anna = await bench.anna(room.address);
    const last = () => levelsAt(listener, 1).at(-1);
    bench.playTone(anna, 6);
    await until('the tone', () => last() === TONE_LEVEL);
    room.ask((session, nowMs) => session.setLicenceRequired(true, nowMs));
    await until('the question', () => room.session.channels()[1]?.licence === 'shown');
    await until('no tone', () => last() === 0, { timeoutMs: 3000 });
    const { audioReceived } = room.thread.counters();
    const before = levelsAt(listener, 1).length;
    await sleep(1500);
    expect(room.thread.counters().audioReceived).toBeGreaterThan(audioReceived + 200);
    expect(Math.max(...levelsAt(listener, 1).slice(before))).toBe(0);
    await sleep(4000); // the tone is over
    bench.playTone(anna, 4);
    await until('the second tone', () => last() === TONE_LEVEL);
  });

  it('keeps a real client with a window silent for as long as nobody answers its question', async () => {
    const room = await openRoom(bench.peers(), { licenceRequired: true });
    const listener = await startGuest(bench.peers(), room.port, 'listener');
    await until('the listener', () => room.names().includes('listener'));
    const window = startWindow(bench.peers(), { jack: bench.jackName, server: room.address, port: 23_400 });
    await until('the question', () => room.session.channels()[1]?.licence === 'shown', { timeoutMs: 20_000 });
    const { audioReceived } = room.thread.counters();
    bench.playTone(window, 4);
    await sleep(4000);
    expect(room.thread.counters().audioReceived).toBeGreaterThan(audioReceived + 700);
    expect(listener.list()).toContain('window');
    expect(Math.max(...levelsAt(listener, 1))).toBe(0);
  });
});

describe('A full room', () => {
  it('says so to a box and to a real client, and takes them when there is a place', async () => {
    const room = await openRoom(bench.peers(), { maxChannels: 1 });
    const anna = await bench.anna(room.address);
    const relay = await startRelay(room.port);
    bench.peers().atEnd(relay.close);
    const box = await bench.box(room.address);
    const full = await box.waitFor('full', ({ problem }) => problem === 'server-full');
    expect(full.link).toMatchObject({ kind: 'connecting', serverFull: true });
    await box.quit();
    expect(room.names()).toEqual(['anna']);
    const ben = bench.anna(relay.address, BEN);
    await until('"full" for ben', () => messagesOf(relay, 'toClient', 'CLM_SERVER_FULL').length > 0);
    await anna.process.stop();
    // It goes on sending, so it is taken in as soon as there is a place.
    await ben;
    expect(room.names()).toEqual(['ben']);
    expect(room.session.counters().full).toBeGreaterThan(0);
  });
});

describe('Who goes', () => {
  it('with a goodbye is off the list at once, and may come back', async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address);
    const box = await bench.box(room.address);
    await box.waitFor('anna', ({ visit }) => visit.people.length === 2);
    await anna.process.stop();
    await box.waitFor('anna gone', ({ visit }) => visit.people.length === 1, { timeoutMs: 5000 });
    expect(room.events).toContainEqual({ type: 'left', channelId: 0, reason: 'left' });
    await bench.anna(room.address, { port: 23_600 });
    const back = await box.waitFor('anna again', ({ visit }) => visit.people.some(({ name }) => name === 'anna'));
    expect(back.visit.people).toMatchObject([
      { channelId: 0, name: 'anna' },
      { channelId: 1, isOwn: true },
    ]);
    await box.quit();
    await until('the box gone', () => room.names().join() === 'anna', { timeoutMs: 5000 });
  });

  it('without a word stays listed for 30 s and not longer', async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address);
    const box = await bench.box(room.address);
    await box.waitFor('anna', ({ visit }) => visit.people.length === 2);
    await anna.process.stop('SIGKILL');
    const killedMs = performance.now();
    const { visit } = await box.waitFor('anna gone', (state) => state.visit.people.length === 1, {
      timeoutMs: TIMEOUT_MS + 10_000,
    });
    expect(performance.now() - killedMs).toBeGreaterThan(TIMEOUT_MS - 3000);
    expect(visit.people[0]?.name).toBe('box');
    expect(room.events).toContainEqual({ type: 'left', channelId: 0, reason: 'timeout' });
    expect(room.names()).toEqual(['box']);
  }, 60_000);

  it('hears the goodbye of a room that closes: a real client with a window stays away, the box comes back', async () => {
    const room = await openRoom(bench.peers(), { goodbyeOnClose: true, welcome: 'first' });
    const relay = await startRelay(room.port);
    bench.peers().atEnd(relay.close);
    startWindow(bench.peers(), { jack: bench.jackName, server: relay.address, port: 23_400 });
    await until('the window', () => room.names().includes('window'), { timeoutMs: 20_000 });
    const box = await bench.box(room.address, ['--input', 'tone']);
    await box.waitFor('the window', ({ visit }) => visit.people.length === 2);
    const { port } = room;
    await room.stop();
    expect(messagesOf(relay, 'toClient', 'CLM_DISCONNECTION')).toHaveLength(1);
    await box.waitFor('the loss', ({ link }) => link.kind === 'waiting');
    const again = await openRoom(bench.peers(), { welcome: 'second' }, port);
    const state = await box.waitFor('the second welcome', ({ visit }) => visit.welcome === 'second', {
      timeoutMs: 20_000,
    });
    expect(state.problem).toBeNull();
    // Without a window a real client goes on sending, goodbye or not, to a real server as to ours.
    const sent = relay.count('toServer');
    await sleep(1000);
    expect(relay.count('toServer')).toBe(sent);
    expect(again.names()).toEqual(['box']);
  }, 60_000);

  it('hears nothing of a room that is closed without a goodbye and opened again: a real client is in again by itself', async () => {
    const room = await openRoom(bench.peers(), { goodbyeOnClose: false });
    const anna = await bench.anna(room.address);
    const { port } = room;
    await room.stop();
    await sleep(2000);
    const again = await openRoom(bench.peers(), {}, port);
    await until('anna again', () => again.names().join() === 'anna');
    const box = await bench.box(again.address);
    bench.playTone(anna, 6);
    await box.waitFor('the level of anna', ({ visit }) => visit.people[0]?.level === TONE_LEVEL);
  });
});
