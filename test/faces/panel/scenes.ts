/** Every screen in every state, with the names that hurt: long, wide, right to left. For tests and for the gallery. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ENGINE_AT_START } from '../../../src/box/engine.ts';
import { initialState } from '../../../src/box/initial-state.ts';
import {
  type AnyProblem,
  CARD_PROBLEMS,
  type CardProblem,
  LINK_PROBLEMS,
  PROBLEMS,
  SYSTEM_PROBLEMS,
} from '../../../src/box/problems.ts';
import type { ListedServer } from '../../../src/box/servers/choice.ts';
import {
  type BoxState,
  type CardReport,
  type HostedRoom,
  NEW_VISIT,
  type Person,
  type Visit,
} from '../../../src/box/state.ts';
import { type Fonts, loadFonts } from '../../../src/faces/panel/font.ts';
import type { Scene } from '../../../src/faces/panel/route.ts';
import {
  newPlace,
  type OpenedScreen,
  PANEL_AT_START,
  type PanelState,
  type Place,
} from '../../../src/faces/panel/state.ts';
import { problemText } from '../../../src/faces/panel/texts.ts';
import { type Around, around } from '../../box/around.ts';
import { SETTINGS } from '../../box/box.ts';

const ROOM: HostedRoom = {
  kind: 'room',
  name: 'Rehearsal room 2',
  players: 3,
  maxPlayers: 10,
  recorder: 'not-enabled',
  recorderNote: '',
  registration: null,
  listedServers: null,
};
const LISTED_ROOM: HostedRoom = { ...ROOM, registration: 'requirements-not-met', listedServers: 14 };

const BOTH = { kind: 'usb', hasInput: true, hasOutput: true } as const;
const CARDS: CardReport = {
  cards: [
    { ...BOTH, key: 'hat', name: 'jambox', kind: 'hat' },
    { ...BOTH, key: 'usb:1235:8210:Y8F0', name: 'Scarlett 2i2 USB' },
    { ...BOTH, key: 'usb:046d:0825', name: 'Webcam with a name longer than a row', hasOutput: false },
    { ...BOTH, key: 'card:Headphones', name: 'bcm2835 Headphones', kind: 'headphones', hasInput: false },
  ],
  chosen: 'usb:1235:8210:Y8F0',
  taken: 'usb:1235:8210:Y8F0',
};

/** The time of every scene that doesn't say otherwise. */
export const NOW_MS = 1_000_000;

export const FONTS: Fonts = loadFonts(
  readFileSync(fileURLToPath(new URL('../../../build/fonts.bin', import.meta.url))),
);

const MIX = { gain: 1, pan: 0.5, muted: false, solo: false };

export function musician(channelId: number, name: string, change: Partial<Person> = {}): Person {
  const about = { city: '', countryCode: 0, instrument: 0, skill: 'not-set' } as const;
  return { channelId, name, ...about, isOwn: false, mix: MIX, hasMutedMe: false, level: 5, ...change };
}

export const BAND: readonly Person[] = [
  musician(0, 'Box-7F3A', { isOwn: true, instrument: 3, level: 6 }),
  musician(1, 'Jürgen Größenwah', { instrument: 45, city: 'Österreichringen12', level: 9 }),
  musician(2, 'Анна Каренина', { instrument: 38, level: 4, hasMutedMe: true }),
  musician(3, 'ドラムさん山田太郎', { instrument: 1, level: 7, mix: { ...MIX, muted: true } }),
  musician(4, '김가영밴드기타', { instrument: 5, level: 3 }),
  musician(5, 'שלום עליכם', { instrument: 20, level: 2 }),
  musician(6, 'مرحبا 🎸🥁', { instrument: 13, level: 1, mix: { ...MIX, solo: true } }),
  musician(7, 'WWWWWWWWWWWWWWWW', { instrument: 42, level: 0 }),
  musician(8, '', { level: 0 }),
];

const RUNNING = {
  kind: 'running',
  description: 'HiFiBerry DAC+ ADC',
  periodFrames: 64,
  latencyFrames: 128,
  inputs: 2,
  outputs: 2,
} as const;

