/**
 * For the power cuts: right behind the initramfs, before any service, tells how the box's own store finds the settings,
 * then saves changed ones with it, over and over, as fast as it can. The host pulls the plug when it likes.
 *   saver.ts PORT FOLDER
 */
import { openSync, writeSync } from 'node:fs';
import { freshState } from '../../../src/settings/machine-state.ts';
import { stateFiles } from '../../../src/settings/state-files.ts';
import { openStateStore } from '../../../src/settings/state-store.ts';
import type { SaverLine } from './messages.ts';

const [port = '', folder = ''] = process.argv.slice(2);
const fd = openSync(port, 'r+');
// The files are to be the service's own.
process.setgid?.('jambox');
process.setuid?.('jambox');
const say = (line: SaverLine) => writeSync(fd, `${JSON.stringify(line)}\n`);

const store = await openStateStore(stateFiles(folder));
const { found, state } = store.found;
const before = state?.sound.masterLevel ?? 0;
say({ type: 'found', found, level: before });
const base = state ?? freshState('Power cut');
for (let count = 1; ; count++) {
  const level = (before + count) % 101;
  const result = await store.save({ ...base, sound: { ...base.sound, masterLevel: level } });
  if (typeof result === 'object') throw new Error(result.error);
  say({ type: 'saved', level });
}
