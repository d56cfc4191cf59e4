import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HATS, PANELS, type PanelPin } from '../../hardware/pins.ts';
import { D_CHIP } from '../../image/closure/boards.ts';
import { KEY_CODES, KNOB_AXES, PANEL_DEVICES, type PanelKey } from '../../src/linux/evdev/panel-controls.ts';
import { LED_NAMES } from '../../src/linux/leds.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Node, nodesNamed, OVERLAYS, overlayText, parseTree } from './device-tree.ts';

const numbers = (text: string | undefined) => (text ?? '').match(/\b\d+\b/g)?.map(Number) ?? [];
const unquoted = (text: string | undefined) => text?.replaceAll('"', '');

function panelTree(panel: keyof typeof PANELS) {
  return parseTree(overlayText(`jambox-panel-${panel}.dts`));
}

function only(nodes: readonly Node[], name: string): Node {
  const found = nodesNamed(nodes, name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
}

const gpiosOf = (panel: readonly PanelPin[], kind: PanelPin['kind']) =>
  new Map(panel.filter((pin) => pin.kind === kind).map(({ node, gpio }) => [node, gpio]));

describe.each(['encoder', 'buttons'] as const)('the overlay of the %s panel', (panel) => {
  const tree = panelTree(panel);

  it('has every key on the pin of the table, with the code that the program knows, pressed = low', () => {
    const keys = only(tree, 'jambox-keys').children;
    expect(keys.map(({ name }) => name).sort()).toEqual([...gpiosOf(PANELS[panel], 'key').keys()].sort());
    for (const { name, properties } of keys) {
      expect(properties.get('gpios')).toBe(`<&gpio ${gpiosOf(PANELS[panel], 'key').get(name)} 1>`);
      expect(numbers(properties.get('linux,code'))).toEqual([KEY_CODES[name as PanelKey]]);
    }
  });

  it('has every lamp on the pin of the table, with the name that the program opens', () => {
    const lamps = only(tree, 'jambox-leds').children;
    expect(lamps.map(({ name }) => name).sort()).toEqual(Object.keys(LED_NAMES).sort());
    for (const { name, properties } of lamps) {
      expect(unquoted(properties.get('label'))).toBe(LED_NAMES[name as keyof typeof LED_NAMES]);
      expect(properties.get('gpios')).toBe(`<&gpio ${gpiosOf(PANELS[panel], 'lamp').get(name)} 0>`);
      expect(unquoted(properties.get('default-state'))).toBe('off');
    }
  });

  it('pulls up what connects to ground, and drives the lamps', () => {
    const pins = ['key', 'encoder'].flatMap((kind) => nodesNamed(tree, `jambox-${kind}-pins`));
    expect(pins.flatMap(({ properties }) => numbers(properties.get('brcm,pins'))).sort((a, b) => a - b)).toEqual(
      PANELS[panel]
        .filter(({ kind }) => kind !== 'lamp')
        .map(({ gpio }) => gpio)
        .sort((a, b) => a - b),
    );
    expect(pins.map(({ properties }) => properties.get('brcm,pull'))).toEqual(pins.map(() => '<2>'));
    const lamps = only(tree, 'jambox-lamp-pins').properties;
    expect(new Set(numbers(lamps.get('brcm,pins')))).toEqual(new Set(gpiosOf(PANELS[panel], 'lamp').values()));
    expect(lamps.get('brcm,function')).toBe('<1>');
  });

  it('gives the OLED the bus /dev/i2c-1', () => {
    expect(only(tree, '&i2c1').properties.get('status')).toBe('"okay"');
    expect(only(tree, '&/aliases').properties.get('i2c1')).toBe('"/soc/i2c@7e804000"');
  });
});

describe.each(['encoder', 'buttons'] as const)('the overlay of the %s panel on a Pi 5', (panel) => {
  const text = (suffix: string) => overlayText(`jambox-panel-${panel}${suffix}.dts`);

  it('is that of the other boards on the controller of the RP1', () => {
    const blocks = (tree: readonly Node[]) => tree.filter(({ name }) => ['&gpio', '&/'].includes(name));
    const [pins, nodes] = blocks(parseTree(text('-pi5').replaceAll('&rp1_gpio', '&gpio'))).slice(-2);
    expect([pins, nodes]).toEqual(blocks(parseTree(text(''))));
  });

  it('switches the bus /dev/i2c-1 on, with its pins', () => {
    const tree = parseTree(text('-pi5'));
    const bus = only(tree, '&rp1_i2c1').properties;
    expect([bus.get('status'), bus.get('pinctrl-0')]).toEqual(['"okay"', '<&jambox_i2c1_pins>']);
    expect(only(tree, 'jambox-i2c1-pins').properties.get('pins')).toBe('"gpio2", "gpio3"');
    expect(only(tree, '&/aliases').properties.get('i2c1')).toMatch(/\/pci-ep-bus@1\/i2c@40074000"$/);
  });
});

describe('the knob', () => {
  it('turns on the axis that the program reads, one step a detent, and is called as the program looks for it', () => {
    const encoder = only(panelTree('encoder'), 'jambox-encoder');
    expect(PANEL_DEVICES).toContain(encoder.name);
    expect(PANEL_DEVICES).toContain('jambox-keys');
    const contacts = gpiosOf(PANELS.encoder, 'encoder');
    expect(encoder.properties.get('gpios')).toBe(`<&gpio ${contacts.get('A')} 1>, <&gpio ${contacts.get('B')} 1>`);
    expect(numbers(encoder.properties.get('linux,axis'))).toEqual([KNOB_AXES[0]]);
    expect(encoder.properties.get('rotary-encoder,steps-per-period')).toBe('<1>');
    expect(encoder.properties.has('rotary-encoder,relative-axis')).toBe(true);
  });

  it('is not there on the panel with five buttons', () => {
    expect(nodesNamed(panelTree('buttons'), 'jambox-encoder')).toEqual([]);
  });
});

it('the same nodes work on a simulated controller, without pin control', () => {
  const text = overlayText(
    'jambox-panel-nodes.dtsi',
    new Map([
      ['PANEL_GPIO', 'simbank'],
      ['PANEL_ENCODER', ''],
    ]),
  );
  expect(text).toContain('<&simbank 5 1>');
  expect(text).not.toContain('pinctrl');
});

describe('overlays of HATs', () => {
  it.each(HATS.flatMap((hat) => hat.overlays.map((name) => [name, hat] as const)))(
    '%s makes one card "jambox" on the I2S block, with the codecs at the addresses of the table',
    (name, hat) => {
      const tree = parseTree(overlayText(`${name}.dts`));
      const sound = only(tree, 'sound').properties;
      expect(sound.get('compatible')).toBe('"simple-audio-card"');
      expect(sound.get('simple-audio-card,name')).toBe('"jambox"');
      expect(only(tree, '&i2s').properties.get('pinctrl-0')).toBe('<&pcm_gpio18>');
      const codecs = nodesNamed(tree, '&i2c1').flatMap(({ children }) => children);
      expect(codecs.map(({ properties }) => Number(properties.get('reg')?.slice(1, -1)))).toEqual(hat.addresses);
    },
  );

  it("are all in the table and in the firmware's list, beside the panels and the Pi 5's D chip", () => {
    const files = overlayNames();
    const panels = ['encoder', 'buttons'].flatMap((name) => [`jambox-panel-${name}`, `jambox-panel-${name}-pi5`]);
    expect(files).toEqual([...HATS.flatMap(({ overlays }) => overlays), ...panels, D_CHIP.overlay].sort());
    const listed = parseTree(overlayText('overlay_map.dts')).flatMap(({ children }) => children);
    expect(listed.map(({ name }) => name).sort()).toEqual(files);
  });

  it("tells the I2S block the WM8731's 250 bits a frame and keeps its oscillator running", () => {
    const sound = only(parseTree(overlayText('audioinjector-wm8731-audio.dts')), 'sound');
    expect(sound.properties.get('simple-audio-card,routing')).toContain('"DAC", "OSC", "ADC", "OSC"');
    const [cpu, codec] = ['simple-audio-card,cpu', 'simple-audio-card,codec'].map(
      (name) => only(sound.children, name).properties,
    );
    expect(numbers(codec!.get('system-clock-frequency'))[0]! / 48_000).toBe(
      numbers(cpu!.get('dai-tdm-slot-num'))[0]! * numbers(cpu!.get('dai-tdm-slot-width'))[0]!,
    );
  });
});

/** All of them but the list of their names, which is no overlay. */
function overlayNames(): string[] {
  const files = readdirSync(OVERLAYS).filter((file) => file.endsWith('.dts') && file !== 'overlay_map.dts');
  return files.map((file) => file.slice(0, -'.dts'.length)).sort();
}

const compiler = spawnSync('sh', ['-c', 'command -v dtc && command -v cpp']).status === 0;

it.skipIf(!compiler)('dtc compiles all of them', () => {
  const out = temporaryFolder();
  const run = spawnSync(join(OVERLAYS, 'compile.sh'), [OVERLAYS, out], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(readdirSync(out).sort()).toEqual([...overlayNames().map((name) => `${name}.dtbo`), 'overlay_map.dtb'].sort());
});
