import { describe, expect, it } from 'vitest';
import { serverChoice } from '../../../src/box/servers/choice.ts';
import { drawPanel } from '../../../src/faces/panel/panel.ts';
import { SERVERS } from '../../../src/faces/panel/texts.ts';
import { readFrame } from '../panel-shell/read-frame.ts';
import { makeDesk } from './desk.ts';
import { IDLE, opened, playingBox, SERVER_ROWS, scene, serverRow } from './scenes.ts';

const SEEN = { ...IDLE, shownProfile: IDLE.profile };
const RECORDED = playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'join' } });

describe('CONNECT', () => {
  it('shows who sees what before the first join, and sends nothing before OK (privacy C1)', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect');
    expect(desk.shown()).toBe('who-sees-what');
    desk.wait(10_000);
    expect(desk.commands()).toEqual([]);
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'connect', shown: true }]);
    expect(desk.shown()).toBe('connecting');
  });

  it('lets the profile be changed instead', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect');
    desk.wait(500);
    desk.turn(1);
    desk.press('knob');
    expect(desk.shown()).toBe('profile');
    expect(desk.commands()).toEqual([]);
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
    expect(desk.commands()).toEqual([]);
    desk.wait(600);
    expect(desk.commands()).toEqual([{ type: 'connect', shown: true }]);
  });

  it('pressed again stops', () => {
    const desk = makeDesk(SEEN);
    desk.press('connect');
    desk.press('connect');
    desk.wait(5000);
    expect(desk.commands()).toEqual([]);
    expect(desk.shown()).toBe('start');
  });

  it('stops an attempt, and while connected says how to leave', () => {
    const trying = makeDesk({ ...SEEN, link: { kind: 'connecting', retry: null, noAnswer: false, serverFull: false } });
    trying.press('connect');
    expect(trying.commands()).toEqual([{ type: 'leave' }]);
    const connected = makeDesk(playingBox());
    const before = connected.frame();
    connected.press('connect');
    expect(connected.commands()).toEqual([]);
    expect(connected.frame()).not.toEqual(before);
  });

  it('held for 800 ms leaves', () => {
    const desk = makeDesk(playingBox());
    desk.press('connect', 900);
    expect(desk.commands()).toEqual([{ type: 'leave' }]);
  });

  it('asks, too, when the server says that it records while it is being named (privacy C5)', () => {
    const desk = makeDesk(SEEN);
    desk.press('connect');
    expect(desk.shown()).toBe('named');
    desk.change(SEEN, { servers: [serverRow('The Cellar', { address: 'cellar.example:22125', records: true })] });
    expect(desk.shown()).toBe('who-sees-what');
    desk.wait(10_000);
    expect(desk.commands()).toEqual([]);
  });

  it('held for 4 s shuts down', () => {
    const desk = makeDesk(IDLE);
    desk.press('connect', 4100);
    expect(desk.commands()).toEqual([{ type: 'shutDown' }]);
    desk.change(IDLE, { power: 'stopping' });
    expect(desk.shown()).toBe('power');
  });

  it('without any server opens the list', () => {
    const desk = makeDesk({ ...IDLE, server: null });
    desk.press('connect');
    expect(desk.shown()).toBe('servers');
    expect(desk.commands()).toEqual([{ type: 'listServers', open: { group: 'room' } }]);
  });
});