/** In a healthy machine. */
export const IDLE: BoxState = around({
  ...initialState(SETTINGS),
  engine: {
    ...ENGINE_AT_START,
    device: RUNNING,
    realtime: { granted: true, text: 'SCHED_FIFO 70, core 3' },
    input: { level: [0.3, 0.2], hold: [0.5, 0.4], clipped: [false, false] },
    output: { level: [0.1, 0.12], hold: [0.3, 0.3], clipped: [false, false] },
    jitterBlocks: 3,
  },
});

export function playingBox(visit: Partial<Visit> = {}, change: Partial<BoxState> = {}): BoxState {
  return {
    ...IDLE,
    link: { kind: 'connected', sinceMs: 0, retry: null },
    shownProfile: IDLE.profile,
    visit: {
      ...NEW_VISIT,
      recorder: { state: 'not-enabled', waitOver: false, notice: null },
      people: BAND,
      pingMs: 14,
      serverJitterBlocks: 4,
      server: { version: '3.9.1', os: 'linux' },
      ...visit,
    },
    ...change,
  };
}

export function serverRow(name: string, change: Partial<ListedServer> = {}): ListedServer {
  const common = { pingMs: 20, players: 2, maxPlayers: 8, favourite: false, reachable: true, genre: '' };
  const rest = { lists: ['public'], records: false, keepsLog: false } as const;
  return { address: `${encodeURIComponent(name)}.example:22124`, name, ...common, ...rest, ...change };
}

export const SERVER_ROWS: readonly ListedServer[] = [
  serverRow('The Cellar', { lists: ['favourites', 'public'], favourite: true, pingMs: 12, players: 8 }),
  serverRow('Größte Jazz-Bühne 20', { lists: ['public', 'jazz'], pingMs: 45, genre: 'Jazz', players: 0 }),
  serverRow('Room of jambox-4c11', { lists: ['room'], pingMs: 1, players: 3, maxPlayers: 0 }),
  serverRow('音楽スタジオ東京渋谷一番', { pingMs: 230, genre: 'Rock', records: true, keepsLog: true }),
  serverRow('Концертный зал 12345', { pingMs: null, genre: 'Classical/Folk/Choir' }),
  serverRow('Attic', { lists: ['recent', 'public'], reachable: false, pingMs: null, players: null }),
];

export function scene(box: BoxState, change: Around = {}, panel: Partial<PanelState> = {}): Scene {
  return {
    box: around(box, {
      ...{ hostName: 'jambox-7f3a', pageAddress: 'http://jambox-7f3a.local', pairingCode: '481 207' },
      ...{ servers: SERVER_ROWS, update: { kind: 'none' }, updateCheck: false },
      ...change,
    }),
    panel: { ...PANEL_AT_START, ...panel },
    hold: null,
    fonts: FONTS,
    nowMs: NOW_MS,
  };
}

/** A screen opened by hand. */
export function opened(screen: OpenedScreen, change: Partial<Place> = {}, sinceMs = NOW_MS): Partial<PanelState> {
  return { stack: [newPlace('menu', sinceMs), newPlace(screen, sinceMs, change)] };
}

const LONG_WELCOME =
  'Welcome to The Cellar, the friendliest room of the north!\nPlease tune before you join. Mute yourself when you talk. Rehearsals on Mondays: ask Jürgen. Добро пожаловать! ようこそ';

const MISTAKES = ['Line 1 is not understood.', 'profile.skill must be one of beginner, intermediate, expert, not god.'];
const TARGET = { address: 'cellar.example', label: 'The Cellar' };
const LONG_TARGET = { address: 'x.example', label: 'Größte Jazz-Bühne 20' };
const JOINING = { server: TARGET, records: false, keepsLog: false, sinceMs: NOW_MS - 1200 };
const RETRY = { attempt: 3, firstLostAtMs: NOW_MS - 20_000 };
const MUTED_SOUND = { ...IDLE.sound, mute: 'pressed' } as const;

