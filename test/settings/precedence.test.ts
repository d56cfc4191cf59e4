/** Which source wins, setting by setting: every setting has its row here. */

import { describe, expect, test } from 'vitest';
import { type Choices, NO_CHOICES } from '../../src/box/choices.ts';
import type { SoundSettings } from '../../src/box/sound-settings.ts';
import type { BoxSettings } from '../../src/box/state.ts';
import type { Profile } from '../../src/jamulus/session-types.ts';
import { OPTIONS } from '../../src/settings/command-line-help.ts';
import { DEFAULTS } from '../../src/settings/defaults.ts';
import { INSTALLER_KEYS } from '../../src/settings/installer-schema.ts';
import type { MachineState } from '../../src/settings/machine-state.ts';
import { type Settings, withOwnRoom } from '../../src/settings/precedence.ts';
import { FRESH, settingsFrom, settingsOrError } from '../support/settings.ts';

/** What a source says, and the setting that comes of it; null = this source has no say. */
type Said<T> = readonly [T, unknown] | null;

interface Row {
  readonly commandLine: Said<string>;
  readonly toml: Said<string>;
  readonly people: Said<Partial<MachineState>>;
  readonly otherwise: unknown;
  /** What people chose wins over box.toml. */
  readonly peopleFirst?: true;
}

const profile = (change: Partial<Profile>) => ({ profile: { ...FRESH.profile, ...change } });
const sound = (change: Partial<SoundSettings>) => ({ sound: { ...FRESH.sound, ...change } });
const choices = (change: Partial<Choices>) => ({ choices: { ...NO_CHOICES, ...change } });
const server = (address: string, label = address) => ({ address, label });
const card = (name: string) => ({ kind: 'card', name });
const MIXES = { own: null, others: [{ name: 'Béla', mix: { gain: 0.5, pan: 0.5, muted: false, solo: false } }] };
const LAST = { lastServer: server('last.example') };

