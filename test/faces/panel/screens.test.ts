import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROBLEMS, SYSTEM_PROBLEMS } from '../../../src/box/problems.ts';
import { NETWORK, RESET, SOUND_CARD, WIFI } from '../../../src/box/screen-texts.ts';
import type { BoxState, Person } from '../../../src/box/state.ts';
import { textWidth } from '../../../src/faces/panel/font.ts';
import { FRAME_HEIGHT, FRAME_WIDTH, type Frame, pixelAt } from '../../../src/faces/panel/frame.ts';
import { wrapText } from '../../../src/faces/panel/layout.ts';
import { drawPanel, reducePanel } from '../../../src/faces/panel/panel.ts';
import { SCREENS } from '../../../src/faces/panel/registry.ts';
import { placeShown, type Scene } from '../../../src/faces/panel/route.ts';
import { type OpenedScreen, PANEL_AT_START, type ShownScreen } from '../../../src/faces/panel/state.ts';
import * as texts from '../../../src/faces/panel/texts.ts';
import { readFrame } from '../panel-shell/read-frame.ts';
import { allScenes, BAND, FONTS, IDLE, musician, NOW_MS, opened, playingBox, scene, serverRow } from './scenes.ts';

const SCENES = new Map(allScenes());
const text = fc.string({ unit: 'binary', maxLength: 20 });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const person: fc.Arbitrary<Person> = fc
  .record({
    name: text,
    city: text,
    instrument: fc.integer({ min: 0, max: 255 }),
    level: fc.integer({ min: 0, max: 9 }),
    gain: fraction,
    pan: fraction,
    flag: fc.boolean(),
  })
  .map(({ gain, pan, flag, name, ...rest }) =>
    musician(1, name, { ...rest, hasMutedMe: flag, mix: { gain, pan, muted: flag, solo: !flag } }),
  );

const anyBox: fc.Arbitrary<BoxState> = fc
  .record({
    people: fc.array(person, { maxLength: 20 }),
    pingMs: fc.option(fc.integer({ min: 0, max: 100_000 })),
    welcome: fc.option(fc.string({ unit: 'binary', maxLength: 400 })),
    chat: fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 10 }),
    licence: fc.constantFrom('none' as const, 'required' as const, 'accepted' as const),
    notice: fc.constantFrom('join' as const, 'started' as const, 'stopped' as const, null),
    misses: fc.nat(),
    label: text,
    link: fc.constantFrom<BoxState['link'][]>(
      { kind: 'idle' },
      { kind: 'resolving', retry: null },
      { kind: 'connecting', retry: { attempt: 999, firstLostAtMs: 0 }, noAnswer: true, serverFull: true },
      { kind: 'waiting', retry: { attempt: 3, firstLostAtMs: 0 }, untilMs: NOW_MS * 2 },
      { kind: 'connected', sinceMs: 0, retry: null },
      { kind: 'leaving', next: { kind: 'idle' } },
    ),
    name: text,
    gain: fc.double({ min: -60, max: 24, noNaN: true }),
    mute: fc.constantFrom('off' as const, 'pressed' as const, 'feedback' as const),
    peak: fc.double({ noNaN: true }),
  })
  .map((any) => {
    const chat = any.chat.map((line, index) => ({ number: index + 1, atMs: 0, text: line }));
    const recorder = { state: 'recording', waitOver: false, notice: any.notice } as const;
    const visit = {
      people: any.people,
      pingMs: any.pingMs,
      welcome: any.welcome,
      chat,
      licence: any.licence,
      recorder,
      missesLastMinute: any.misses,
    };
    const meter = { level: [any.peak, -any.peak], hold: [any.peak, any.peak], clipped: [true, false] } as const;
    return playingBox(visit, {
      link: any.link,
      server: { address: 'x', label: any.label },
      profile: { ...IDLE.profile, name: any.name, city: any.label },
      sound: { ...IDLE.sound, inputGainDb: any.gain, mute: any.mute },
      engine: { ...IDLE.engine, input: meter, output: meter },
    });
  });

const OPENED = Object.keys(texts.TITLES) as OpenedScreen[];

