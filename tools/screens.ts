/**
 * The gallery: a picture of every screen in every state, four times enlarged, in test/out/screens/, with an index page.
 * To be looked at.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawPanel } from '../src/faces/panel/panel.ts';
import { framesToPng } from '../test/faces/panel/png.ts';
import { allScenes } from '../test/faces/panel/scenes.ts';

const folder = fileURLToPath(new URL('../test/out/screens/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const figures: string[] = [];
for (const [name, scene] of allScenes()) {
  writeFileSync(`${folder}${name}.png`, framesToPng([drawPanel(scene)], 1, 4));
  figures.push(`<figure><img src="${name}.png" width="384" alt=""><figcaption>${name}</figcaption></figure>`);
}
const style =
  'body{background:#333;color:#ddd;font:14px sans-serif;display:flex;flex-wrap:wrap}figure{margin:8px}img{image-rendering:pixelated}';
writeFileSync(
  `${folder}index.html`,
  `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>\n${figures.join('\n')}\n`,
);
console.log(`${figures.length} screens in test/out/screens/, see index.html`);
