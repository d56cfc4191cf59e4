import { describe, expect, it } from 'vitest';
import type { BoxState, Person } from '../../src/box/state.ts';
import type { Client } from '../peers/client.ts';
import { until } from '../peers/wait.ts';
import { chatOf, levelsOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('people');

const other = ({ visit }: BoxState): Person | undefined => visit.people.find((person) => !person.isOwn);
const own = ({ visit }: BoxState): Person | undefined => visit.people.find((person) => person.isOwn);
const seenBy = (client: Client, name: string) =>
  until(`"${name}" in the list of ${client.name}`, async () =>
    (await client.clientList()).find((person) => person.name === name),
  );

describe('Who is who, with the real server and client', () => {
  it('the box is listed with its exact profile, and with every change of it', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const profile = ['--instrument', 'Violin', '--city', 'Köln 東京 €', '--country', 'DE', '--skill', 'expert'];
    const box = await bench.box(server.address, ['--name', 'Jörg 音楽 ж', ...profile]);
    await server.waitForClient('Jörg 音楽 ж');
    const listed = { city: 'Köln 東京 €', countryId: 82, instrumentId: 20, skillLevel: 'expert' };
    expect(await seenBy(anna, 'Jörg 音楽 ж')).toMatchObject(listed);
    expect(own((await box.ask()).state)).toMatchObject({ name: 'Jörg 音楽 ж', city: 'Köln 東京 €', instrument: 20 });

    const before = (await box.ask()).state.profile;
    box.dispatch({ type: 'setProfile', profile: { ...before, name: 'Жанна', instrument: 13 } });
    expect(await seenBy(anna, 'Жанна')).toMatchObject({ ...listed, instrumentId: 13 });
    await server.waitForClient('Жанна');
    expect(await anna.clientList()).toHaveLength(2);
  });

  it('a profile with nothing in it works, and nothing of it is made up (privacy C2)', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address, ['--name', 'full', '--city', 'Ulm', '--country', 'DE']);
    await seenBy(anna, 'full');
    const empty = { name: '', city: '', countryCode: 0, instrument: 0, skill: 'not-set' } as const;
    box.dispatch({ type: 'setProfile', profile: empty });
    expect(await seenBy(anna, '')).toMatchObject({ city: '', countryId: 0, instrumentId: 0, skillLevel: null });
    const again = await bench.box(server.address, ['--name', '', '--instrument', 'none'], 'nameless');
    await again.waitFor('everybody', ({ visit }) => visit.people.length === 3);
    expect((await anna.clientList()).filter(({ name }) => name === '')).toHaveLength(2);
  });

  it('the box sees a real musician with all fields, and changes of them', async () => {
    const server = await bench.server();
    const box = await bench.box(server.address);
    await box.connected();
    const details = { city: 'Łódź', country: 224, instrument: 21, skill: 2 } as const;
    const anna = await bench.anna(server.address, details);
    const seen = await box.waitFor('anna', (state) => other(state)?.name === 'anna');
    expect(other(seen)).toMatchObject({ city: 'Łódź', countryCode: 224, instrument: 21, skill: 'intermediate' });
    await anna.rpc.call('jamulusclient/setName', { name: 'Ανна 안나' });
    await anna.rpc.call('jamulusclient/setSkillLevel', { skillLevel: 'expert' });
    const later = await box.waitFor(
      'the new name',
      (state) => other(state)?.name === 'Ανна 안나' && other(state)?.skill === 'expert',
    );
    expect(other(later)).toMatchObject({ city: 'Łódź', instrument: 21 });
    await anna.process.stop();
    await box.waitFor('anna gone', ({ visit }) => visit.people.length === 1);
  });
});

