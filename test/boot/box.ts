/** The box under test from its user's side: a screen to read, keys to press, lamps to see; and a root shell for the curious. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../peers/wait.ts';
import { createDisplay, pictureName } from './display.ts';
import type { AgentEvent, AgentTask, CommandResult } from './guest/messages.ts';
import type { ThreadSeen } from './guest/threads.ts';
import type { Wiring } from './panel-tree.ts';
import { linesOf, type Machine, type MachineEnd } from './qemu.ts';
import type { Steps } from './steps.ts';

export type Key = keyof Wiring['keys'];
export type Lamp = keyof Wiring['lamps'];

/** People read what has just come up; presses before that answer nothing. Emulation makes everything slow. */
const TO_READ_MS = 1200;
const PRESS_MS = 150;
const SETTLED_MS = 250;
/** A picture is taken when nothing has come for the first time, after the second one in any case. */
const QUIET_MS = 400;
const MOVING_MS = 4000;
const COMMAND_TIMEOUT_MS = 120_000;

export interface Box {
  readonly text: () => string;
  /** Waits until this can be read, keeps a picture of it named `picture`, and gives back all that can be read. */
  readonly reads: (expected: RegExp, picture?: string, timeoutMs?: number) => Promise<string>;
  readonly press: (key: Key, forMs?: number) => Promise<void>;
  /** Holds a key for `forMs`, and goes on at once. */
  readonly hold: (key: Key, forMs: number) => Promise<unknown>;
  readonly turn: (steps: number) => Promise<void>;
  readonly lamps: () => Promise<Readonly<Record<Lamp, boolean>>>;
  readonly ready: (timeoutMs?: number) => Promise<void>;
  /** A root shell in the box. */
  readonly run: (command: string, timeoutMs?: number) => Promise<CommandResult>;
  /** What a command prints; throws where it fails. */
  readonly output: (command: string, timeoutMs?: number) => Promise<string>;
  readonly threads: () => Promise<readonly ThreadSeen[]>;
  /** For a failed test: what is on the screen, and the end of the journal. */
  readonly confess: () => Promise<string>;
  readonly ended: Promise<MachineEnd>;
  readonly pullThePlug: () => Promise<void>;
  readonly console: () => string;
}

export interface BoxOptions {
  readonly machine: Machine;
  readonly wiring: Wiring;
  readonly pictures: string;
  /** What stands before each line of the agent. */
  readonly prefix?: string;
}

