import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type Choices, choose, habitsOf, NO_CHOICES } from '../../src/box/choices.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { forgetPeopleAndServers, freshState, machineStateSchema } from '../../src/settings/machine-state.ts';
import { settingsFrom } from '../support/settings.ts';

const FILE = '[sound]\nstart-muted = true\n[menu]\nidle-minutes = 90\n';
const LOCKED_FILE = `${FILE}locked = true\n`;

const installer = (toml: string) => parseInstallerText(toml).settings;
const habits = (toml: string, choices: Choices) => {
  const { sound, menu } = installer(toml);
  return habitsOf({ startMuted: sound.startMuted, idleMinutes: menu.idleMinutes }, choices, menu.locked);
};

describe('Start muted and "Still playing?"', () => {
  test('are as box.toml says until somebody chooses, and without it: not muted, two hours', () => {
    expect(habits('', NO_CHOICES)).toEqual({ startMuted: false, idleMinutes: 120 });
    expect(habits(FILE, NO_CHOICES)).toEqual({ startMuted: true, idleMinutes: 90 });
  });

  test('are what people have chosen, whatever box.toml says: "no" and "never" are choices, too', () => {
    const chosen = choose(NO_CHOICES, { startMuted: false }, false);
    expect(habits(FILE, chosen)).toEqual({ startMuted: false, idleMinutes: 90 });
    expect(habits(FILE, choose(chosen, { idleMinutes: 0 }, false))).toEqual({ startMuted: false, idleMinutes: 0 });
  });

  test('are the installer’s again once the menu is locked, until somebody with the PIN chooses', () => {
    const before = choose(NO_CHOICES, { startMuted: false, idleMinutes: 0 }, false);
    expect(habits(LOCKED_FILE, before)).toEqual({ startMuted: true, idleMinutes: 90 });
    const since = choose(before, { idleMinutes: 30 }, true);
    expect(habits(LOCKED_FILE, since)).toEqual({ startMuted: true, idleMinutes: 30 });
    expect(habits(LOCKED_FILE, choose(since, { startMuted: false }, true))).toEqual({
      startMuted: false,
      idleMinutes: 30,
    });
    expect(habits(FILE, since)).toEqual({ startMuted: true, idleMinutes: 30 });
  });

  test('decide how the box starts', () => {
    const startMuted = (toml: string, choices: Choices) =>
      settingsFrom([], toml, { ...freshState('Anna'), choices }).box.startMuted;
    expect(startMuted('', choose(NO_CHOICES, { startMuted: true }, false))).toBe(true);
    expect(startMuted(FILE, choose(NO_CHOICES, { startMuted: false }, false))).toBe(false);
    expect(startMuted(FILE, NO_CHOICES)).toBe(true);
  });
});

describe('In the machine state the choices', () => {
  test('are missing in older files, which load as before', () => {
    const { choices: _, ...older } = freshState('Anna');
    expect(v.parse(machineStateSchema, older)).toEqual({ ...older, choices: NO_CHOICES });
  });

  test('come back as they were written', () => {
    for (const choices of [NO_CHOICES, choose(NO_CHOICES, { startMuted: false, idleMinutes: 0 }, true)]) {
      const state = { ...freshState('Anna'), choices };
      expect(v.parse(machineStateSchema, JSON.parse(JSON.stringify(state)))).toEqual(state);
    }
  });

  test('stay when people and servers are forgotten', () => {
    const choices = choose(NO_CHOICES, { idleMinutes: 30 }, false);
    expect(forgetPeopleAndServers({ ...freshState('Anna'), choices }).choices).toEqual(choices);
  });
});
