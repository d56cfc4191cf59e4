/** The closure check on three boards in small, with the real overlays and the initramfs's real list. */
import { describe, expect, it } from 'vitest';
import { HAT_NEEDS, type Need, panelNeeds } from '../../image/closure/boards.ts';
import { closureFaults } from '../../image/closure/check.ts';
import { treeOf } from '../../image/closure/tree.ts';
import { overlayText } from '../hardware/device-tree.ts';
import { drivers, LIKE_PI4, LIKE_PI5, LIKE_ZERO_2_W } from './closure-fixture.ts';
import { compileTree } from './dts.ts';

const PI4_CARD: readonly Need[] = [{ what: 'the card', reach: 'initramfs', label: 'emmc2' }];
const HEADER: readonly Need[] = [
  { what: 'GPIO', reach: 'root', label: 'gpio' },
  { what: 'I2C', reach: 'root', label: 'i2c1' },
];
const PANELS = ['jambox-panel-encoder', 'jambox-panel-buttons'];
const overlay = (name: string) => overlayText(`${name}.dts`);
const tree = (board: string, ...overlays: string[]) => treeOf(compileTree(board, ...overlays));

describe('the card', () => {
  it('of a Pi 4 is found by what the initramfs loads', () => {
    expect(closureFaults(tree(LIKE_PI4), PI4_CARD, drivers())).toEqual([]);
  });

  it('waits for its supplies where the initramfs does not load their drivers: the card of old', () => {
    const faults = closureFaults(tree(LIKE_PI4), PI4_CARD, drivers({ without: ['fixed', 'gpio_regulator'] }));
    expect(faults).toEqual([
      'the card: /regulator-sd-io-1v8 ("regulator-gpio"), for which /soc/mmc@7e340000 waits (vqmmc-supply): its driver gpio_regulator is not in the initramfs.',
      'the card: /regulator-sd-vcc ("regulator-fixed"), for which /soc/mmc@7e340000 waits (vmmc-supply): its driver fixed is not in the initramfs.',
    ]);
  });

  it('of a Pi 5 is found too, and not without one of the drivers of its pins and lines', () => {
    const needs: readonly Need[] = [{ what: 'the card', reach: 'initramfs', label: 'sdio1' }];
    expect(closureFaults(tree(LIKE_PI5), needs, drivers())).toEqual([]);
    for (const module of ['pinctrl_brcmstb_bcm2712', 'gpio_brcmstb', 'sdhci_brcmstb', 'fixed'])
      expect(closureFaults(tree(LIKE_PI5), needs, drivers({ without: [module] })).join()).toContain(module);
  });

  it.each([
    ['nothing drives what a supplier waits for', [/"brcm,bcm2835-mbox"/, '"none,such-mailbox"'], 'no driver'],
    ['a supplier is switched off', [/"brcm,bcm2835-dma";/, '"brcm,bcm2835-dma"; status = "disabled";'], 'is disabled'],
    ['what it sits on has no driver', [/"simple-bus"/, '"none,such-bus"'], 'on which'],
  ] as const)('is refused when %s', (_, [from, to], words) => {
    const board = LIKE_ZERO_2_W.replace(from, to).replace(
      'dmas = <&dma 13>;',
      'dmas = <&dma 13>; mboxes = <&mailbox>;',
    );
    const need: Need = { what: 'the card', reach: 'initramfs', label: 'sdhost' };
    expect(closureFaults(tree(board), [need], drivers()).join()).toContain(words);
    expect(closureFaults(tree(LIKE_ZERO_2_W), [need], drivers())).toEqual([]);
  });
});