export function openBox({ machine, wiring, pictures, prefix = '' }: BoxOptions): Box {
  const display = createDisplay();
  const waiting = new Map<number, (event: Extract<AgentEvent, { type: 'answer' }>) => void>();
  const ready = Promise.withResolvers<void>();
  let nextId = 1;
  let hasEnded = false;
  // Where the kernel writes to the same line as the agent.
  let noise = '';
  const consoleText = () => machine.console() + noise;
  void machine.ended.then(() => {
    hasEnded = true;
    for (const [id, answered] of waiting) answered({ type: 'answer', id, error: 'the machine has stopped' });
  });

  linesOf(machine.agent, (line) => {
    const at = line.indexOf(`${prefix}{`);
    if (at < 0) {
      noise += `${line}\n`;
      return;
    }
    const event = parse(line.slice(at + prefix.length));
    if (event === undefined) return;
    if (event.type === 'ready') ready.resolve();
    else if (event.type === 'oled') for (const write of event.writes) display.take(Buffer.from(write, 'base64'));
    else {
      waiting.get(event.id)?.(event);
      waiting.delete(event.id);
    }
  });

  const ask = (task: AgentTask, timeoutMs: number) =>
    new Promise<unknown>((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => reject(new Error(`the box does not answer: ${JSON.stringify(task)}`)), timeoutMs);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
      machine.agent.write(`${JSON.stringify({ id, ...task })}\n`);
    });
  const run = async (command: string, timeoutMs = COMMAND_TIMEOUT_MS) =>
    (await ask({ do: 'run', command, timeoutMs }, timeoutMs + 30_000)) as CommandResult;
  const hold = (key: Key, forMs: number) =>
    ask({ do: 'hold', line: wiring.keys[key], ms: forMs }, forMs + COMMAND_TIMEOUT_MS);

  return {
    text: display.text,
    async reads(expected, picture, timeoutMs = 60_000) {
      // What arrives piece by piece has to stand for a moment before anybody has read it.
      let before = '';
      // Long words go on in the next row.
      const isOn = (shown: string) => expected.test(shown.replaceAll('\n', ' '));
      const text = await until(
        `${expected} on the screen`,
        () => {
          if (hasEnded) return `the machine has stopped\n${display.text()}`;
          const now = display.text();
          const stands = isOn(now) && isOn(before);
          before = now;
          return stands && now;
        },
        { timeoutMs, everyMs: SETTLED_MS },
      ).catch((error: unknown) => {
        display.picture(pictureName(pictures, `failed ${picture ?? ''}`));
        throw new Error(`${error instanceof Error ? error.message : error}; it shows:\n${display.text()}`);
      });
      if (!isOn(text)) throw new Error(`${text}; ${expected} never was on the screen`);
      if (picture !== undefined) {
        // Where meters move it is never quiet.
        const isQuiet = () => display.quietMs() > QUIET_MS || hasEnded;
        await until('a quiet screen', isQuiet, { timeoutMs: MOVING_MS, everyMs: 20 }).catch(() => undefined);
        display.picture(pictureName(pictures, picture));
      }
      return text;
    },
    async press(key, forMs = PRESS_MS) {
      await sleep(TO_READ_MS);
      await hold(key, forMs);
    },
    hold,
    async turn(steps) {
      await sleep(TO_READ_MS);
      await ask({ do: 'turn', a: wiring.knob.a, b: wiring.knob.b, steps }, COMMAND_TIMEOUT_MS);
    },
    async lamps() {
      const names = Object.keys(wiring.lamps) as Lamp[];
      const levels = (await ask(
        { do: 'lines', lines: names.map((name) => wiring.lamps[name]) },
        COMMAND_TIMEOUT_MS,
      )) as number[];
      return Object.fromEntries(names.map((name, index) => [name, levels[index] === 1])) as Record<Lamp, boolean>;
    },
    async ready(timeoutMs = 420_000) {
      const late = sleep(timeoutMs, undefined, { ref: false }).then(() => {
        throw new Error(
          `the box is not up after ${timeoutMs / 1000} s; its console ends with\n${consoleText().slice(-3000)}`,
        );
      });
      const ended = machine.ended.then((end) => {
        throw new Error(
          `the machine ended (${end}) while it started; its console ends with\n${consoleText().slice(-3000)}`,
        );
      });
      await Promise.race([ready.promise, late, ended]);
    },
    run,
    async output(command, timeoutMs) {
      const { code, stdout, stderr } = await run(command, timeoutMs);
      if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    threads: async () => (await ask({ do: 'threads' }, COMMAND_TIMEOUT_MS)) as readonly ThreadSeen[],
    async confess() {
      if (hasEnded)
        return `The machine has stopped (${await machine.ended}); its console ends with\n${consoleText().slice(-2000)}`;
      display.picture(pictureName(pictures, 'failed'));
      const journal = await run('journalctl -b --no-pager -o short-monotonic -n 60').catch(() => undefined);
      return `The screen shows:\n${display.text()}\nThe journal ends with:\n${journal?.stdout ?? 'no answer'}`;
    },
    ended: machine.ended,
    pullThePlug: machine.kill,
    console: consoleText,
  };
}

function parse(line: string): AgentEvent | undefined {
  try {
    return JSON.parse(line) as AgentEvent;
  } catch {
    return undefined; // the kernel has written into it
  }
}

/** Does `work`; where it fails, the box says what it can about it. */
export async function telling<T>(box: Box, { note }: Pick<Steps, 'note'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    note(await box.confess());
    throw error;
  }
}
