/**
 * Runs as root in the box under test: plays the OLED's I2C bridge and the hands at keys and knob, runs commands, and
 * talks to the host in lines of JSON. Not a part of the image: the test's own initramfs archive brings it.
 *
 * Options: --port PATH (a character device to the host), --prefix TEXT (before each line, where the kernel may write
 * there too), --no-screen (there is a real I2C bus).
 */
import { exec } from 'node:child_process';
import { closeSync, existsSync, openSync, read, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { AgentEvent, AgentRequest } from './messages.ts';
import { readThreads } from './threads.ts';

/** Writes to the OLED that come together go to the host in one line. */
const GATHER_MS = 50;
const GPIO_SIM = '/sys/devices/platform/gpio-sim';
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

const { values } = parseArgs({
  options: { port: { type: 'string' }, prefix: { type: 'string' }, 'no-screen': { type: 'boolean' } },
});
const port = values.port ?? '';
const prefix = values.prefix ?? '';
const readAsync = promisify(read);
const fd = await openWhenThere(port);

function say(event: AgentEvent): void {
  let bytes = Buffer.from(`${prefix}${JSON.stringify(event)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
}

async function openWhenThere(path: string): Promise<number> {
  while (!existsSync(path)) await sleep(50);
  return openSync(path, 'r+');
}

/** The bridge appears on the bus, and every byte that is written to the OLED goes to the host. */
function playBridge(): void {
  const bridge = new Worker(new URL('./bridge.ts', import.meta.url));
  let waiting: string[] = [];
  bridge.on('message', (bytes: Uint8Array) => {
    if (waiting.length === 0) {
      setTimeout(() => {
        say({ type: 'oled', writes: waiting });
        waiting = [];
      }, GATHER_MS);
    }
    waiting.push(Buffer.from(bytes).toString('base64'));
  });
}

/** Folder of the simulated header's lines. */
function header(): string {
  const chip = readdirSync(GPIO_SIM).find((name) => name.startsWith('gpiochip'));
  if (chip === undefined) throw new Error('no simulated GPIO');
  return join(GPIO_SIM, chip);
}

/** Lines of keys and knob are pulled up: down is pressed. */
function setLow(line: number, low: boolean): void {
  writeFileSync(join(header(), `sim_gpio${line}`, 'pull'), low ? 'pull-down' : 'pull-up');
}

/** One detent is one cycle of both lines; clockwise moves A first. */
async function turn(a: number, b: number, steps: number): Promise<void> {
  const [first, second] = steps > 0 ? [a, b] : [b, a];
  for (let step = 0; step < Math.abs(steps); step++) {
    for (const [line, low] of [
      [first, true],
      [second, true],
      [first, false],
      [second, false],
    ] as const) {
      setLow(line, low);
      await sleep(15);
    }
    await sleep(200);
  }
}

async function answer(request: AgentRequest): Promise<unknown> {
  switch (request.do) {
    case 'run':
      return await new Promise((resolve) => {
        const options = { timeout: request.timeoutMs, maxBuffer: MAX_OUTPUT_BYTES };
        exec(request.command, options, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : (error.code ?? -1), stdout, stderr });
        });
      });
    case 'hold':
      setLow(request.line, true);
      await sleep(request.ms);
      setLow(request.line, false);
      return true;
    case 'turn':
      await turn(request.a, request.b, request.steps);
      return true;
    case 'lines':
      return request.lines.map((line) => Number(readFileSync(join(header(), `sim_gpio${line}`, 'value'), 'utf8')));
    case 'threads':
      return readThreads();
    default:
      throw new Error('no such request');
  }
}

async function take(line: string): Promise<void> {
  const request = JSON.parse(line) as AgentRequest;
  try {
    say({ type: 'answer', id: request.id, result: await answer(request) });
  } catch (error) {
    say({ type: 'answer', id: request.id, error: String(error) });
  }
}

async function listen(): Promise<never> {
  const chunk = new Uint8Array(65_536);
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { bytesRead } = await readAsync(fd, chunk, 0, chunk.length, null);
    // Nothing: the host's end is closed for now.
    if (bytesRead === 0) await sleep(50);
    text += decoder.decode(chunk.subarray(0, bytesRead), { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) void take(line);
  }
}

process.on('exit', () => closeSync(fd));
// Stopping the system ends everybody; this one stays to hear the screen's last words.
process.on('SIGTERM', () => undefined);
if (values['no-screen'] !== true) playBridge();
say({ type: 'ready' });
await listen();
