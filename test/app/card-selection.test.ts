import { beforeEach, describe, expect, it } from 'vitest';
import { type CardSelectionOptions, type CardUse, createCardSelection } from '../../src/app/card-selection.ts';
import type { CardOrder } from '../../src/audio/device.ts';
import { listSoundCards } from '../../src/linux/sound-cards/list-cards.ts';
import {
  type CardShape,
  HEADPHONES,
  HIFIBERRY_ADC,
  plugIn,
  QEMU_USB,
  scarlett2i2,
  UMC404HD,
  umc22,
  vc4Hdmi,
  WEBCAM,
} from '../linux/sound-card-trees.ts';
import { temporaryFolder } from '../support/folder.ts';

const DEFAULT = { capture: 'default', playback: 'default' };
const HAT = { capture: 'hw:jambox,0', playback: 'hw:jambox,1', periods: 2 };
const BEHRINGER = { capture: 'hw:U192k,0', playback: 'hw:U192k,0', periods: 3 };
const SCARLETT = { capture: 'hw:USB,0', playback: 'hw:USB,0', periods: 3 };
const NONE = { missing: { problem: 'no-sound-card', error: 'no sound card is plugged in' } };
const BEHRINGER_KEY = 'usb:1397:0509';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

function selectionOf(cards: readonly CardShape[], change: Partial<CardSelectionOptions> = {}) {
  plugIn(root, cards);
  const selection = createCardSelection({
    list: () => listSoundCards(root),
    named: DEFAULT,
    automatic: true,
    needsUsbCard: false,
    chosen: null,
    ...change,
  });
  const orders: CardOrder[] = [];
  selection.onOrder((order) => orders.push(order));
  return {
    ...selection,
    orders,
    /** What is there from now on. */
    see(present: readonly CardShape[], use: CardUse = 'idle') {
      plugIn(root, present);
      return selection.look(use);
    },
  };
}

