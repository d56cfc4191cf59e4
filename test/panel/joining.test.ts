import { describe, expect, it } from 'vitest';
import { makeDesk } from './desk.ts';
import { IDLE, playingBox, SERVER_ROWS, serverRow } from './scenes.ts';

const SEEN = { ...IDLE, shownProfile: IDLE.profile };
const RECORDED = playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'join' } });

describe('CONNECT', () => {
  it('shows who sees what before the first join, and sends nothing before OK (privacy C1)', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect');
    expect(desk.shown()).toBe('who-sees-what');
    desk.wait(10_000);
    expect(desk.events()).toEqual([]);
    desk.press('knob');
    expect(desk.events()).toEqual([{ type: 'connectPressed', server: IDLE.server }]);
    expect(desk.shown()).toBe('connecting');
  });

  it('lets the profile be changed instead', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect');
    desk.wait(500);
    desk.turn(1);
    desk.press('knob');
    expect(desk.shown()).toBe('profile');
    expect(desk.events()).toEqual([]);
  });

  it('shows who sees what again when the profile has changed', () => {
    const desk = makeDesk({ ...SEEN, profile: { ...IDLE.profile, city: 'Kiel' } });
    desk.press('connect');
    expect(desk.shown()).toBe('who-sees-what');
  });

  it('names the last server for 3 s before going', () => {
    const desk = makeDesk(SEEN);
    desk.press('connect');
    expect(desk.shown()).toBe('named');
    desk.wait(2500);
    expect(desk.events()).toEqual([]);
    desk.wait(600);
    expect(desk.events()).toEqual([{ type: 'connectPressed', server: IDLE.server }]);
  });

  it('pressed again stops', () => {
    const desk = makeDesk(SEEN);
    desk.press('connect');
    desk.press('connect');
    desk.wait(5000);
    expect(desk.events()).toEqual([]);
    expect(desk.shown()).toBe('start');
  });

  it('stops an attempt, and while connected says how to leave', () => {
    const trying = makeDesk({ ...SEEN, link: { kind: 'connecting', retry: null, noAnswer: false, serverFull: false } });
    trying.press('connect');
    expect(trying.events()).toEqual([{ type: 'leavePressed' }]);
    const connected = makeDesk(playingBox());
    const before = connected.frame();
    connected.press('connect');
    expect(connected.events()).toEqual([]);
    expect(connected.frame()).not.toEqual(before);
  });

  it('held for 800 ms leaves', () => {
    const desk = makeDesk(playingBox());
    desk.press('connect', 900);
    expect(desk.events()).toEqual([{ type: 'leavePressed' }]);
  });

  it('held for 4 s shuts down', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect', 4100);
    expect(desk.events()).toEqual([{ type: 'shutDown' }]);
    desk.change(IDLE, { power: 'stopping' });
    expect(desk.shown()).toBe('power');
  });

  it('without any server opens the list', () => {
    const desk = makeDesk({ ...IDLE, server: null });
    desk.press('connect');
    expect(desk.shown()).toBe('servers');
    expect(desk.events()).toEqual([{ type: 'listServers' }]);
  });
});

describe('the list of servers', () => {
  it('opens by turning, and goes to the chosen one at once', () => {
    const desk = makeDesk(SEEN);
    desk.turn(1);
    expect(desk.shown()).toBe('servers');
    desk.press('knob');
    const { address, name } = SERVER_ROWS[0]!;
    expect(desk.events().at(-1)).toEqual({ type: 'connectPressed', server: { address, label: name } });
  });

  it('asks before joining a server that says that it records (privacy C5)', () => {
    const desk = makeDesk(SEEN, { servers: [serverRow('Tape', { records: true })] });
    desk.turn(1);
    desk.press('knob');
    expect(desk.shown()).toBe('who-sees-what');
    expect(desk.events()).toEqual([{ type: 'listServers' }]);
  });
});

describe('the recording notice', () => {
  it('stands over everything until OK', () => {
    const desk = makeDesk(playingBox());
    desk.press('knob');
    expect(desk.shown()).toBe('menu');
    desk.change(RECORDED);
    expect(desk.shown()).toBe('recording');
    desk.wait(60_000);
    expect(desk.shown()).toBe('recording');
    desk.press('knob');
    expect(desk.events()).toEqual([{ type: 'noticeAnswered', ok: true }]);
    expect(desk.box().visit.recorder).toMatchObject({ state: 'recording', notice: null });
    expect(desk.shown()).toBe('menu');
  });

  it('lets leave', () => {
    const desk = makeDesk(RECORDED);
    desk.turn(1);
    desk.press('knob');
    expect(desk.events()).toEqual([{ type: 'noticeAnswered', ok: false }]);
    expect(desk.box().link.kind).toBe('leaving');
  });

  it('is not answered by a press that was meant for what was there before', () => {
    const desk = makeDesk(playingBox());
    desk.change(RECORDED);
    desk.press('knob', 50);
    expect(desk.events()).toEqual([]);
    expect(desk.shown()).toBe('recording');
  });

  it('is followed by the licence, if there is one', () => {
    const desk = makeDesk(playingBox({ ...RECORDED.visit, licence: 'required' }));
    desk.press('knob');
    expect(desk.shown()).toBe('licence');
    desk.wait(500);
    desk.press('knob');
    expect(desk.events()).toEqual([
      { type: 'noticeAnswered', ok: true },
      { type: 'licenceAnswered', ok: true },
    ]);
    expect(desk.shown()).toBe('playing');
  });
});

describe('MUTE', () => {
  it('works on every screen', () => {
    for (const box of [IDLE, playingBox(), RECORDED]) {
      const desk = makeDesk(box);
      desk.press('mute');
      expect(desk.events()).toEqual([{ type: 'mutePressed' }]);
      expect(desk.box().sound.mute).toBe('pressed');
    }
  });
});