/** True if nothing moves, that is if all of it is there to see. */
function stands(one: Scene): boolean {
  const { panel } = reducePanel(one, { type: 'tick' });
  const later = drawPanel({ ...one, panel, nowMs: NOW_MS + 2400 });
  return Buffer.from(drawPanel({ ...one, panel })).equals(later);
}

describe('every screen', () => {
  it('is drawn for any state of the box', () => {
    fc.assert(
      fc.property(
        anyBox,
        fc.option(fc.constantFrom(...OPENED)),
        fc.integer({ min: -5, max: 500 }),
        text,
        fc.nat(1e6),
        (box, screen, cursor, draft, afterMs) => {
          const panel =
            screen === null ? {} : opened(screen, { cursor, draft, channelId: 1, editing: cursor % 2 === 0 });
          const one = scene(
            box,
            { servers: [serverRow(draft, { lists: [draft] }), serverRow(box.profile.name, { lists: [draft] })] },
            { ...PANEL_AT_START, ...panel },
          );
          const frame = drawPanel({ ...one, nowMs: NOW_MS + afterMs });
          expect(frame.length).toBe(1024);
          expect(frame.some((byte) => byte !== 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has a scene, so that it is looked at', () => {
    const shown = new Set([...SCENES.values()].map((one) => placeShown(one).screen));
    expect(Object.keys(SCREENS).filter((screen) => !shown.has(screen as ShownScreen))).toEqual([]);
  });

  it('looks different from every other', () => {
    const seen = new Map<string, string>();
    for (const [name, one] of SCENES) {
      const key = Buffer.from(drawPanel(one)).toString('hex');
      expect(seen.get(key), name).toBeUndefined();
      seen.set(key, name);
    }
  });

  it('shows all of its own words at once: only names, notes and long texts move', () => {
    const moving = [...SCENES].filter(([, one]) => !stands(one)).map(([name]) => name);
    expect(moving).toEqual([
      // What the profile says, and the notes of a server.
      'who-sees-what',
      'who-sees-what-long',
      // Times that run.
      'named',
      'named-long',
      'playing-over-500',
      'playing-muted-recorded',
      // Names wider than 16 letters of 6 pixels, and what is set for them.
      'people-2',
      'people-3',
      'people-4',
      // Mistakes in the installer's file.
      'status-ordinary-priority',
      'status-mistakes',
      'licence-with-text',
      'welcome',
      'chat-pop-up',
      // What a server says of itself.
      'server-list',
      'server-list-2',
      'server-list-end',
      // The name of a sound card.
      'sound-card',
      'sound-card-end',
      'sound-card-away',
      'reconnect',
      'idle-question',
      'error-S2-settings-mistakes',
      'hint',
    ]);
  });
});

describe('names', () => {
  it('of 16 letters, servers of 20 and cities of 20 are whole', () => {
    const rows = [serverRow('Größte Jazz-Bühne 20', { lists: ['recent'] })];
    const profile = { ...IDLE.profile, name: 'Jürgen Größenwah', city: 'Frankfurt am Main 12' };
    expect(stands(scene(IDLE, { servers: rows }, opened('server-list', { draft: 'recent' })))).toBe(true);
    expect(stands(scene(playingBox({ people: BAND.slice(0, 2) }), {}, opened('people')))).toBe(true);
    expect(stands(scene({ ...IDLE, profile }, {}, opened('profile')))).toBe(true);
    expect(stands(SCENES.get('person')!)).toBe(true);
    expect(stands(SCENES.get('start-long-server')!)).toBe(true);
  });
});

describe('every error', () => {
  const all = [...PROBLEMS, ...SYSTEM_PROBLEMS];
  for (const problem of all) {
    it(`${problem} has a text, one thing to do and a short code of its own`, () => {
      const { text: words, todo, code } = texts.problemText(problem);
      expect(words).toMatch(/^[A-Z].*\.$/);
      expect(todo).toMatch(/^[A-Z].*\.$/);
      expect(code).toMatch(/^[A-Z]\d$/);
      expect(all.filter((other) => texts.problemText(other).code === code)).toEqual([problem]);
    });

    it(`${problem} is in large letters, and fits`, () => {
      const { text: words, todo } = texts.problemText(problem);
      const large = wrapText(FONTS.large, words, FRAME_WIDTH - 1).length;
      const small = wrapText(FONTS.small, todo, FRAME_WIDTH - 1).length;
      expect(large * 14 + small * 8).toBeLessThanOrEqual(44);
    });
  }
});

describe('the words of the panel', () => {
  it('fit their rows', () => {
    const rows = [
      ...Object.values(texts.TITLES),
      ...Object.values(texts.HINTS),
      ...Object.values(texts.FAVOURITE),
      ...Object.values(texts.STATUS),
      ...Object.values(NETWORK).filter((value) => typeof value === 'string'),
      ...Object.values(NETWORK.ways),
      ...Object.values(texts.UPDATE),
      ...Object.values(SOUND_CARD.automatic),
      ...Object.values(SOUND_CARD.away),
      ...Object.values(SOUND_CARD.directions).map((words) => `${SOUND_CARD.inUse}, ${words}`),
      ...[WIFI.off, WIFI.on, WIFI['set-up'], RESET.everything, RESET['people-and-servers']].flatMap(Object.values),
    ];
    for (const row of rows) expect(textWidth(FONTS.small, row), row).toBeLessThanOrEqual(126);
  });

  it('hold no jargon', () => {
    const words = JSON.stringify(texts);
    for (const jargon of [
      'jitter',
      'latency',
      'packet loss',
      'buffer',
      'UDP',
      'DHCP',
      'xrun',
      'IP address',
      'NAT',
      'JACK',
      'directory',
    ]) {
      expect(words.includes(jargon), jargon).toBe(false);
    }
  });
});

describe("mistakes in the installer's file", () => {
  it('are told with the first of them, and Status lists them all', () => {
    const words = (name: string) => readFrame(drawPanel(SCENES.get(name)!));
    expect(words('error-S2-settings-mistakes')).toMatch(
      /Problem S2[\s\S]*Line 1 is not[\s\S]*understood\.\nCorrect box\.toml\./,
    );
    expect(words('status-mistakes')).toMatch(/box\.toml: Line 1[\s\S]*box\.toml: profile/);
  });
});

describe('attention', () => {
  const lit = (frame: Frame) => frame.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

  it('is inverse over the whole screen: recording, licence, the idle question', () => {
    for (const name of ['recording-join', 'recording-started', 'recording-stopped', 'licence', 'idle-question']) {
      expect(lit(drawPanel(SCENES.get(name)!)), name).toBeGreaterThan((FRAME_WIDTH * FRAME_HEIGHT) / 2);
    }
    expect(lit(drawPanel(SCENES.get('playing')!))).toBeLessThan((FRAME_WIDTH * FRAME_HEIGHT) / 2);
  });

  it('REC and MUTED stand in the status bar of every page, for as long as they last', () => {
    const recorder = { state: 'recording', waitOver: false, notice: null } as const;
    const box = playingBox({ recorder, welcome: 'Hello' }, { sound: { ...IDLE.sound, mute: 'pressed' } });
    for (const screen of OPENED) {
      const frame = drawPanel(scene(box, {}, opened(screen, { channelId: 1 })));
      const row = Array.from({ length: 8 }, (_, y) => pixelAt(frame, 127, y));
      expect(row, screen).toEqual(new Array(8).fill(true));
    }
  });
});

describe('screens that people know', () => {
  for (const name of ['playing', 'recording-join', 'people', 'error-A1-no-sound-card', 'start', 'send']) {
    it(`${name} looks as it did when it was last looked at`, async () => {
      await expect(asArt(drawPanel(SCENES.get(name)!))).toMatchFileSnapshot(`golden/${name}.txt`);
    });
  }
});

/** Two pixels, one above the other, in a character. */
function asArt(frame: Frame): string {
  let art = '';
  for (let y = 0; y < FRAME_HEIGHT; y += 2) {
    for (let x = 0; x < FRAME_WIDTH; x++) {
      const [upper, lower] = [pixelAt(frame, x, y), pixelAt(frame, x, y + 1)];
      art += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    art += '\n';
  }
  return art;
}