const ROWS: Readonly<Record<string, Row>> = {
  'box.server': {
    commandLine: ['--server one.example', server('one.example')],
    toml: ['[server]\naddress = "two.example"\nname = "Two"', server('two.example', 'Two')],
    people: [LAST, LAST.lastServer],
    otherwise: null,
  },
  'box.profile.name': {
    commandLine: ['--name Anna', 'Anna'],
    toml: ['[profile]\nname = "Béla"', 'Béla'],
    people: [profile({ name: 'Cleo' }), 'Cleo'],
    otherwise: 'Box-7F3A',
  },
  'box.profile.city': {
    commandLine: ['--city Graz', 'Graz'],
    toml: ['[profile]\ncity = "Wien"', 'Wien'],
    people: [profile({ city: 'Ulm' }), 'Ulm'],
    otherwise: '',
  },
  'box.profile.countryCode': {
    commandLine: ['--country at', 14],
    toml: ['[profile]\ncountry = "DE"', 82],
    people: [profile({ countryCode: 1 }), 1],
    otherwise: 0,
  },
  'box.profile.instrument': {
    commandLine: ['--instrument 0', 0],
    toml: ['[profile]\ninstrument = "Bass Guitar"', 5],
    people: [profile({ instrument: 7 }), 7],
    otherwise: 0,
  },
  'box.profile.skill': {
    commandLine: ['--skill none', 'not-set'],
    toml: ['[profile]\nskill = "expert"', 'expert'],
    people: [profile({ skill: 'beginner' }), 'beginner'],
    otherwise: 'not-set',
  },
  'box.transport.quality': {
    commandLine: ['--quality low', 'low'],
    toml: ['[network]\nquality = "max"', 'max'],
    people: [{ quality: 'normal' }, 'normal'],
    otherwise: 'high',
  },
  'box.transport.frameSamples': {
    commandLine: ['--frames 128 --period 64', 128],
    toml: ['[sound]\nperiod-frames = 256', 128],
    people: null,
    otherwise: 64,
  },
  'box.transport.blockFactor': { commandLine: ['--block-factor 4', 4], toml: null, people: null, otherwise: 1 },
  'box.jitter': {
    commandLine: ['--jitter 3,5', { kind: 'fixed', clientBlocks: 3, serverBlocks: 5 }],
    toml: ['[network]\njitter = "safe"', { kind: 'safe' }],
    people: [{ jitter: { kind: 'fast' } }, { kind: 'fast' }],
    otherwise: { kind: 'normal' },
  },
  'box.consent.acceptRecording': {
    commandLine: ['--accept-recording', true],
    toml: ['[unattended]\naccept-recording = true', true],
    people: null,
    otherwise: false,
  },
  'box.consent.acceptLicence': {
    commandLine: ['--accept-licence', true],
    toml: ['[unattended]\naccept-licence = true', true],
    people: null,
    otherwise: false,
  },
  'box.sound.inputChannels': {
    commandLine: null,
    toml: ['[sound]\ninput-channels = [2]', [2, 2]],
    people: [sound({ inputChannels: [3, 4] }), [3, 4]],
    otherwise: [1, 2],
  },
  'box.sound.outputChannels': {
    commandLine: null,
    toml: ['[sound]\noutput-channels = [5, 6]', [5, 6]],
    people: [sound({ outputChannels: [3, 4] }), [3, 4]],
    otherwise: [1, 2],
  },
  'box.sound.inputGainDb': {
    commandLine: ['--gain 0', 0],
    toml: ['[sound]\ninput-gain-db = -6.5', -6.5],
    people: [sound({ inputGainDb: 12 }), 12],
    otherwise: 0,
  },
  'box.sound.boost': {
    commandLine: ['--boost 1', 1],
    toml: ['[sound]\nboost = 3', 3],
    people: [sound({ boost: 5 }), 5],
    otherwise: 1,
  },
  'box.sound.mode': {
    commandLine: ['--channels mono-in-stereo-out', 'mono-in-stereo-out'],
    toml: ['[sound]\nchannels = "stereo"', 'stereo'],
    people: [sound({ mode: 'mono' }), 'mono'],
    otherwise: 'stereo',
  },
  'box.sound.inputPan': { commandLine: null, toml: null, people: [sound({ inputPan: 0.25 }), 0.25], otherwise: 0.5 },
  'box.sound.monitorOn': {
    commandLine: ['--monitor', true],
    toml: ['[sound]\ndirect-sound = false', false],
    people: [sound({ monitorOn: true }), true],
    otherwise: false,
  },
  'box.sound.monitorLevel': {
    commandLine: ['--monitor 0', 0],
    toml: null,
    people: [sound({ monitorLevel: 70 }), 70],
    otherwise: 100,
  },
  'box.sound.monitorPan': {
    commandLine: null,
    toml: null,
    people: [sound({ monitorPan: 0.75 }), 0.75],
    otherwise: 0.5,
  },
  'box.sound.masterLevel': {
    commandLine: null,
    toml: ['[sound]\nheadphones = 60', 60],
    people: [sound({ masterLevel: 0 }), 0],
    otherwise: 100,
  },
  'box.sound.feedbackGuard': {
    commandLine: null,
    toml: ['[sound]\nfeedback-guard = true', true],
    people: [sound({ feedbackGuard: false }), false],
    otherwise: true,
  },
  'box.startMuted': {
    commandLine: ['--muted', true],
    toml: ['[sound]\nstart-muted = true', true],
    people: [choices({ startMuted: false }), false],
    otherwise: false,
    peopleFirst: true,
  },
  'box.mixes': {
    commandLine: null,
    toml: null,
    people: [{ mixes: MIXES }, MIXES],
    otherwise: { own: null, others: [] },
  },
  connectTo: {
    commandLine: ['--server one.example', server('one.example')],
    toml: ['[server]\naddress = "two.example"\nauto-connect = true', server('two.example')],
    people: null,
    otherwise: null,
  },
  serverNamed: { commandLine: ['--server one.example', true], toml: null, people: null, otherwise: false },
  fixedServer: {
    commandLine: null,
    toml: ['[server]\naddress = "two.example"\nname = "Two"\nfixed = true', server('two.example', 'Two')],
    people: null,
    otherwise: null,
  },
  ownsMachine: { commandLine: ['--appliance', true], toml: null, people: null, otherwise: false },
  requestsPath: { commandLine: ['--requests /r', '/r'], toml: null, people: null, otherwise: undefined },
  plain: { commandLine: ['--plain', true], toml: null, people: null, otherwise: false },
  room: {
    commandLine: ['--no-room', 'none'],
    toml: ['[room]\nenabled = true', 'room'],
    people: [LAST, 'none'],
    otherwise: 'practice',
  },
  roomNamed: { commandLine: ['--practice', true], toml: null, people: null, otherwise: false },
  page: { commandLine: ['--page 8080', 8080], toml: null, people: null, otherwise: 'default' },
  rpc: {
    commandLine: ['--rpc 22222 --rpc-secret s --rpc-bind ::1', { port: 22222, secretPath: 's', bind: '::1' }],
    toml: null,
    people: null,
    otherwise: undefined,
  },
  input: {
    commandLine: ['--input a.wav --loop', { kind: 'file', path: 'a.wav', loop: true }],
    toml: ['[sound]\ninput = "hw:1"', card('hw:1')],
    people: null,
    otherwise: card('default'),
  },
  output: {
    commandLine: ['--output alsa:hw:2', { kind: 'alsa', name: 'hw:2' }],
    toml: ['[sound]\noutput = "none"', { kind: 'none' }],
    people: null,
    otherwise: card('default'),
  },
  'habits.startMuted': {
    commandLine: null,
    toml: ['[sound]\nstart-muted = true', true],
    people: null,
    otherwise: false,
  },
  'habits.idleMinutes': { commandLine: null, toml: ['[menu]\nidle-minutes = 5', 5], people: null, otherwise: 120 },
  chosenCard: { commandLine: null, toml: null, people: [choices({ soundCard: 'usb:1' }), 'usb:1'], otherwise: null },
  toneUntilFound: {
    commandLine: ['--output none', false],
    toml: ['[sound]\ninput = "hw:1"', false],
    people: null,
    otherwise: true,
  },
  periodFrames: {
    commandLine: ['--period 32', 32],
    toml: ['[sound]\nperiod-frames = 256', 256],
    people: null,
    otherwise: 64,
  },
  periods: {
    commandLine: ['--periods 4', 4],
    toml: ['[sound]\nperiods = 3', 3],
    people: null,
    otherwise: null,
  },
  firstPort: { commandLine: ['--port 0', 0], toml: null, people: null, otherwise: undefined },
  trafficClass: { commandLine: ['--traffic-class 0', 0], toml: null, people: null, otherwise: 128 },
  realtime: {
    commandLine: ['--priority 90 --core 3', { priority: 90, core: 3 }],
    toml: null,
    people: null,
    otherwise: { priority: 80, core: undefined },
  },
  statsPath: { commandLine: ['--stats s.json', 's.json'], toml: null, people: null, otherwise: undefined },
};