/** Name of each scene and the scene, in the order of the gallery. */
export function allScenes(): readonly (readonly [string, Scene])[] {
  const playing = playingBox();
  const full = {
    ...IDLE.profile,
    name: 'Jürgen Größenwah',
    city: 'Frankfurt am Main 12',
    instrument: 45,
    countryCode: 82,
    skill: 'intermediate',
  } as const;
  return [
    ['start', scene(IDLE)],
    ['start-no-server', scene({ ...IDLE, server: null })],
    ['start-long-server', scene({ ...IDLE, server: LONG_TARGET })],
    ['start-japanese-server', scene({ ...IDLE, server: { ...TARGET, label: '音楽スタジオ東京渋谷一番' } })],
    ['start-locked', scene(IDLE, { menuLocked: true })],
    ['start-no-cable-muted', scene({ ...IDLE, sound: MUTED_SOUND }, { carrier: false })],
    ['start-too-hot-put-away', scene(IDLE, { systemProblems: ['too-hot'] }, { dismissed: ['too-hot'] })],
    ['first-start-network', scene(IDLE, { firstStart: 'network', carrier: false })],
    ['first-start-play-good', scene(IDLE, { firstStart: 'play' })],
    ['first-start-play-quiet', scene({ ...IDLE, engine: ENGINE_AT_START }, { firstStart: 'play' })],
    [
      'first-start-play-loud',
      scene(
        { ...IDLE, engine: { ...IDLE.engine, input: { level: [1, 1], hold: [1, 1], clipped: [true, false] } } },
        { firstStart: 'play' },
      ),
    ],
    ['first-start-play-unfit-card', scene(withoutCard('card-rate'), { firstStart: 'play' })],
    ['first-start-play-no-input', scene(withChannels(0, 2, IDLE), { firstStart: 'play' })],
    ['first-start-connect', scene(IDLE, { firstStart: 'connect' })],
    ['who-sees-what', scene(IDLE, {}, { joining: { ...JOINING, step: 'who-sees-what' } })],
    [
      'who-sees-what-long',
      scene(
        { ...IDLE, profile: full },
        {},
        { joining: { ...JOINING, step: 'who-sees-what', records: true, keepsLog: true } },
      ),
    ],
    ['named', scene(IDLE, {}, { joining: { ...JOINING, step: 'named' } })],
    ['named-long', scene(IDLE, {}, { joining: { ...JOINING, step: 'named', server: LONG_TARGET } })],
    ['connecting', scene({ ...IDLE, link: { kind: 'connecting', retry: null, noAnswer: false, serverFull: false } })],
    [
      'connecting-no-answer',
      scene({ ...IDLE, link: { kind: 'connecting', retry: null, noAnswer: true, serverFull: false } }),
    ],
    [
      'connecting-full',
      scene({ ...IDLE, link: { kind: 'connecting', retry: null, noAnswer: false, serverFull: true } }),
    ],
    ['leaving', scene({ ...IDLE, link: { kind: 'leaving', next: { kind: 'idle' } } })],
    ['playing', scene(playing)],
    ['playing-usable', scene(playingBox({ pingMs: 45, missesLastMinute: 3 }))],
    ['playing-too-slow', scene(playingBox({ pingMs: 140, missesLastMinute: 131 }))],
    ['playing-over-500', scene(playingBox({ pingMs: 733 }))],
    ['playing-silent', scene(playingBox({ audio: { received: 1, atMs: 0, stopped: true } }))],
    ['playing-unknown', scene(playingBox({ pingMs: null }))],
    [
      'playing-muted-recorded',
      scene(
        playingBox(
          { recorder: { state: 'recording', waitOver: false, notice: null } },
          { sound: MUTED_SOUND, server: LONG_TARGET },
        ),
      ),
    ],
    ['people', scene(playing, {}, opened('people'))],
    ['people-2', scene(playing, {}, opened('people', { cursor: 3 }))],
    ['people-3', scene(playing, {}, opened('people', { cursor: 6 }))],
    ['people-4', scene(playing, {}, opened('people', { cursor: 8 }))],
    ['people-nobody', scene(playingBox({ people: [] }), {}, opened('people'))],
    ['person', scene(playing, {}, opened('person', { channelId: 1 }))],
    ['person-editing', scene(playing, {}, opened('person', { channelId: 6, cursor: 1, editing: true }))],
    ['person-mute', scene(playing, {}, opened('person', { channelId: 3, cursor: 3 }))],
    ['person-gone', scene(playing, {}, opened('person', { channelId: 99 }))],
    ['meters', scene(playing, {}, opened('meters'))],
    [
      'meters-clip',
      scene(
        playingBox({}, { engine: { ...IDLE.engine, input: { level: [1, 0.9], hold: [1, 1], clipped: [true, true] } } }),
        {},
        opened('meters'),
      ),
    ],
    ['status', scene(playing, { cpuPercent: 12.4, temperatureC: 51.2 }, opened('status'))],
    ['status-end', scene(playing, { cpuPercent: 12.4, temperatureC: 51.2 }, opened('status', { cursor: 9 }))],
    [
      'status-ordinary-priority',
      scene(
        { ...playing, engine: { ...playing.engine, realtime: { granted: false, text: 'Operation not permitted' } } },
        { mistakes: MISTAKES },
        { ...opened('status', { cursor: 10 }), dismissed: ['settings-mistakes'] },
      ),
    ],
    [
      'status-mistakes',
      scene(playing, { mistakes: MISTAKES }, { ...opened('status', { cursor: 11 }), dismissed: ['settings-mistakes'] }),
    ],
    ['recording-join', scene(playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'join' } }))],
    ['recording-started', scene(playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'started' } }))],
    [
      'recording-stopped',
      scene(playingBox({ recorder: { state: 'not-enabled', waitOver: false, notice: 'stopped' } })),
    ],
    ['licence', scene(playingBox({ licence: 'required' }))],
    ['licence-with-text', scene(playingBox({ licence: 'required', welcome: LONG_WELCOME }))],
    ['welcome', scene(playingBox({ welcome: LONG_WELCOME }))],
    [
      'chat-pop-up',
      scene(
        playingBox({ chat: [{ number: 4, atMs: 0, text: '(20:15) <Анна> Shall we play Große Freiheit again?' }] }),
        {},
        { chat: { seen: 4, untilMs: NOW_MS + 1000 } },
      ),
    ],
    [
      'chat',
      scene(
        playingBox({
          chat: [1, 2, 3, 4, 5].map((number) => ({
            number,
            atMs: 0,
            text: `(20:1${number}) <ドラム> line ${number} of the chat, with some words`,
          })),
        }),
        {},
        { ...opened('chat'), chat: { seen: 5, untilMs: 0 } },
      ),
    ],
    ['chat-none', scene(playing, {}, opened('chat'))],
    ...(['favourites', 'room', 'recent', 'public'] as const).map(
      (group, cursor) => [`servers-at-${group}`, scene(IDLE, {}, opened('servers', { cursor }))] as const,
    ),
    ['servers-end', scene(IDLE, {}, opened('servers', { cursor: 6 }))],
    ['server-list', scene(IDLE, {}, opened('server-list', { draft: 'public' }))],
    ['server-list-2', scene(IDLE, {}, opened('server-list', { draft: 'public', cursor: 2 }))],
    ['server-list-end', scene(IDLE, {}, opened('server-list', { draft: 'public', on: SERVER_ROWS[5]?.address ?? '' }))],
    ['server-list-room', scene(IDLE, {}, opened('server-list', { draft: 'room' }))],
    ...['favourites', 'room', 'recent', 'public', 'jazz', 'rock'].map(
      (draft) => [`server-list-none-${draft}`, scene(IDLE, { servers: [] }, opened('server-list', { draft }))] as const,
    ),
    ['menu', scene(playing, {}, { stack: [newPlace('menu', NOW_MS)] })],
    ['menu-end', scene(playing, {}, { stack: [newPlace('menu', NOW_MS, { cursor: 14 })] })],
    ['menu-locked', scene(playing, { menuLocked: true }, { stack: [newPlace('menu', NOW_MS)] })],
    ['hear', scene(playing, {}, opened('hear'))],
    [
      'hear-direct',
      scene(
        { ...playing, sound: { ...playing.sound, monitorOn: true } },
        {},
        opened('hear', { cursor: 3, editing: true }),
      ),
    ],
    ['hear-idle', scene(IDLE, {}, opened('hear', { cursor: 1 }))],
    ['send', scene(playing, {}, opened('send', { editing: true }))],
    ['send-inputs', scene(withChannels(18, 20), {}, opened('send', { cursor: 2 }))],
    ['send-no-input', scene(withChannels(0, 2), {}, { ...opened('send', { cursor: 3 }), dismissed: ['listen-only'] })],
    ['hear-outputs', scene(withChannels(18, 20), {}, opened('hear', { cursor: 3 }))],
    ['send-end', scene(playing, {}, opened('send', { cursor: 4 }))],
    [
      'send-no-guard',
      scene({ ...playing, sound: { ...playing.sound, feedbackGuard: false } }, {}, opened('send', { cursor: 4 })),
    ],
    ['sound-card', scene(playing, { soundCards: CARDS }, opened('sound-card', { cursor: 2 }))],
    [
      'sound-card-automatic',
      scene(playing, { soundCards: { ...CARDS, chosen: null, taken: 'hat' } }, opened('sound-card')),
    ],
    ['sound-card-end', scene(playing, { soundCards: CARDS }, opened('sound-card', { cursor: 4 }))],
    [
      'sound-card-away',
      scene(
        IDLE,
        { soundCards: { ...CARDS, chosen: 'usb:1235:800c', taken: 'hat' } },
        opened('sound-card', { cursor: 5 }),
      ),
    ],
    ['sound-card-none', scene(IDLE, { soundCards: { cards: [], chosen: null, taken: null } }, opened('sound-card'))],
    ['delay', scene(playing, {}, opened('delay', { cursor: 1 }))],
    ['profile', scene({ ...IDLE, profile: full }, {}, opened('profile'))],
    ['profile-empty', scene(IDLE, {}, opened('profile', { cursor: 4 }))],
    ['name', scene(IDLE, {}, opened('name', { draft: 'Jürg', cursor: 30 }))],
    ['name-done', scene(IDLE, {}, opened('name', { draft: 'WWWWWWWWWWWWWWWW', cursor: 0 }))],
    ['city', scene(IDLE, {}, opened('city', { draft: 'Франкфурт', cursor: 2 }))],
    ['instrument', scene(IDLE, {}, opened('instrument', { cursor: 44 }))],
    ['country', scene(IDLE, {}, opened('country', { cursor: 80 }))],
    ['skill', scene(IDLE, {}, opened('skill'))],
    ['phone', scene(IDLE, {}, opened('phone'))],
    ['network', scene(IDLE, { otherBoxes: ['jambox-4c11'] }, opened('network'))],
    ['network-end', scene(IDLE, { otherBoxes: ['jambox-4c11'] }, opened('network', { cursor: 4 }))],
    ['room', scene(IDLE, { room: ROOM }, opened('room', { cursor: 2 }))],
    ['room-recording', scene(IDLE, { room: { ...ROOM, recorder: 'recording' } }, opened('room', { cursor: 3 }))],
    ['room-listed', scene(IDLE, { room: LISTED_ROOM }, opened('room', { cursor: 4 }))],
    [
      'room-practice',
      scene(IDLE, { room: { ...ROOM, kind: 'practice', name: 'Practice room' } }, opened('room', { cursor: 0 })),
    ],
    [
      'room-disk-full',
      scene(IDLE, { room: { ...ROOM, recorderNote: 'The disk is full.' } }, opened('room', { cursor: 2 })),
    ],
    ['wifi', scene(IDLE, {}, opened('wifi', { cursor: 1 }))],
    ...Array.from(
      { length: 9 },
      (_, cursor) => [`privacy-${cursor + 1}`, scene(IDLE, {}, opened('privacy', { cursor }))] as const,
    ),
    ['update', scene(IDLE, { update: { kind: 'available', version: '1.12.3' } }, opened('update'))],
    ['update-old-bootloader', scene(IDLE, { update: { kind: 'old-bootloader', version: '0.2.0' } }, opened('update'))],
    ['update-none', scene(IDLE, {}, opened('update', { cursor: 1 }))],
    ['update-no-server', scene(IDLE, { updateCheck: null }, opened('update'))],
    ['update-undone', scene(IDLE, { update: { kind: 'undone', version: '0.2.0+20261123.abc1234' } })],
    ['update-running', scene(IDLE, { update: { kind: 'installing', version: '1.12.3', progress: 0.4 } })],
    ['update-restarting', scene(IDLE, { update: { kind: 'restarting' } })],
    ['reset', scene(IDLE, {}, opened('reset'))],
    ['reset-hold', scene(IDLE, {}, opened('reset', { draft: 'hold:everything' }))],
    [
      'reset-holding',
      {
        ...scene(IDLE, {}, opened('reset', { draft: 'hold:everything' })),
        hold: { purpose: 'danger', progress: 0.5, secondsLeft: 2 },
      },
    ],
    ['reset-ask', scene(IDLE, {}, opened('reset', { draft: 'ask:everything' }))],
    [
      'reconnect',
      scene({ ...IDLE, problem: 'connection-lost', link: { kind: 'waiting', retry: RETRY, untilMs: NOW_MS + 3500 } }),
    ],
    ['reconnect-trying', scene({ ...IDLE, problem: 'no-answer', link: { kind: 'resolving', retry: RETRY } })],
    ['idle-question', scene(playing, { idleQuestionUntilMs: NOW_MS + 43_000 })],
    ...[...PROBLEMS, ...SYSTEM_PROBLEMS].map(
      (problem) => [`error-${problemText(problem).code}-${problem}`, errorScene(problem)] as const,
    ),
    [
      'hold-back',
      { ...scene(playing, {}, opened('status')), hold: { purpose: 'back', progress: 0.6, secondsLeft: 1 } },
    ],
    ['hold-leave', { ...scene(playing), hold: { purpose: 'leave', progress: 0.8, secondsLeft: 1 } }],
    ['hold-shut-down', { ...scene(playing), hold: { purpose: 'shutDown', progress: 0.4, secondsLeft: 3 } }],
    ['hint', scene(playing, {}, { hint: { text: 'Hold CONNECT to leave', untilMs: NOW_MS + 500 } })],
    ['shutting-down', scene(playing, { power: 'stopping' })],
    ['unplug', scene(IDLE, { power: 'off' })],
  ];
}

