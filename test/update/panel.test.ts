/** Updates on the panel, by keys: from the menu to the install, and the news that the old version is back. */

import { describe, expect, it } from 'vitest';
import { menuOf } from '../../src/faces/panel/navigation.ts';
import type { Around } from '../box/around.ts';
import { IDLE, scene } from '../faces/panel/scenes.ts';
import { panelRig } from '../faces/panel-shell/panel-rig.ts';

const VERSION = '0.2.0+20261124.abc1234';
const KNOWN = { ...IDLE, shownProfile: IDLE.profile };

/** On the page for updates. */
function onPage(more: Around) {
  const box = panelRig(KNOWN, more);
  box.openFromMenu('update');
  return box;
}

describe('the page', () => {
  it('installs what is offered, by one push', () => {
    const box = onPage({ update: { kind: 'available', version: VERSION } });
    expect(box.text()).toContain('Install 0.2.0');
    box.press('knob');
    expect(box.requests()).toContainEqual({ type: 'startUpdate' });
  });

  it('says that the boot program is too old, and installs nothing', () => {
    const box = onPage({ update: { kind: 'old-bootloader', version: VERSION } });
    expect(box.text()).toContain('Boot program too old');
    expect(box.text()).toContain('write "Bootloader"');
    box.press('knob');
    box.turn(1);
    box.press('knob');
    expect(box.requests()).not.toContainEqual({ type: 'startUpdate' });
  });

  it('is left out where there is no update agent', () => {
    expect(menuOf(scene(KNOWN, { absent: ['update'] }))).not.toContain('update');
  });

  it('has the switch only where there is a server to ask', () => {
    expect(onPage({ updateCheck: null }).text()).not.toContain('Ask once a day');
    const box = onPage({ updateCheck: false });
    box.turn(1);
    box.press('knob');
    expect(box.requests()).toContainEqual({ type: 'updateCheck', on: true });
  });
});

describe('an update under way', () => {
  it('covers the screen, and CONNECT says why it does nothing', () => {
    const box = panelRig(KNOWN, { update: { kind: 'installing', version: VERSION, progress: 0.4 } });
    expect(box.text()).toContain('Updating');
    box.press('connect');
    expect(box.text()).toContain('Not while updating');
    box.wait(5000);
    expect(box.box().link.kind).toBe('idle');
    box.setAround({ update: { kind: 'restarting' } });
    box.wait(1000);
    expect(box.text()).toContain('comes back by');
    box.press('connect');
    expect(box.box().link.kind).toBe('idle');
  });
});

describe('an update that did not work', () => {
  it('is told once, unmistakably, until somebody has read it', () => {
    const box = panelRig(KNOWN, { update: { kind: 'undone', version: VERSION } });
    expect(box.text()).toContain('Old version is back');
    box.wait(60_000);
    expect(box.text()).toContain('Old version is back');
    box.press('knob');
    expect(box.requests()).toContainEqual({ type: 'updateSeen' });
    box.setAround({ update: { kind: 'none' } });
    box.wait(1000);
    expect(box.text()).not.toContain('Old version is back');
  });
});