describe('Levels', () => {
  it('follow what the real musician and the box play', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address, ['--input', 'tone']);
    // The tone has −20 dBFS: step ceil(8·30/50) = 5 (messages.md §3.7); seen by both ends.
    await box.waitFor('the own level', (state) => own(state)?.level === 5);
    await until('the level at anna', () => levelsOf(anna).at(-1)?.[1] === 5);
    expect(other((await box.ask()).state)?.level).toBe(0);
    bench.playTone(anna, 3);
    // −12 dBFS: ceil(8·38/50) = 7.
    await box.waitFor('the level of anna', (state) => other(state)?.level === 7);
    await box.waitFor('silence of anna', (state) => other(state)?.level === 0);
    box.dispatch({ type: 'mutePressed' });
    await box.waitFor('silence of the muted box', (state) => own(state)?.level === 0);
    await until('its silence at anna', () =>
      levelsOf(anna)
        .at(-1)
        ?.every((level) => level === 0),
    );
  });
});

describe('Chat', () => {
  it('goes both ways, letters and markup characters as they were typed', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address);
    await seenBy(anna, 'box');
    await box.connected();
    const typed = 'Grüße, 皆さん 🎻 <b>not bold</b> & "quoted" &amp; 1 < 2';
    box.dispatch({ type: 'chatSent', text: typed });
    const shown = await box.waitFor('the own line', ({ visit }) => visit.chat.length === 1);
    expect(shown.visit.chat[0]?.text).toMatch(/^\(\d\d:\d\d:\d\d [AP]M\) box /);
    expect(shown.visit.chat[0]?.text).toContain(`box ${typed}`);
    await until('the line at anna', () => chatOf(anna).length === 1);
    expect(chatOf(anna)[0]).toContain('<b>box</b></font> Grüße, 皆さん 🎻 &lt;b&gt;not bold&lt;/b&gt; &amp; &quot;');
    await anna.sendChatText(typed);
    const second = await box.waitFor("anna's line", ({ visit }) => visit.chat.length === 2);
    expect(second.visit.chat[1]?.text).toContain(`anna ${typed}`);
  });

  it('carries 1600 characters in pieces, both ways, exactly once', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address);
    await seenBy(anna, 'box');
    await box.connected();
    // 1600 UTF-16 units and 4000 bytes: eight pieces (messages.md §2.1).
    const long = (seed: string) => seed.repeat(400).slice(0, 1600);
    box.dispatch({ type: 'chatSent', text: long('音楽дж') });
    await until('the long line at anna', () => chatOf(anna).some((text) => text.endsWith(long('音楽дж'))));
    await anna.sendChatText(long('楽音жд'));
    const state = await box.waitFor('two lines', ({ visit }) => visit.chat.length === 2);
    expect(state.visit.chat.map(({ text }) => text.slice(-1600))).toEqual([long('音楽дж'), long('楽音жд')]);
    expect(chatOf(anna)).toHaveLength(2);
    box.dispatch({ type: 'chatSent', text: `${long('abcd')}this is cut off` });
    await until('the cut line at anna', () => chatOf(anna).length === 3);
    expect(chatOf(anna)[2]?.endsWith(`</b></font> ${long('abcd')}`)).toBe(true);
  });

  it('is gone at disconnect (privacy C7), as everything else of the visit', async () => {
    const server = await bench.server({ welcome: 'Good evening' });
    const box = await bench.box(server.address);
    await box.connected();
    box.dispatch({ type: 'chatSent', text: 'a secret' });
    await box.waitFor('the line', ({ visit }) => visit.chat.length === 1 && visit.welcome === 'Good evening');
    box.dispatch({ type: 'leavePressed' });
    const left = await box.waitFor('idle', ({ link }) => link.kind === 'idle');
    expect(JSON.stringify(left)).not.toMatch(/secret|Good evening/);
    expect(left.visit).toMatchObject({ chat: [], people: [], welcome: null, server: null });
    expect(box.log.join('\n')).not.toMatch(/secret|Good evening/);
    box.dispatch({ type: 'connectPressed' });
    expect((await box.connected()).visit.chat).toEqual([]);
  });
});
