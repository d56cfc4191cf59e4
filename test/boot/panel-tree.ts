/** The machine's device tree with the real panel's nodes on simulated lines, and which line is what, read back from it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const HARDWARE = join(import.meta.dirname, '../../hardware/overlays');

/** Numbers of GPIO lines. */
export interface Wiring {
  readonly keys: Readonly<Record<'connect' | 'mute' | 'knob', number>>;
  readonly knob: { readonly a: number; readonly b: number };
  readonly lamps: Readonly<Record<'connect' | 'mute' | 'recording', number>>;
}

/** @param base tree of the machine as QEMU dumps it; the result goes to `path` */
export function buildPanelTree(base: string, path: string): { readonly path: string; readonly wiring: Wiring } {
  const source = join(import.meta.dirname, 'sim.dts');
  const overlay = `${path}o`;
  const text = execFileSync('cpp', [
    ...['-nostdinc', '-undef', '-x', 'assembler-with-cpp', '-P'],
    '-I',
    HARDWARE,
    source,
  ]);
  execFileSync('dtc', ['-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', overlay, '-'], { input: text });
  execFileSync('fdtoverlay', ['-i', base, '-o', path, overlay]);
  return { path, wiring: readWiring(path) };
}

/** As KEY_CODES and LED_NAMES of src/ have them. */
export function readWiring(path: string): Wiring {
  const get = (...args: string[]) => execFileSync('fdtget', args, { encoding: 'utf8' }).trim();
  const children = (node: string) =>
    get('-l', path, node)
      .split('\n')
      .filter((name) => name !== '');
  const lines = (node: string) => {
    const cells = get('-t', 'u', path, node, 'gpios').split(' ').map(Number);
    return cells.filter((_, index) => index % 3 === 1);
  };
  const line = (node: string) => lines(node)[0] as number;
  const keyOf = (code: number) => {
    const found = children('/jambox-keys').find(
      (name) => Number(get('-t', 'u', path, `/jambox-keys/${name}`, 'linux,code')) === code,
    );
    if (found === undefined) throw new Error(`the panel has no key with the code ${code}`);
    return line(`/jambox-keys/${found}`);
  };
  const lampOf = (word: string) => {
    const found = children('/jambox-leds').find((name) =>
      get(path, `/jambox-leds/${name}`, 'label').endsWith(`:${word}`),
    );
    if (found === undefined) throw new Error(`the panel has no lamp "${word}"`);
    return line(`/jambox-leds/${found}`);
  };
  const [a = 0, b = 0] = lines('/jambox-encoder');
  return {
    keys: { connect: keyOf(218), mute: keyOf(248), knob: keyOf(28) },
    knob: { a, b },
    lamps: { connect: lampOf('connect'), mute: lampOf('mute'), recording: lampOf('recording') },
  };
}
