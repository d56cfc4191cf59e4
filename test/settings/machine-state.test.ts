import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { StoredServers } from '../../src/box/servers/state.ts';
import type { RememberedMixes } from '../../src/box/state.ts';
import {
  forgetPeopleAndServers,
  freshState,
  type MachineState,
  machineStateSchema,
} from '../../src/settings/machine-state.ts';
import { settingsFrom } from '../support/settings.ts';

const MIX = { gain: 0.5, pan: 0.25, muted: true, solo: false };
const TYPED = { address: 'jam.example', label: 'jam.example' };

const LIVED_IN: MachineState = {
  ...freshState('Anna'),
  favourites: [
    { kind: 'listed', directory: 'dir.example', name: 'The Cellar', lastAddress: '192.0.2.1:22125' },
    { kind: 'address', ...TYPED },
  ],
  recent: [TYPED, { address: '192.0.2.1:22125', label: 'The Cellar' }],
  lastServer: TYPED,
  mixes: { own: MIX, others: [{ name: 'Béla', mix: MIX }] },
  flags: { privacyShown: true, firstStartDone: true },
};

describe('The machine state', () => {
  test('starts with a neutral name, all other fields empty (privacy C1)', () => {
    const { profile } = freshState('Box-7F3A');
    expect(profile).toEqual({ name: 'Box-7F3A', city: '', countryCode: 0, instrument: 0, skill: 'not-set' });
    expect(v.is(machineStateSchema, freshState('Box-7F3A'))).toBe(true);
  });

  test('forgets people and servers, and nothing else (privacy C10)', () => {
    const after = forgetPeopleAndServers(LIVED_IN);
    expect(JSON.stringify(after)).not.toMatch(/Béla|Cellar|example|192/);
    expect(after).toEqual({
      ...freshState('Anna'),
      mixes: { own: MIX, others: [] },
      flags: { privacyShown: true, firstStartDone: true },
    });
  });

  test('holds what the box knows of servers and mixes as the box has it', () => {
    const servers: Pick<StoredServers, 'favourites' | 'recent'> = LIVED_IN;
    const mixes: RememberedMixes = LIVED_IN.mixes;
    const back: Pick<MachineState, 'favourites' | 'recent' | 'mixes'> = { ...servers, mixes };
    expect(v.parse(machineStateSchema, { ...LIVED_IN, ...back })).toEqual(LIVED_IN);
  });
});

describe('The box starts', () => {
  const settings = (toml: string) => settingsFrom([], toml, LIVED_IN).box;

  test('with what people last chose, where the installer’s file says nothing', () => {
    expect(settings('')).toEqual({
      server: { address: 'jam.example', label: 'jam.example' },
      profile: LIVED_IN.profile,
      transport: { quality: 'high', frameSamples: 64, blockFactor: 1 },
      jitter: { kind: 'normal' },
      consent: { acceptRecording: false, acceptLicence: false },
      sound: LIVED_IN.sound,
      startMuted: false,
      mixes: LIVED_IN.mixes,
    });
  });

  test('with the first two channels of the card after a version that knew no others', () => {
    const { inputChannels: _, outputChannels: __, ...older } = LIVED_IN.sound;
    const read = v.parse(machineStateSchema, { ...LIVED_IN, sound: older });
    expect(read.sound).toEqual(LIVED_IN.sound);
  });

  test('with every sound setting that is younger than the file as it is by default', () => {
    const { feedbackGuard: _, boost: __, ...older } = { ...LIVED_IN.sound, inputGainDb: 3 };
    expect(v.parse(machineStateSchema, { ...LIVED_IN, sound: older }).sound).toEqual({
      ...LIVED_IN.sound,
      inputGainDb: 3,
      feedbackGuard: true,
    });
    const off = { ...LIVED_IN, sound: { ...LIVED_IN.sound, feedbackGuard: false } };
    expect(v.parse(machineStateSchema, JSON.parse(JSON.stringify(off)))).toEqual(off);
  });

  test('with the channels that people chose, or those of the installer’s file', () => {
    const kept: MachineState = { ...LIVED_IN, sound: { ...LIVED_IN.sound, inputChannels: [3, 4] } };
    const started = (toml: string) => settingsFrom([], toml, kept).box.sound.inputChannels;
    expect(started('')).toEqual([3, 4]);
    expect(started('[sound]\ninput-channels = [1, 2]')).toEqual([1, 2]);
  });

  test('with what the installer’s file says, and the rest as people last chose', () => {
    const started = settings(`
      [server]
      address = "192.0.2.7"
      name = "Room 2"
      [profile]
      city = "Wien"
      [unattended]
      accept-recording = true
      [sound]
      period-frames = 128
      channels = "mono"
      headphones = 70
      start-muted = true
      [network]
      jitter = "safe"
      quality = "low"
    `);
    expect(started).toMatchObject({
      server: { address: '192.0.2.7', label: 'Room 2' },
      profile: { name: 'Anna', city: 'Wien' },
      transport: { quality: 'low', frameSamples: 128 },
      jitter: { kind: 'safe' },
      consent: { acceptRecording: true, acceptLicence: false },
      sound: { ...LIVED_IN.sound, mode: 'mono', masterLevel: 70 },
      startMuted: true,
    });
  });
});
