/** What people choose of the box's habits on the phone page: from when on it counts, and for how long. */

import { describe, expect, it, vi } from 'vitest';
import { createCardSelection } from '../../src/app/card-selection.ts';
import { chosenCard, type Habits, NO_CHOICES } from '../../src/box/choices.ts';
import { habits } from '../../src/box/idle.ts';
import type { SoundCard } from '../../src/linux/sound-cards/list-cards.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { stateFiles } from '../../src/settings/state-files.ts';
import { openStateStore } from '../../src/settings/state-store.ts';
import { seen } from '../box/seen.ts';
import { onDisk, type Rig, startRig, useFolderAndClock, written } from './app-rig.ts';

const MINUTE_MS = 60_000;
const CELLAR = '198.51.100.7:22124';

const folder = useFolderAndClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const choose = ({ dispatch }: Rig, change: Partial<Habits>) => dispatch({ type: 'setHabits', change });
const isAsked = ({ box }: Rig) => seen(box()).idleQuestionUntilMs !== null;

describe('"Still playing?"', () => {
  it('is asked after the time that was chosen, at once and after the next start, whatever box.toml says', async () => {
    const toml = '[menu]\nidle-minutes = 0';
    const first = await startRig(folder.path, toml);
    first.join(CELLAR);
    choose(first, { idleMinutes: 30 });
    await pass(30 * MINUTE_MS + 1000);
    expect(isAsked(first)).toBe(true);
    await first.end();
    const second = await startRig(folder.path, toml);
    expect(habits(second.box()).idleMinutes).toBe(30);
    second.join(CELLAR);
    await pass(30 * MINUTE_MS + 1000);
    expect(isAsked(second)).toBe(true);
  });

  it('is never asked once somebody has chosen that', async () => {
    const rig = await startRig(folder.path);
    rig.join(CELLAR);
    choose(rig, { idleMinutes: 0 });
    await pass(1000 * MINUTE_MS);
    expect([isAsked(rig), rig.box().link.kind]).toEqual([false, 'connected']);
  });

  it('is answered by choosing when to be asked, and not by choosing something else', async () => {
    const rig = await startRig(folder.path, '[menu]\nidle-minutes = 1');
    rig.join(CELLAR);
    await pass(MINUTE_MS + 1000);
    choose(rig, { startMuted: true });
    expect(isAsked(rig)).toBe(true);
    choose(rig, { idleMinutes: 60 });
    expect(isAsked(rig)).toBe(false);
    await pass(59 * MINUTE_MS);
    expect([isAsked(rig), rig.box().link.kind]).toEqual([false, 'connected']);
  });
});

describe('start muted', () => {
  it('mutes nothing now, and the box at its next start', async () => {
    const first = await startRig(folder.path);
    choose(first, { startMuted: true });
    expect(first.box().sound.mute).toBe('off');
    await first.end();
    expect((await startRig(folder.path)).box().sound.mute).toBe('start');
  });

  it('can be switched off although box.toml says it', async () => {
    const toml = '[sound]\nstart-muted = true';
    const first = await startRig(folder.path, toml);
    expect([first.box().sound.mute, habits(first.box()).startMuted]).toEqual(['start', true]);
    choose(first, { startMuted: false });
    await first.end();
    expect((await startRig(folder.path, toml)).box().sound.mute).toBe('off');
  });

  it('is the installer’s matter again once the menu is locked; what the PIN has chosen stays', async () => {
    const toml = '[menu]\nlocked = true';
    const open = await startRig(folder.path);
    choose(open, { startMuted: true });
    await open.end();
    const locked = await startRig(folder.path, toml);
    expect(locked.box().sound.mute).toBe('off');
    choose(locked, { startMuted: true });
    await locked.end();
    expect((await startRig(folder.path, toml)).box().sound.mute).toBe('start');
  });
});

describe('what was chosen', () => {
  it('is told to whoever watches', async () => {
    const rig = await startRig(folder.path);
    let told = 0;
    rig.store.onChange(() => told++);
    choose(rig, { startMuted: true });
    await pass(1);
    expect([told, habits(rig.box())]).toEqual([1, { startMuted: true, idleMinutes: 120 }]);
  });

  it('is forgotten with everything, in every file, and not with people and servers', async () => {
    const chosen = /"startMuted":true|"idleMinutes":30/;
    const rig = await startRig(folder.path);
    choose(rig, { startMuted: true, idleMinutes: 30 });
    await pass(2100);
    await onDisk(() => chosen.test(written(folder.path)));
    rig.dispatch({ type: 'forget', what: 'people-and-servers' });
    expect(habits(rig.box())).toEqual({ startMuted: true, idleMinutes: 30 });
    rig.dispatch({ type: 'forget', what: 'everything' });
    expect(habits(rig.box())).toEqual({ startMuted: false, idleMinutes: 120 });
    await onDisk(() => !chosen.test(written(folder.path)));
    await rig.end();
    expect(written(folder.path)).not.toMatch(chosen);
    expect((await startRig(folder.path)).box().sound.mute).toBe('off');
  });
});

describe('the sound card', () => {
  const chosen = ({ box }: Rig) => seen(box()).soundCards?.chosen;
  const CARD: SoundCard = {
    ...{ key: 'usb:1397:0509', name: 'UMC404HD 192k', kind: 'usb', fitting: true },
    ...{ capture: 'hw:U192k,0', playback: 'hw:U192k,0' },
  };
  const start = async (toml = '') => {
    const state = await openStateStore(stateFiles(folder.path));
    const { settings } = parseInstallerText(toml);
    const key = chosenCard(state.found.state?.choices ?? NO_CHOICES, settings.menu.locked);
    const named = { capture: 'default', playback: 'default' };
    const cards = createCardSelection({ list: () => [CARD], named, automatic: true, needsUsbCard: false, chosen: key });
    return await startRig(folder.path, toml, { cards });
  };

  it('that is chosen is remembered until somebody chooses again, or everything is forgotten', async () => {
    const first = await start();
    first.dispatch({ type: 'chooseCard', key: CARD.key });
    await first.end();
    const second = await start();
    expect(chosen(second)).toBe(CARD.key);
    second.dispatch({ type: 'forget', what: 'everything' });
    expect(chosen(second)).toBeNull();
    await second.end();
    expect(chosen(await start())).toBeNull();
  });

  it('chosen before the menu was locked does not count', async () => {
    const first = await start();
    first.dispatch({ type: 'chooseCard', key: CARD.key });
    await first.end();
    expect(chosen(await start('[menu]\nlocked = true'))).toBeNull();
  });
});