describe.each(PANELS)('the panel %s', (panel) => {
  it('has its drivers and its pins on a Pi 4, with and without a HAT', () => {
    for (const hat of [[], [overlay('fe-pi-audio')]]) {
      const needs = [...HEADER, ...panelNeeds(panel), ...(hat.length > 0 ? HAT_NEEDS : [])];
      expect(closureFaults(tree(LIKE_PI4, ...hat, overlay(panel)), needs, drivers())).toEqual([]);
    }
  });

  it('gets its pins on a Zero 2 W, whose pin controller claims them for itself', () => {
    const needs = [...HEADER, ...panelNeeds(panel)];
    expect(closureFaults(tree(LIKE_ZERO_2_W, overlay(panel)), needs, drivers())).toEqual([]);
    const old = overlay(panel).replace(/pinctrl-names = "unclaimed";/, '');
    const faults = closureFaults(tree(LIKE_ZERO_2_W, old), needs, drivers());
    expect(faults.map((fault) => /^gpio(\d)/.exec(fault)?.[1]).sort()).toEqual(['5', '6', '7', '8']);
    expect(faults).toContain('gpio5 of /soc/gpio@7e200000 is claimed by /soc/gpio@7e200000 and by /jambox-keys.');
  });
});

describe('a device of the root', () => {
  const needs: readonly Need[] = [{ what: 'I2C', reach: 'root', label: 'i2c1' }];

  it('may be driven by a module that udev loads, unless that is forbidden', () => {
    expect(closureFaults(tree(LIKE_PI4), needs, drivers())).toEqual([]);
    expect(closureFaults(tree(LIKE_PI4), needs, drivers({ blacklist: ['i2c_bcm2835'] }))).toEqual([
      'I2C: /soc/i2c@7e804000 ("brcm,bcm2835-i2c"): its driver i2c_bcm2835 is blacklisted.',
    ]);
  });

  it('needs the modules that its own was linked against', () => {
    const board = tree(LIKE_PI4, overlay('fe-pi-audio'));
    expect(closureFaults(board, HAT_NEEDS, drivers())).toEqual([]);
    expect(closureFaults(board, HAT_NEEDS, drivers({ removed: ['snd_pcm'] }))).toEqual([
      'sound: /sound ("simple-audio-card"): its driver snd_soc_simple_card can\'t be loaded, as the root lacks snd_pcm.',
    ]);
  });

  it('that the tree does not have is named', () => {
    const need: Need = { what: 'Ethernet', reach: 'root', label: 'genet' };
    expect(closureFaults(tree(LIKE_PI4), [need], drivers())).toEqual(['Ethernet: there is no &genet in the tree.']);
  });

  it('that its bus names is looked up by that name', () => {
    const need: Need = { what: 'Ethernet', reach: 'root', modalias: 'usb:v0424pEC00d0200' };
    expect(closureFaults(tree(LIKE_PI4), [need], drivers())).toEqual([
      'Ethernet (usb:v0424pEC00d0200): this kernel has no driver for it.',
    ]);
  });
});

describe('a pin', () => {
  const claims = (more: string) =>
    closureFaults(tree(LIKE_PI4, overlay('jambox-panel-encoder'), more), HEADER, drivers());

  it('that two devices use as a line is claimed twice, a hog included', () => {
    const needs = panelNeeds('jambox-panel-encoder');
    const board = (more: string) => tree(LIKE_PI4, overlay('jambox-panel-encoder'), more);
    const lamp = '&soc { other { compatible = "gpio-leds"; lamp { gpios = <&gpio 13 0>; }; }; };';
    expect(closureFaults(board(lamp), needs, drivers())).toEqual([
      'gpio13 of /soc/gpio@7e200000 is claimed by /soc/other and by /jambox-leds.',
    ]);
    const hog = '&gpio { hog { gpio-hog; gpios = <12 0 26 0>; output-low; }; };';
    expect(closureFaults(board(hog), needs, drivers())).toHaveLength(2);
  });

  it('that only gets a pull is nobody’s, and a state that the kernel does not select claims nothing', () => {
    expect(
      claims(
        '&gpio { extra: extra { brcm,pins = <2>; brcm,pull = <2>; }; }; &i2s { pinctrl-names = "default"; pinctrl-0 = <&extra>; status = "okay"; };',
      ),
    ).toEqual([]);
    expect(claims('&i2s { pinctrl-names = "sleep"; pinctrl-0 = <&i2c1_gpio2>; status = "okay"; };')).toEqual([]);
    expect(claims('&i2s { pinctrl-names = "init"; pinctrl-0 = <&i2c1_gpio2>; status = "okay"; };')).toHaveLength(2);
  });
});
