import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { needsUsbCard, readBoard } from '../../src/linux/board.ts';
import { listSoundCards } from '../../src/linux/sound-cards/list-cards.ts';
import { offersRate } from '../../src/linux/sound-cards/usb-streams.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  type CardShape,
  HDA,
  HEADPHONES,
  HIFIBERRY_ADC,
  ONLY_44100,
  plugIn,
  QEMU_USB,
  SCARLETT_18I20,
  scarlett2i2,
  UMC404HD,
  umc22,
  vc4Hdmi,
  WEBCAM,
  WM8731_HAT,
  ZOOM_H5,
} from './sound-card-trees.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

function listOf(...cards: readonly CardShape[]) {
  plugIn(root, cards);
  return listSoundCards(root);
}

describe('the list of sound cards', () => {
  it('is empty on a machine without sound, with or without the kernel part', () => {
    expect(listSoundCards(root)).toEqual([]);
    expect(listOf()).toEqual([]);
  });

  it('names a USB interface by its product, and knows it by maker, product and serial number', () => {
    expect(listOf(scarlett2i2('1-1.3', 'Y8F0K9T1A2B3C4'))).toEqual([
      {
        key: 'usb:1235:8210:Y8F0K9T1A2B3C4',
        name: 'Scarlett 2i2 USB',
        kind: 'usb',
        capture: 'hw:USB,0',
        playback: 'hw:USB,0',
        fitting: true,
      },
    ]);
  });

  it('capture and playback of the HiFiBerry DAC+ ADC Pro are two devices', () => {
    expect(listOf(HIFIBERRY_ADC)).toEqual([
      { key: 'hat', name: 'jambox', kind: 'hat', capture: 'hw:jambox,0', playback: 'hw:jambox,1', fitting: true },
    ]);
  });

  it('has no HDMI in it: neither the Pi’s nor a socket of another card', () => {
    expect(listOf(vc4Hdmi(0), vc4Hdmi(1))).toEqual([]);
    expect(listOf({ ...HDA, devices: { '3p': 'HDMI 0', '7p': 'HDMI 1' } })).toEqual([]);
    expect(listOf(HDA)).toMatchObject([{ kind: 'other', key: 'card:PCH', playback: 'hw:PCH,0' }]);
  });

  it('leaves out what plays nothing and takes nothing, such as a MIDI interface', () => {
    expect(listOf({ ...scarlett2i2(), devices: {} })).toEqual([]);
  });

  it('is in the same order whatever order the kernel found them in', () => {
    const cards = [HEADPHONES, vc4Hdmi(0), WEBCAM, ZOOM_H5, umc22(), SCARLETT_18I20, WM8731_HAT, HDA];
    const order = ['jambox', 'HD Webcam', 'Scarlett 18i20 USB', 'USB Audio CODEC', 'H5', 'HDA Intel PCH'];
    expect(listOf(...cards).map(({ name }) => name)).toEqual([...order, 'bcm2835 Headphones']);
    expect(listOf(...cards.reverse()).map(({ name }) => name)).toEqual([...order, 'bcm2835 Headphones']);
  });

  it('two alike without a serial number are told apart by their ports, one alone is known without', () => {
    expect(listOf(umc22('1-1.4'), umc22('1-1.2', 'CODEC_1')).map(({ key, capture }) => [key, capture])).toEqual([
      ['usb:08bb:2902@1-1.2', 'hw:CODEC_1,0'],
      ['usb:08bb:2902@1-1.4', 'hw:CODEC,0'],
    ]);
    expect(listOf(umc22('1-1.4')).map(({ key }) => key)).toEqual(['usb:08bb:2902']);
    expect(listOf(scarlett2i2('1-1.3', 'A'), scarlett2i2('1-1.2', 'B', 'USB_1')).map(({ key }) => key)).toEqual([
      'usb:1235:8210:B',
      'usb:1235:8210:A',
    ]);
  });

  it('a direction that is missing is null', () => {
    expect(listOf(QEMU_USB, WEBCAM)).toMatchObject([
      { name: 'QEMU USB Audio', capture: null, playback: 'hw:Audio,0' },
      { name: 'HD Webcam', capture: 'hw:Webcam,0', playback: null },
    ]);
  });

  it('says which USB card has no 48 kHz in one of its directions', () => {
    expect(listOf(ONLY_44100, UMC404HD).map(({ name, fitting }) => [name, fitting])).toEqual([
      ['Old Interface', false],
      ['UMC404HD 192k', true],
    ]);
    expect(offersRate('x : USB Audio\n\nCapture:\n    Rates: 8000 - 44100 (continuous)\n')).toBe(false);
    expect(offersRate('a card that says nothing')).toBe(true);
  });

  it('serial numbers with strange characters make keys without them', () => {
    expect(listOf(scarlett2i2('1-1', 'A:B@ü/7'))[0]?.key).toMatch(/^usb:1235:8210:A_B__+7$/);
  });
});

const TREE = 'sys/firmware/devicetree/base';

describe('a board whose HATs have no sound', () => {
  const withTree = (...compatible: readonly string[]): boolean => {
    mkdirSync(join(root, TREE), { recursive: true });
    writeFileSync(join(root, TREE, 'compatible'), compatible.map((text) => `${text}\0`).join(''));
    return needsUsbCard(readBoard(root));
  };

  it('is a Pi 5, 500 or CM5, and no other', () => {
    expect(withTree('raspberrypi,5-model-b', 'brcm,bcm2712')).toBe(true);
    expect(withTree('raspberrypi,5-compute-module', 'brcm,bcm2712')).toBe(true);
    expect(withTree('raspberrypi,4-model-b', 'brcm,bcm2711')).toBe(false);
  });

  it('is none without a device tree', () => expect(needsUsbCard(readBoard(root))).toBe(false));
});