describe('the choice of servers', () => {
  /** Favourites 0, this room 0, recent 0, all public 2, ... */
  const PUBLIC_ROWS = [serverRow('Near', { pingMs: 10 }), serverRow('Far', { pingMs: 50 })];

  it('offers lists first, and asks for nothing but the room around (privacy C2)', () => {
    const desk = makeDesk(SEEN);
    desk.turn(1);
    expect(desk.shown()).toBe('servers');
    expect(desk.commands()).toEqual([{ type: 'listServers', open: { group: 'room' } }]);
    desk.turn(-1);
    desk.press('knob');
    expect(desk.shown()).toBe('server-list');
    expect(desk.commands()).toEqual([{ type: 'listServers', open: { group: 'favourites' } }]);
  });

  it('asks for the list that is opened and for no other, and for none when nobody looks any more', () => {
    const desk = makeDesk(SEEN);
    desk.turn(1);
    desk.turn(4);
    desk.press('knob');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('servers');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('start');
    expect(desk.commands()).toEqual([
      { type: 'listServers', open: { group: 'room' } },
      { type: 'listServers', open: { group: 'public', genre: 'jazz' } },
      { type: 'listServers', open: { group: 'room' } },
      { type: 'listServers', open: null },
    ]);
  });

  it('begins at the first list that holds a server', () => {
    const desk = makeDesk(SEEN, { servers: [serverRow('Attic', { lists: ['recent'] })] });
    desk.turn(1);
    desk.press('knob');
    expect(desk.commands().at(-1)).toEqual({ type: 'listServers', open: { group: 'recent' } });
  });

  it('says, before a public list is opened, who will see the address (privacy C3)', () => {
    const told = (cursor: number) => SERVERS.tells[serverChoice(scene(IDLE).box).lists[cursor]!.open.group];
    expect([0, 1, 2].map(told).join()).not.toContain('address');
    for (const cursor of [3, 4, 5, 6]) {
      expect(told(cursor)).toContain('address');
      const words = scene(IDLE, {}, opened('servers', { cursor }));
      expect(readFrame(drawPanel(words))).toContain("this box's address.");
    }
  });

  it('goes to the chosen one at once', () => {
    const desk = makeDesk(SEEN);
    desk.turn(1);
    desk.press('knob');
    desk.press('knob');
    const { address, name } = SERVER_ROWS[0]!;
    expect(desk.commands().at(-1)).toEqual({ type: 'connect', address, label: name, shown: true });
  });

  it('keeps the cursor on its server when pings change the order', () => {
    const desk = makeDesk(SEEN, { servers: PUBLIC_ROWS });
    desk.turn(1);
    desk.press('knob');
    desk.turn(1);
    desk.change(SEEN, { servers: PUBLIC_ROWS.toReversed() });
    desk.press('knob');
    expect(desk.commands().at(-1)).toMatchObject({ type: 'connect', label: 'Far' });
  });

  it('CONNECT goes to the server at the cursor, which it names first; anywhere else to the last one', () => {
    const desk = makeDesk(SEEN, { servers: PUBLIC_ROWS });
    desk.turn(1);
    desk.press('knob');
    desk.turn(1);
    desk.press('connect');
    expect(desk.shown()).toBe('named');
    desk.wait(3000);
    expect(desk.commands().at(-1)).toMatchObject({ type: 'connect', label: 'Far' });
    const home = makeDesk(SEEN, { servers: PUBLIC_ROWS });
    home.turn(1);
    home.press('connect');
    home.wait(3000);
    expect(home.commands().at(-1)).toEqual({ type: 'connect', shown: true });
  });

  it('asks before joining a server that says that it records (privacy C5)', () => {
    const desk = makeDesk(SEEN, { servers: [serverRow('Tape', { records: true })] });
    desk.turn(1);
    desk.press('knob');
    desk.press('knob');
    expect(desk.shown()).toBe('who-sees-what');
    expect(desk.commands().map(({ type }) => type)).toEqual(['listServers', 'listServers']);
  });
});

describe('a favourite', () => {
  it('is made of the server that one plays on, and unmade, in the menu', () => {
    const address = 'cellar.example:22125';
    const desk = makeDesk(playingBox());
    desk.press('knob');
    desk.turn(1);
    const before = desk.frame();
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'favourite', address, on: true }]);
    expect(desk.shown()).toBe('menu');
    expect(readFrame(desk.frame())).toContain('Kept: The Cellar');
    desk.change(playingBox(), { servers: [serverRow('The Cellar', { address, favourite: true })] });
    desk.wait(3000);
    expect(desk.frame()).not.toEqual(before);
    expect(readFrame(desk.frame())).toContain('Remove favourite');
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'favourite', address, on: false }]);
  });

  it('is not offered where there is no server, or only one', () => {
    for (const desk of [makeDesk({ ...IDLE, server: null }), makeDesk(IDLE, { absent: ['favourite'] })]) {
      desk.press('knob');
      expect(readFrame(desk.frame())).not.toContain('favourite');
    }
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
    expect(desk.commands()).toEqual([{ type: 'notice', ok: true }]);
    expect(desk.box().visit.recorder).toMatchObject({ state: 'recording', notice: null });
    expect(desk.shown()).toBe('menu');
  });

  it('lets leave', () => {
    const desk = makeDesk(RECORDED);
    desk.turn(1);
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'notice', ok: false }]);
    expect(desk.box().link.kind).toBe('leaving');
  });

  it('is not answered by a press that was meant for what was there before', () => {
    const desk = makeDesk(playingBox());
    desk.change(RECORDED);
    desk.press('knob', 50);
    expect(desk.commands()).toEqual([]);
    expect(desk.shown()).toBe('recording');
  });

  it('is followed by the licence, if there is one', () => {
    const desk = makeDesk(playingBox({ ...RECORDED.visit, licence: 'required' }));
    desk.press('knob');
    expect(desk.shown()).toBe('licence');
    desk.wait(500);
    desk.press('knob');
    expect(desk.commands()).toEqual([
      { type: 'notice', ok: true },
      { type: 'licence', ok: true },
    ]);
    expect(desk.shown()).toBe('playing');
  });
});

describe('MUTE', () => {
  it('works on every screen', () => {
    for (const box of [IDLE, playingBox(), RECORDED]) {
      const desk = makeDesk(box);
      desk.press('mute');
      expect(desk.commands()).toEqual([{ type: 'mute', on: true }]);
      expect(desk.box().sound.mute).toBe('pressed');
    }
  });
});