/** Options that only mean something beside others, or that are no setting. */
const NO_ROW = ['help', 'settings', 'state', 'dscp', 'room', 'no-realtime'];
/** Keys of box.toml that say how the box starts; the others are read where they are used. */
const START_KEYS = ['server', 'profile', 'unattended', 'sound'] as const;

const GROUPS = ['habits', 'box', 'box.profile', 'box.transport', 'box.consent', 'box.sound'];

function at(settings: Settings, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings);
}

function paths(settings: Settings, group = ''): readonly string[] {
  const value = group === '' ? settings : (at(settings, group) as object);
  return Object.keys(value).flatMap((key) => {
    const path = group === '' ? key : `${group}.${key}`;
    return GROUPS.includes(path) ? paths(settings, path) : [path];
  });
}

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');

describe('Command line over box.toml over what people chose over the defaults', () => {
  test('is asked of every setting, of every option and of every key that the box starts with', () => {
    expect(Object.keys(ROWS).sort()).toEqual([...paths(settingsFrom([]))].sort());
    const rows = Object.values(ROWS);
    const lines = rows.flatMap(({ commandLine }) => words(commandLine?.[0] ?? ''));
    const options = Object.keys(OPTIONS).filter((name) => !NO_ROW.includes(name));
    expect(options.filter((name) => !lines.includes(`--${name}`))).toEqual([]);
    const tomls = rows.map(({ toml }) => toml?.[0] ?? '');
    const keys = START_KEYS.flatMap((section) => Object.keys(INSTALLER_KEYS[section]));
    const written = keys.map((key) => key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`));
    expect(written.filter((key) => !tomls.some((toml) => toml.includes(`\n${key} =`)))).toEqual([]);
  });

  test.each(Object.entries(ROWS))('%s', (path, { commandLine, toml, people, otherwise, peopleFirst }) => {
    const settled = (line: Said<string>, file: Said<string>, chosen: Said<Partial<MachineState>>) =>
      at(settingsFrom(words(line?.[0] ?? ''), file?.[0], { ...FRESH, ...chosen?.[0] }), path);
    expect(settled(null, null, null)).toEqual(otherwise);
    const [low, high] = peopleFirst ? [toml, people] : [people, toml];
    if (low !== null) expect(peopleFirst ? settled(null, toml, null) : settled(null, null, people)).toEqual(low[1]);
    if (high !== null) expect(settled(null, toml, people)).toEqual(high[1]);
    if (commandLine !== null) expect(settled(commandLine, toml, people)).toEqual(commandLine[1]);
    // Whatever has no say changes nothing.
    if (people !== null && toml === null) expect(settled(null, toml, people)).toEqual(people[1]);
    if (toml !== null) expect(settled(null, toml, null)).toEqual(toml[1]);
    if (commandLine !== null) expect(settled(commandLine, null, null)).toEqual(commandLine[1]);
  });
});

describe('A switch of the command line', () => {
  const ON = sound({ monitorOn: true, monitorLevel: 40 });

  test('only switches on: without it the other sources say', () => {
    const file = '[unattended]\naccept-recording = true\naccept-licence = true\n[sound]\nstart-muted = true';
    const { consent, startMuted, sound: heard } = settingsFrom([], file, { ...FRESH, ...ON }).box;
    expect(consent).toEqual({ acceptRecording: true, acceptLicence: true });
    expect([startMuted, heard.monitorOn]).toEqual([true, true]);
  });

  test('--monitor without a level leaves the level to the others', () => {
    const heard = settingsFrom(['--monitor'], '[sound]\ndirect-sound = false', { ...FRESH, ...ON }).box.sound;
    expect(heard).toMatchObject({ monitorOn: true, monitorLevel: 40 });
  });

  test('--no-realtime leaves an ordinary thread', () => {
    expect(settingsFrom(['--no-realtime']).realtime).toBeUndefined();
  });

  test('--dscp is the same mark as a quarter of the byte', () => {
    expect(settingsFrom(['--dscp', '46']).trafficClass).toBe(184);
  });
});

describe('What people chose', () => {
  const before = { ...FRESH, ...choices({ startMuted: true, soundCard: 'usb:1' }) };
  const since = { ...FRESH, ...choices({ startMuted: true, soundCard: 'usb:1', locked: true }) };

  test('before the menu was locked does not count while it is', () => {
    const locked = settingsFrom([], '[menu]\nlocked = true', before);
    expect([locked.box.startMuted, locked.chosenCard]).toEqual([false, null]);
    const open = settingsFrom([], '', before);
    expect([open.box.startMuted, open.chosenCard]).toEqual([true, 'usb:1']);
  });

  test('with the PIN while it was locked counts', () => {
    const locked = settingsFrom([], '[menu]\nlocked = true', since);
    expect([locked.box.startMuted, locked.chosenCard]).toEqual([true, 'usb:1']);
  });

  test('decides about the sound that is kept, not about the card’s name', () => {
    expect(settingsFrom([], '[sound]\ninput = "hw:1"', since).input).toEqual(card('hw:1'));
  });
});

describe('Servers', () => {
  const fixed = '[server]\naddress = "two.example"\nfixed = true\nauto-connect = true';

  test('a fixed one stays the only one to choose where the command line names another to start with', () => {
    const settings = settingsFrom(['--server', 'one.example'], fixed, { ...FRESH, ...LAST });
    expect(settings).toMatchObject({
      box: { server: server('one.example') },
      connectTo: server('one.example'),
      fixedServer: server('two.example'),
    });
  });

  test('auto-connect without an address goes to the last one', () => {
    const settings = settingsFrom([], '[server]\nauto-connect = true', { ...FRESH, ...LAST });
    expect([settings.connectTo, settings.fixedServer]).toEqual([LAST.lastServer, null]);
  });

  test('fixed without an address fixes nothing', () => {
    expect(settingsFrom([], '[server]\nfixed = true').fixedServer).toBeNull();
  });
});

describe('The own room', () => {
  const target = server('127.0.0.1:1', 'Here');
  const started = (line: string, toml: string, kind: 'practice' | 'room', people: Partial<MachineState> = {}) => {
    const { box, connectTo } = withOwnRoom(settingsFrom(words(line), toml, { ...FRESH, ...people }), { kind, target });
    return [box.server, connectTo];
  };

  test('is where CONNECT goes while no server is known', () => {
    expect(started('', '', 'practice')).toEqual([target, null]);
    expect(started('', '[room]\nenabled = true', 'room')).toEqual([target, null]);
    expect(started('', '[room]\nenabled = true', 'room', LAST)).toEqual([LAST.lastServer, null]);
  });

  test('to practise on request is joined at once, whatever server is known', () => {
    expect(started('--practice', '', 'practice', LAST)).toEqual([target, target]);
    expect(started('--practice --server one.example', '', 'practice')).toEqual([target, target]);
  });

  test('changes nothing where there is none', () => {
    const settings = settingsFrom([]);
    expect(withOwnRoom(settings, null)).toBe(settings);
  });
});

describe('Sound cards', () => {
  test('no tone stands in for a card that somebody named, nor on a box', () => {
    const tone = (line: string, toml = '') => settingsFrom(words(line), toml).toneUntilFound;
    expect(tone('', '[sound]\ninput = "default"\noutput = "default"')).toBe(true);
    expect(tone('--input alsa:default')).toBe(false);
    expect(tone('--appliance')).toBe(false);
    expect(tone('', '[sound]\noutput = "none"')).toBe(false);
  });

  test('"none" is silence in and nothing out', () => {
    const { input, output } = settingsFrom([], '[sound]\ninput = "none"\noutput = "none"');
    expect([input, output]).toEqual([{ kind: 'silence' }, { kind: 'none' }]);
  });
});

describe('What does not go together', () => {
  const FRAMES = { error: '--frames 64 needs --period 32 or 64 and --block-factor 1' };
  const LONG = '[sound]\nperiod-frames = 128';

  test('small frames with the large period of box.toml', () => {
    expect(settingsOrError(['--frames', '64'], LONG)).toEqual(FRAMES);
    expect(settingsFrom(['--frames', '64', '--period', '64'], LONG).box.transport.frameSamples).toBe(64);
    expect(settingsFrom([], LONG).box.transport.frameSamples).toBe(128);
  });
});

test('The page is off with --plain, unless it is asked for', () => {
  expect(settingsFrom(['--plain']).page).toBe('off');
  expect(settingsFrom(['--plain', '--page', '80']).page).toBe(80);
});

test('A fresh machine state and the settings of nothing are the defaults', () => {
  const { box } = settingsFrom([]);
  const kept: Partial<BoxSettings> = {
    sound: DEFAULTS.sound,
    jitter: DEFAULTS.jitter,
    consent: DEFAULTS.consent,
    mixes: DEFAULTS.mixes,
  };
  expect(box).toMatchObject(kept);
});
