/** Which card the audio thread is told to play on, as cards are plugged in and pulled out and people choose. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type CardKeeperOptions, type CardUse, createCardKeeper } from '../../src/appliance/card-keeper.ts';
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

function keeperOf(cards: readonly CardShape[], change: Partial<CardKeeperOptions> = {}) {
  plugIn(root, cards);
  const keeper = createCardKeeper({
    list: () => listSoundCards(root),
    named: DEFAULT,
    automatic: true,
    needsUsbCard: false,
    chosen: null,
    ...change,
  });
  const orders: CardOrder[] = [];
  keeper.onOrder((order) => orders.push(order));
  return {
    ...keeper,
    orders,
    /** What is there from now on. */
    see(present: readonly CardShape[], use: CardUse = 'idle') {
      plugIn(root, present);
      return keeper.look(use);
    },
  };
}

describe('the card keeper', () => {
  it('takes a HAT with its two devices, a USB card where there is none, and tells nothing twice', () => {
    expect(keeperOf([vc4Hdmi(0), UMC404HD, HIFIBERRY_ADC]).order()).toEqual(HAT);
    const keeper = keeperOf([vc4Hdmi(0), UMC404HD]);
    expect(keeper.order()).toEqual(BEHRINGER);
    const report = keeper.report();
    expect([keeper.look('idle'), keeper.look('playing')]).toEqual([false, false]);
    expect(keeper.report()).toBe(report);
    expect(keeper.orders).toEqual([]);
  });

  it('has nothing where a card has no such direction', () => {
    expect(keeperOf([QEMU_USB]).order()).toEqual({ capture: null, playback: 'hw:Audio,0', periods: 3 });
    expect(keeperOf([WEBCAM]).order()).toEqual({ capture: 'hw:Webcam,0', playback: null, periods: 3 });
  });

  it('says that there is no card, and on a board without HAT sound that it has to be a USB card', () => {
    expect(keeperOf([vc4Hdmi(0)]).order()).toEqual(NONE);
    expect(keeperOf([], { needsUsbCard: true }).order()).toEqual({
      missing: {
        problem: 'usb-card-needed',
        error: 'no sound card is plugged in: this board plays through a USB sound card',
      },
    });
  });

  it('takes a card that is plugged in later, and goes on without one that is pulled out', () => {
    const keeper = keeperOf([]);
    expect(keeper.see([UMC404HD])).toBe(true);
    expect(keeper.report()).toMatchObject({ taken: BEHRINGER_KEY, chosen: null });
    keeper.see([HEADPHONES], 'playing');
    keeper.see([]);
    expect(keeper.orders).toEqual([BEHRINGER, { capture: null, playback: 'hw:Headphones,0', periods: 2 }, NONE]);
  });

  it('lets nobody be interrupted: the better one is taken when nobody plays any more', () => {
    const keeper = keeperOf([WEBCAM]);
    expect(keeper.see([WEBCAM, UMC404HD], 'playing')).toBe(true);
    expect([keeper.orders, keeper.report().taken]).toEqual([[], 'usb:046d:0825']);
    keeper.look('idle');
    expect(keeper.orders).toEqual([BEHRINGER]);
  });

  it('while drivers are still being loaded lets the best and first one win, whoever came first', () => {
    const keeper = keeperOf([umc22('1-1.4')]);
    keeper.see([umc22('1-1.4'), UMC404HD], 'starting');
    keeper.see([umc22('1-1.4'), UMC404HD, HIFIBERRY_ADC], 'starting');
    expect(keeper.orders).toEqual([BEHRINGER, HAT]);
  });

  it('takes the one that somebody chooses at once, and the best again when the choice is taken back', () => {
    const keeper = keeperOf([HIFIBERRY_ADC, UMC404HD]);
    keeper.choose(BEHRINGER_KEY);
    expect(keeper.report()).toMatchObject({ taken: BEHRINGER_KEY, chosen: BEHRINGER_KEY });
    keeper.choose(null);
    expect(keeper.orders).toEqual([BEHRINGER, HAT]);
  });

  it('plays on another card while the chosen one is away, and on the chosen one when it is back and nobody plays', () => {
    const keeper = keeperOf([HIFIBERRY_ADC], { chosen: BEHRINGER_KEY });
    expect(keeper.order()).toEqual(HAT);
    keeper.see([HIFIBERRY_ADC, UMC404HD], 'playing');
    expect(keeper.orders).toEqual([]);
    keeper.look('idle');
    expect(keeper.orders).toEqual([BEHRINGER]);
  });

  it('leaves names of box.toml as they are, until somebody chooses a card that is there', () => {
    const named = { capture: 'hw:1', playback: 'hw:1' };
    const keeper = keeperOf([HIFIBERRY_ADC, UMC404HD], { named });
    expect(keeper.order()).toEqual({ ...named, periods: 2 });
    expect(keeper.report().taken).toBeNull();
    keeper.choose('usb:1235:8210');
    expect(keeper.order()).toEqual({ ...named, periods: 2 });
    keeper.choose(BEHRINGER_KEY);
    expect(keeper.order()).toEqual(BEHRINGER);
    keeper.see([HIFIBERRY_ADC]);
    expect(keeper.order()).toEqual({ ...named, periods: 2 });
  });

  it('leaves a direction that box.toml names as it is, and finds the other', () => {
    const named = { capture: 'default', playback: 'hw:CARD=Amp' };
    expect(keeperOf([UMC404HD], { named }).order()).toEqual({
      capture: 'hw:U192k,0',
      playback: 'hw:CARD=Amp',
      periods: 3,
    });
  });

  it('leaves a card that plays by its name alone when the chosen one comes back', () => {
    const named = { capture: 'hw:1', playback: 'hw:1' };
    const keeper = keeperOf([HIFIBERRY_ADC], { named, chosen: BEHRINGER_KEY });
    keeper.see([HIFIBERRY_ADC, UMC404HD], 'playing');
    expect(keeper.orders).toEqual([]);
    keeper.look('idle');
    expect(keeper.orders).toEqual([BEHRINGER]);
  });

  it('on a desk plays on the default of the computer until somebody chooses', () => {
    const keeper = keeperOf([UMC404HD], { automatic: false });
    expect(keeper.order()).toEqual({ ...DEFAULT, periods: 2 });
    keeper.choose(BEHRINGER_KEY);
    expect(keeper.orders).toEqual([BEHRINGER]);
  });

  it('follows a card that comes back under another name of the kernel', () => {
    const keeper = keeperOf([scarlett2i2('1-1.3', 'A')]);
    keeper.see([umc22(), scarlett2i2('1-1.3', 'A', 'USB_1')]);
    expect(keeper.orders.at(-1)).not.toEqual(SCARLETT);
    const other = keeperOf([scarlett2i2('1-1.3', 'A')], { chosen: 'usb:1235:8210:A' });
    other.see([scarlett2i2('1-1.1', 'B'), scarlett2i2('1-1.3', 'A', 'USB_1')]);
    expect(other.orders).toEqual([{ capture: 'hw:USB_1,0', playback: 'hw:USB_1,0', periods: 3 }]);
  });
});
