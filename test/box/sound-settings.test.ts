/** The table of sound settings: what follows from it for the box, the machine state, the page and box.toml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { commandSchema } from '../../src/box/commands.ts';
import { DEFAULT_SOUND, SOUND_KEYS, SOUND_SETTINGS, type SoundKey, saneSound } from '../../src/box/sound-settings.ts';
import { INSTALLER_KEYS } from '../../src/settings/installer-schema.ts';
import { freshState, machineStateSchema } from '../../src/settings/machine-state.ts';

const state = freshState('Box-7F3A');
const API = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8').replaceAll('"', '`');

/** Not of this setting: too large where it is a number, else of another kind. */
function wrong(key: SoundKey): unknown {
  const setting = SOUND_SETTINGS[key];
  if ('max' in setting) return setting.max + 1;
  return setting.kind === 'channels' ? [1, 33] : 'other';
}

describe.each(SOUND_KEYS)('The sound setting %s', (key) => {
  const page = (value: unknown) => v.is(commandSchema, { type: 'sound', [key]: value });
  const file = (value: unknown) => v.is(machineStateSchema, { ...state, sound: { ...state.sound, [key]: value } });

  test('has its default everywhere', () => {
    const value = DEFAULT_SOUND[key];
    expect(saneSound(DEFAULT_SOUND, DEFAULT_SOUND)[key]).toEqual(value);
    expect([page(value), file(value)]).toEqual([true, true]);
    const { [key]: _, ...older } = state.sound;
    expect(v.parse(machineStateSchema, { ...state, sound: older }).sound).toEqual(state.sound);
  });

  test('is limited everywhere', () => {
    const value = wrong(key);
    expect([page(value), file(value), page(null), file(null)]).toEqual([false, false, false, false]);
    const sane = saneSound({ ...DEFAULT_SOUND, [key]: value }, DEFAULT_SOUND)[key];
    const setting = SOUND_SETTINGS[key];
    expect(sane).toEqual('max' in setting ? setting.max : DEFAULT_SOUND[key]);
  });

  test('is in the table of actions for programs', () => {
    expect(API.includes(`\`${key}\``), 'action "sound" of docs/api.md').toBe(true);
  });

  test('can be set in box.toml where the table says so', () => {
    const setting = SOUND_SETTINGS[key];
    const keys: Readonly<Record<string, { readonly schema: v.GenericSchema<unknown, unknown> }>> = INSTALLER_KEYS.sound;
    if (!('toml' in setting)) return;
    const { schema } = keys[setting.toml]!;
    expect([v.is(schema, DEFAULT_SOUND[key]), v.is(schema, wrong(key))]).toEqual([true, false]);
  });
});
