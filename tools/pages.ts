/**
 * `npm run pages`: the phone page in a real browser (Debian's chromium), against the running box on a real Jamulus server.
 * Installs what is missing, as root; pictures of every tab go to test/out/pages/. With arguments only the files whose
 * path has one of them in it.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from '../test/faces/browser/browser.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const run = (command: string, ...args: string[]) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;

function installChromium(): boolean {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [command = '', ...args] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  return (
    run(command, ...args, 'update') && run(command, ...args, 'install', '-y', '--no-install-recommends', 'chromium')
  );
}

if (!run(process.execPath, 'test/peers/install.ts')) process.exit(1);
if (chromiumPath() === undefined && !installChromium()) {
  console.error('The tests of the page need chromium. As root: apt-get install --no-install-recommends chromium');
  process.exit(1);
}
const files = globSync('test/faces/browser/*.peers.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
process.exitCode = files.every((file) => run(process.execPath, 'test/peers/run.ts', file)) ? 0 : 1;
