import { describe, expect, it } from 'vitest';
import { type CardSituation, findCard, takeCard } from '../../src/audio/card-choice.ts';
import { listSoundCards, type SoundCard } from '../../src/linux/sound-cards/list-cards.ts';
import {
  type CardShape,
  HDA,
  HEADPHONES,
  ONLY_44100,
  plugIn,
  QEMU_USB,
  scarlett2i2,
  UMC404HD,
  umc22,
  vc4Hdmi,
  WEBCAM,
  WM8731_HAT,
} from '../linux/sound-card-trees.ts';
import { temporaryFolder } from '../support/folder.ts';

function cardsOf(...shapes: readonly CardShape[]): readonly SoundCard[] {
  const root = temporaryFolder();
  plugIn(root, shapes);
  const cards = listSoundCards(root);
  return cards;
}

const UNDECIDED = { chosen: null, current: null, playing: false };

function taken(shapes: readonly CardShape[], situation: Partial<CardSituation> = {}): string | undefined {
  return takeCard({ cards: cardsOf(...shapes), ...UNDECIDED, ...situation })?.name;
}

const one = (shape: CardShape): SoundCard => cardsOf(shape)[0] as SoundCard;

describe('which sound card plays', () => {
  it('a HAT before USB, USB before others, the socket for headphones last, HDMI never', () => {
    expect(taken([vc4Hdmi(0), HEADPHONES, HDA, UMC404HD, WM8731_HAT])).toBe('jambox');
    expect(taken([vc4Hdmi(0), HEADPHONES, HDA, UMC404HD])).toBe('UMC404HD 192k');
    expect(taken([vc4Hdmi(0), HEADPHONES, HDA])).toBe('HDA Intel PCH');
    expect(taken([vc4Hdmi(0), HEADPHONES])).toBe('bcm2835 Headphones');
    expect(taken([vc4Hdmi(0)])).toBeUndefined();
    expect(taken([])).toBeUndefined();
  });

  it('of USB cards one with both directions, then the first by its port', () => {
    expect(taken([WEBCAM, QEMU_USB, scarlett2i2('1-1.4'), umc22('1-1.3')])).toBe('USB Audio CODEC');
    expect(taken([WEBCAM, QEMU_USB])).toBe('QEMU USB Audio');
  });

  it('one that runs at 48 kHz before one that says it does not, which is still better than none', () => {
    expect(taken([ONLY_44100, umc22()])).toBe('USB Audio CODEC');
    expect(taken([ONLY_44100, HEADPHONES])).toBe('Old Interface');
  });

  it('the chosen one before all others as long as it is there', () => {
    expect(taken([WM8731_HAT, UMC404HD], { chosen: 'usb:1397:0509' })).toBe('UMC404HD 192k');
    expect(taken([WM8731_HAT], { chosen: 'usb:1397:0509' })).toBe('jambox');
    expect(taken([WM8731_HAT, HEADPHONES], { chosen: 'card:Headphones' })).toBe('bcm2835 Headphones');
  });

  it('one that plays stays, whatever is plugged in or comes back', () => {
    const current = one(WEBCAM);
    expect(taken([WEBCAM, UMC404HD], { current, playing: true })).toBe('HD Webcam');
    expect(taken([WEBCAM, UMC404HD], { current, playing: true, chosen: 'usb:1397:0509' })).toBe('HD Webcam');
    expect(taken([WEBCAM, UMC404HD], { current })).toBe('UMC404HD 192k');
  });

  it('one that is pulled out is replaced even while somebody plays', () => {
    expect(taken([HEADPHONES], { current: one(UMC404HD), playing: true })).toBe('bcm2835 Headphones');
  });

  it('while nobody plays an equally good one that is plugged in changes nothing', () => {
    const current = one(scarlett2i2('1-1.4'));
    expect(taken([umc22('1-1.1'), scarlett2i2('1-1.4')], { current })).toBe('Scarlett 2i2 USB');
  });

  it('one of two alike stays the same one when the other is plugged in or pulled out', () => {
    const current = one(umc22('1-1.4'));
    const both = cardsOf(umc22('1-1.4'), umc22('1-1.2', 'CODEC_1'));
    expect(takeCard({ cards: both, ...UNDECIDED, current, playing: true })?.capture).toBe('hw:CODEC,0');
    expect(takeCard({ cards: both, ...UNDECIDED, current })?.capture).toBe('hw:CODEC,0');
    const [, chosenOne] = both;
    expect(taken([umc22('1-1.4')], { chosen: chosenOne?.key ?? '' })).toBe('USB Audio CODEC');
  });

  it('one of two alike is found again by its port, or else by what it is', () => {
    const both = cardsOf(umc22('1-1.4'), umc22('1-1.2', 'CODEC_1'));
    expect(findCard(both, 'usb:08bb:2902@1-1.4')?.capture).toBe('hw:CODEC,0');
    expect(findCard(both, 'usb:08bb:2902@3-1')?.capture).toBe('hw:CODEC_1,0');
    expect(findCard(both, 'usb:1235:8210')).toBeUndefined();
  });
});