describe('the card selection', () => {
  it('takes a HAT with its two devices, a USB card where there is none, and tells nothing twice', () => {
    expect(selectionOf([vc4Hdmi(0), UMC404HD, HIFIBERRY_ADC]).order()).toEqual(HAT);
    const selection = selectionOf([vc4Hdmi(0), UMC404HD]);
    expect(selection.order()).toEqual(BEHRINGER);
    const report = selection.report();
    expect([selection.look('idle'), selection.look('playing')]).toEqual([false, false]);
    expect(selection.report()).toBe(report);
    expect(selection.orders).toEqual([]);
  });

  it('has nothing where a card has no such direction', () => {
    expect(selectionOf([QEMU_USB]).order()).toEqual({ capture: null, playback: 'hw:Audio,0', periods: 3 });
    expect(selectionOf([WEBCAM]).order()).toEqual({ capture: 'hw:Webcam,0', playback: null, periods: 3 });
  });

  it('says that there is no card, and on a board without HAT sound that it has to be a USB card', () => {
    expect(selectionOf([vc4Hdmi(0)]).order()).toEqual(NONE);
    expect(selectionOf([], { needsUsbCard: true }).order()).toEqual({
      missing: {
        problem: 'usb-card-needed',
        error: 'no sound card is plugged in: this board plays through a USB sound card',
      },
    });
  });

  it('takes a card that is plugged in later, and goes on without one that is pulled out', () => {
    const selection = selectionOf([]);
    expect(selection.see([UMC404HD])).toBe(true);
    expect(selection.report()).toMatchObject({ taken: BEHRINGER_KEY, chosen: null });
    selection.see([HEADPHONES], 'playing');
    selection.see([]);
    expect(selection.orders).toEqual([BEHRINGER, { capture: null, playback: 'hw:Headphones,0', periods: 2 }, NONE]);
  });

  it('lets nobody be interrupted: the better one is taken when nobody plays any more', () => {
    const selection = selectionOf([WEBCAM]);
    expect(selection.see([WEBCAM, UMC404HD], 'playing')).toBe(true);
    expect([selection.orders, selection.report().taken]).toEqual([[], 'usb:046d:0825']);
    selection.look('idle');
    expect(selection.orders).toEqual([BEHRINGER]);
  });

  it('while drivers are still being loaded lets the best and first one win, whoever came first', () => {
    const selection = selectionOf([umc22('1-1.4')]);
    selection.see([umc22('1-1.4'), UMC404HD], 'starting');
    selection.see([umc22('1-1.4'), UMC404HD, HIFIBERRY_ADC], 'starting');
    expect(selection.orders).toEqual([BEHRINGER, HAT]);
  });

  it('takes the one that somebody chooses at once, and the best again when the choice is taken back', () => {
    const selection = selectionOf([HIFIBERRY_ADC, UMC404HD]);
    selection.choose(BEHRINGER_KEY);
    expect(selection.report()).toMatchObject({ taken: BEHRINGER_KEY, chosen: BEHRINGER_KEY });
    selection.choose(null);
    expect(selection.orders).toEqual([BEHRINGER, HAT]);
  });

  it('plays on another card while the chosen one is away, and on the chosen one when it is back and nobody plays', () => {
    const selection = selectionOf([HIFIBERRY_ADC], { chosen: BEHRINGER_KEY });
    expect(selection.order()).toEqual(HAT);
    selection.see([HIFIBERRY_ADC, UMC404HD], 'playing');
    expect(selection.orders).toEqual([]);
    selection.look('idle');
    expect(selection.orders).toEqual([BEHRINGER]);
  });

  it('leaves names of box.toml as they are, until somebody chooses a card that is there', () => {
    const named = { capture: 'hw:1', playback: 'hw:1' };
    const selection = selectionOf([HIFIBERRY_ADC, UMC404HD], { named });
    expect(selection.order()).toEqual({ ...named, periods: 2 });
    expect(selection.report().taken).toBeNull();
    selection.choose('usb:1235:8210');
    expect(selection.order()).toEqual({ ...named, periods: 2 });
    selection.choose(BEHRINGER_KEY);
    expect(selection.order()).toEqual(BEHRINGER);
    selection.see([HIFIBERRY_ADC]);
    expect(selection.order()).toEqual({ ...named, periods: 2 });
  });

  it('leaves a direction that box.toml names as it is, and finds the other', () => {
    const named = { capture: 'default', playback: 'hw:CARD=Amp' };
    expect(selectionOf([UMC404HD], { named }).order()).toEqual({
      capture: 'hw:U192k,0',
      playback: 'hw:CARD=Amp',
      periods: 3,
    });
  });

  it('leaves a card that plays by its name alone when the chosen one comes back', () => {
    const named = { capture: 'hw:1', playback: 'hw:1' };
    const selection = selectionOf([HIFIBERRY_ADC], { named, chosen: BEHRINGER_KEY });
    selection.see([HIFIBERRY_ADC, UMC404HD], 'playing');
    expect(selection.orders).toEqual([]);
    selection.look('idle');
    expect(selection.orders).toEqual([BEHRINGER]);
  });

  it('on a desk plays on the default of the computer until somebody chooses', () => {
    const selection = selectionOf([UMC404HD], { automatic: false });
    expect(selection.order()).toEqual({ ...DEFAULT, periods: 2 });
    selection.choose(BEHRINGER_KEY);
    expect(selection.orders).toEqual([BEHRINGER]);
  });

  it('follows a card that comes back under another name of the kernel', () => {
    const selection = selectionOf([scarlett2i2('1-1.3', 'A')]);
    selection.see([umc22(), scarlett2i2('1-1.3', 'A', 'USB_1')]);
    expect(selection.orders.at(-1)).not.toEqual(SCARLETT);
    const other = selectionOf([scarlett2i2('1-1.3', 'A')], { chosen: 'usb:1235:8210:A' });
    other.see([scarlett2i2('1-1.1', 'B'), scarlett2i2('1-1.3', 'A', 'USB_1')]);
    expect(other.orders).toEqual([{ capture: 'hw:USB_1,0', playback: 'hw:USB_1,0', periods: 3 }]);
  });
});
