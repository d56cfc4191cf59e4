import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../../tools/build-page.mjs';

const MAX_BYTES = 150_000;
let folder: string;
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  folder = await buildPage();
});

describe('the bundle of the page', () => {
  it('is below 150 kB compressed, everything included', () => {
    const sizes = readdirSync(folder).map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`the page: ${(total / 1000).toFixed(1)} kB compressed`);
    expect(total).toBeLessThan(MAX_BYTES);
  });

  it('has no inline script or style, as its policy demands', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/i);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      expect(attributes).toContain('src="');
      expect(body).toBe('');
    }
    expect(read('app.js')).not.toMatch(/dangerouslySetInnerHTML:|\beval\(|new Function\(/);
  });

  it('names no other host', () => {
    const hosts = ['index.html', 'app.js', 'app.css', 'sw.js', 'manifest.webmanifest'].flatMap((name) => [
      ...(read(name).match(/(?:https?:)?\/\/[\w-]+(?:\.[\w-]+)+/g) ?? []),
    ]);
    // The names of SVG and of its kin are no addresses to load from.
    expect(hosts.filter((host) => host !== 'http://www.w3.org')).toEqual([]);
  });

  it('has every file that the index, the manifest and the worker name', () => {
    const manifest = JSON.parse(read('manifest.webmanifest')) as { icons: { src: string }[] };
    const named = [
      ...[...read('index.html').matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name]) => name),
      ...manifest.icons.map(({ src }) => src),
      ...[...read('sw.js').matchAll(/'([\w-]+\.\w+)'/g)].map(([, name]) => name),
    ];
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(named));
    expect(read('sw.js')).not.toContain('SHELL_HASH');
  });
});
