import { describe, expect, it } from 'vitest';
import { rememberedMix } from '../../src/box/people.ts';
import { connecting, makeBox, musician, playing } from './box.ts';

const BIDI = '\u202e';

describe('people on the server', () => {
  it('nobody is told to have muted themselves: who solos somebody mutes their own channel, too', () => {
    const box = makeBox();
    playing(box);
    const own = musician(3, 'Box-7F3A', { isOwn: true, hasMutedMe: true });
    box.session({ type: 'clientList', clients: [own, musician(4, 'Anna')] });
    for (const channelId of [3, 4]) box.session({ type: 'muteState', channelId, muted: true });
    expect(box.state().visit.people.map(({ name, hasMutedMe }) => [name, hasMutedMe])).toEqual([
      ['Box-7F3A', false],
      ['Anna', true],
    ]);
  });

  it('announces who comes, who goes and who mutes, but not the box itself', () => {
    const box = makeBox();
    playing(box);
    const own = musician(3, 'Box-7F3A', { isOwn: true });
    box.session({ type: 'clientList', clients: [own, musician(4, '')] });
    const quiet = box.printed().length;
    box.session({
      type: 'clientList',
      clients: [own, musician(4, 'Anna', { instrument: 5, city: 'Graz', countryCode: 14 })],
    });
    box.session({ type: 'muteState', channelId: 4, muted: true });
    box.session({ type: 'clientList', clients: [own] });
    expect(box.printed().slice(quiet)).toEqual([
      'Anna (Bass Guitar, Graz, AT) is here.',
      'Anna has muted you.',
      'Anna has gone.',
    ]);
  });

  it('keeps levels beside their musicians', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, 'A'), musician(2, 'B')] });
    box.session({ type: 'levels', levels: [{ channelId: 2, level: 7 }] });
    box.session({ type: 'clientList', clients: [musician(2, 'B')] });
    expect(box.state().visit.people.map(({ name, level }) => [name, level])).toEqual([['B', 7]]);
  });

  it('shows no control or direction characters of names', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, `\u001b[31m${BIDI}Eve\u0000`)] });
    expect(box.state().visit.people[0]?.name).toBe('[31mEve');
  });
});

describe('the mix', () => {
  it('tells the session only what has changed', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, 'Anna')] });
    box.send({ type: 'setMix', channelId: 1, change: { gain: 2, pan: 0.5, solo: true } });
    expect(box.calls()).toEqual([{ method: 'setSolo', channelId: 1, solo: true }]);
    box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5, pan: 0, muted: true } });
    expect(box.calls().slice(1)).toEqual([
      { method: 'setGain', channelId: 1, gain: 0.5 },
      { method: 'setPan', channelId: 1, pan: 0 },
      { method: 'setMuted', channelId: 1, muted: true },
    ]);
  });

  it('ignores musicians who are not there', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'setMix', channelId: 9, change: { gain: 0.5 } });
    expect(box.last()).toEqual([]);
  });

  it('is remembered by name across reconnects', () => {
    const box = makeBox();
    playing(box);
    const own = musician(3, 'Box-7F3A', { isOwn: true });
    box.session({ type: 'clientList', clients: [musician(1, 'Anna\u0007'), own] });
    box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5 } });
    box.send({ type: 'setMix', channelId: 3, change: { pan: 1 } });
    box.session({ type: 'ended', reason: 'timeout' });
    expect(rememberedMix(box.state(), 'Anna\u0007', false)).toEqual({ gain: 0.5, pan: 0.5, muted: false, solo: false });
    expect(rememberedMix(box.state(), 'Box-7F3A', true)?.pan).toBe(1);
    expect(rememberedMix(box.state(), 'Box-7F3A', false)).toBeUndefined();
  });

  it('C10: remembers only musicians whose mix was set, at most 250, the most recent ones', () => {
    const box = makeBox();
    playing(box);
    for (let i = 0; i < 300; i++) {
      box.session({ type: 'clientList', clients: [musician(1, `P${i}`), musician(2, 'Bystander')] });
      box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5 } });
    }
    const { others } = box.state().mixes;
    expect(others).toHaveLength(250);
    expect(others[0]?.name).toBe('P299');
    expect(others.some(({ name }) => name === 'Bystander')).toBe(false);
  });

  it('C10: remembers nothing for somebody without a name', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, '')] });
    box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5 } });
    expect(box.state().mixes.others).toEqual([]);
  });
});

describe('chat', () => {
  it('becomes plain text, of which the last ten lines are kept', () => {
    const box = makeBox();
    playing(box);
    for (let i = 1; i <= 12; i++) {
      box.session({ type: 'chat', html: `<font color="red">(01:0${i % 10}:00 PM) <b>Anna</b></font> a&lt;${i}` });
    }
    const { chat } = box.state().visit;
    expect(chat).toHaveLength(10);
    expect(chat.at(-1)).toEqual({ number: 12, atMs: 0, text: '(01:02:00 PM) Anna a<12' });
    expect(box.printed().at(-1)).toBe('(01:02:00 PM) Anna a<12');
  });

  it('prints the welcome text once', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'welcome', html: '<h1>Hello</h1>Be <i>nice</i>.<br>Thanks' });
    expect(box.printed().slice(-3)).toEqual(['Hello', 'Be nice.', 'Thanks']);
  });

  it('sends what was typed while connected only', () => {
    const box = makeBox();
    box.send({ type: 'chatSent', text: 'early' });
    playing(box);
    box.send({ type: 'chatSent', text: ' hi ' });
    box.send({ type: 'chatSent', text: '  ' });
    expect(box.calls()).toEqual([{ method: 'sendChat', text: 'hi' }]);
  });

  it('C7: is gone at disconnect, with everything else that the visit knew', () => {
    for (const leave of ['timeout', 'leave'] as const) {
      const box = makeBox();
      playing(box);
      box.session({ type: 'clientList', clients: [musician(1, 'Zebedee')] });
      box.session({ type: 'chat', html: 'a secret' });
      box.session({ type: 'welcome', html: 'a greeting' });
      if (leave === 'timeout') box.session({ type: 'ended', reason: 'timeout' });
      else box.send({ type: 'leavePressed' });
      expect(JSON.stringify(box.state())).not.toMatch(/secret|greeting|Zebedee/);
      connecting(box);
      expect(JSON.stringify(box.state())).not.toMatch(/secret|greeting|Zebedee/);
    }
  });

  it('C7, C10: never reaches the journal, and neither do names and addresses', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, 'Zebedee', { city: 'Xanadu' })] });
    box.session({ type: 'chat', html: 'a secret' });
    box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5 } });
    box.session({ type: 'recorderState', state: 'recording' });
    box.session({ type: 'recorderState', state: 'not-enabled' });
    box.session({ type: 'ended', reason: 'timeout' });
    box.send({ type: 'quit', code: 0 });
    const lines = box.all().flatMap((effect) => (effect.type === 'log' ? [effect.line] : []));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('\n')).not.toMatch(/secret|Zebedee|Xanadu|cellar|192\.0\.2/i);
  });
});