/** On a card with this number of channels, on others than the first. */
function withChannels(inputs: number, outputs: number, box = playingBox()): BoxState {
  const sound = { ...box.sound, inputChannels: [3, 4], outputChannels: [20, 20] } as const;
  return { ...box, sound, engine: { ...box.engine, device: { ...RUNNING, inputs, outputs } } };
}

function withoutCard(problem: CardProblem): BoxState {
  const device = { kind: 'missing', problem, why: 'no card', retrying: true } as const;
  return { ...IDLE, engine: { ...IDLE.engine, device } };
}

function errorScene(problem: AnyProblem): Scene {
  const card = CARD_PROBLEMS.find((one) => one === problem);
  if (card !== undefined) return scene(withoutCard(card));
  if (problem === 'listen-only' || problem === 'send-only') {
    const channels = problem === 'listen-only' ? { inputs: 0, outputs: 2 } : { inputs: 1, outputs: 0 };
    return scene({ ...IDLE, engine: { ...IDLE.engine, device: { ...RUNNING, ...channels } } });
  }
  if (problem === 'feedback') return scene({ ...IDLE, sound: { ...IDLE.sound, mute: 'feedback' } });
  const link = LINK_PROBLEMS.find((one) => one === problem);
  const mistakes = problem === 'settings-mistakes' ? MISTAKES : [];
  return link === undefined
    ? scene(IDLE, { systemProblems: [problem as never], mistakes })
    : scene({ ...IDLE, problem: link });
}
