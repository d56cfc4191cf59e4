import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HATS, PANELS, type PanelPin } from '../../hardware/pins.ts';
import { KEY_CODES, KNOB_AXES, PANEL_DEVICES, type PanelKey } from '../../src/linux/evdev/panel-controls.ts';
import { LED_NAMES } from '../../src/linux/leds.ts';
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

  it('are all in the table, beside the two panels', () => {
    const files = readdirSync(OVERLAYS).filter((file) => file.endsWith('.dts'));
    const known = [...HATS.flatMap(({ overlays }) => overlays), 'jambox-panel-encoder', 'jambox-panel-buttons'];
    expect(files.sort()).toEqual(known.map((name) => `${name}.dts`).sort());
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

const compiler = spawnSync('sh', ['-c', 'command -v dtc && command -v cpp']).status === 0;

it.skipIf(!compiler)('dtc compiles all of them', () => {
  const out = mkdtempSync(join(tmpdir(), 'overlays-'));
  const run = spawnSync(join(OVERLAYS, 'compile.sh'), [OVERLAYS, out], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(readdirSync(out).sort()).toEqual(
    readdirSync(OVERLAYS)
      .filter((file) => file.endsWith('.dts'))
      .map((file) => `${file.slice(0, -4)}.dtbo`)
      .sort(),
  );
});
