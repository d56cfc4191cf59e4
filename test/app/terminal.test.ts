/** `npm start` on a terminal: a pseudo-terminal of util-linux' script. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHAT_NEEDS_SERVER } from '../../src/box/texts.ts';
import { buildOpus } from '../../tools/build-opus.mjs';
import { temporaryFolder } from '../support/folder.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
/** The terminal's other screen, which the desk panel uses. */
const OTHER_SCREEN = '\x1b[?1049h';
const BACK = '\x1b[?1049l';

let folder: string;
const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
beforeEach(async () => {
  folder = temporaryFolder();
  await buildOpus();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
});

/** Types `keys` as soon as `seen` is on the terminal, and so on; what was written until the end, and the exit code. */
async function onTerminal(args: string, ...steps: [seen: string, keys: string][]) {
  const quiet = `--state ${folder}/state --settings ${folder}/box.toml --input silence --output none --port 0`;
  // exec: a shell in between would end itself with ctrl-C's signal, whatever the box says.
  const command = `exec ${process.execPath} ${MAIN} ${quiet} --no-realtime ${args}`;
  const running = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(running);
  let text = '';
  running.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const [seen, keys] = steps[0] ?? [];
    if (seen === undefined || !text.includes(seen)) return;
    steps.shift();
    running.stdin.write(keys);
  });
  const code = await new Promise((resolve) => running.on('close', resolve));
  return { text, code };
}

describe('npm start on a terminal', () => {
  it('shows the panel, and gives the terminal back when q is pressed', async () => {
    const { text, code } = await onTerminal('', [OTHER_SCREEN, 'q']);
    expect(text).toContain(OTHER_SCREEN);
    expect(text.lastIndexOf(BACK)).toBeGreaterThan(text.lastIndexOf(OTHER_SCREEN));
    expect(code).toBe(0);
  });

  it('keeps the plain lines with --plain', async () => {
    const { text, code } = await onTerminal('--plain', ['Sound:', '\x03']);
    expect(text).not.toContain(OTHER_SCREEN);
    expect(code).toBe(0);
  });

  it('says that a line of chat was not sent while there is no server', async () => {
    const { text, code } = await onTerminal('--plain --no-room', ['Sound:', 'hello\r'], [CHAT_NEEDS_SERVER, '\x03']);
    expect(text).toContain(CHAT_NEEDS_SERVER);
    expect(code).toBe(0);
  });

  it('shut down by a hold of 4 s: the image asks root to switch the machine off and waits, a desk ends', async () => {
    const requests = join(folder, 'requests');
    mkdirSync(requests);
    expect((await onTerminal(`--requests ${requests}`, [OTHER_SCREEN, 'S'])).code).toBe(0);
    expect(readdirSync(requests)).toEqual([]);
    const running = onTerminal(`--appliance --requests ${requests}`, [OTHER_SCREEN, 'S']);
    await expect.poll(() => readdirSync(requests), { timeout: 20_000 }).toEqual(['poweroff']);
    // As the system does, which ends all programs.
    children.at(-1)?.stdin.write('q');
    expect((await running).code).toBe(0);
  });

  it('shut down where nobody switches the machine off: the box ends', async () => {
    expect((await onTerminal(`--appliance --requests ${folder}/none`, [OTHER_SCREEN, 'S'])).code).toBe(0);
  });
});
