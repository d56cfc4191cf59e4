/**
 * The panel on a desk: the OLED, the lamps and the keys of the box in a terminal, for everybody without the hardware.
 * It takes the whole terminal and gives it back at the end, also after a crash.
 */
import { newFrame } from '../panel/frame.ts';
import { type DeskKey, deskKeys } from './desk-keys.ts';
import { type DeskView, deskRows } from './desk-picture.ts';
import { LAMPS_OFF } from './lamps.ts';
import type { Clock, Control, PanelLamps, PanelScreen } from './ports.ts';

/** What is needed of process.stdin and process.stdout. */
export interface DeskInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', listener: (typed: string) => void): unknown;
  off(event: 'data', listener: (typed: string) => void): unknown;
}

export interface DeskOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface DeskOptions {
  readonly input: DeskInput;
  readonly output: DeskOutput;
  readonly clock: Clock;
  readonly onControl: (control: Control) => void;
  /** q or Ctrl-C. */
  readonly onQuit: () => void;
}

export interface Desk {
  readonly screen: PanelScreen;
  readonly lamps: PanelLamps;
  /** Shows a line below the keys until the next one. */
  say(line: string): void;
  close(): void;
}

/** Longer is a hold, which another key may end. */
const LONGEST_PUSH_MS = 500;
/** The other screen, no cursor, no wrapping of long lines. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Undefined where there is no terminal on both sides: nothing is written then. */
export function openDesk({ input, output, clock, onControl, onQuit }: DeskOptions): Desk | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  let view: Omit<DeskView, 'columns' | 'rows'> = {
    frame: newFrame(),
    light: 'bright',
    lamps: LAMPS_OFF,
    message: '',
  };
  let drawn: readonly string[] = [];
  let held: { readonly release: () => void; readonly cancel: () => void; readonly forMs: number } | undefined;
  let isOpen = true;

  const draw = () => {
    if (!isOpen) return;
    const rows = deskRows({ ...view, columns: output.columns || 80, rows: output.rows || 24 });
    let text = '';
    for (const [index, row] of rows.entries()) if (row !== drawn[index]) text += `\x1b[${index + 1};1H${row}\x1b[K`;
    if (rows.length < drawn.length) text += '\x1b[J';
    drawn = rows;
    if (text !== '') output.write(text);
  };
  const change = (part: Partial<typeof view>) => {
    view = { ...view, ...part };
    draw();
  };
  const resized = () => {
    drawn = [];
    output.write('\x1b[2J');
    draw();
  };

  const act = (key: DeskKey) => {
    switch (key.type) {
      case 'turn':
        onControl(key);
        return;
      case 'quit':
        onQuit();
        return;
      case 'press': {
        onControl({ type: 'down', key: key.key });
        const release = () => {
          cancel();
          held = undefined;
          onControl({ type: 'up', key: key.key });
        };
        const cancel = clock.after(key.forMs, release);
        held = { release, cancel, forMs: key.forMs };
      }
    }
  };
  const typed = (text: string) => {
    for (const key of deskKeys(text)) {
      const isHold = held !== undefined && held.forMs > LONGEST_PUSH_MS;
      held?.release();
      // A key that lets go of a held one has done its work.
      if (key !== null && (!isHold || key.type === 'quit')) act(key);
    }
  };

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    process.off('uncaughtExceptionMonitor', close);
    // Nothing shall act because the terminal is closed.
    if (held !== undefined) {
      held.cancel();
      held = undefined;
      onControl({ type: 'cancel' });
    }
    input.off('data', typed);
    output.off('resize', resized);
    input.setRawMode?.(false);
    input.pause();
    output.write(LEAVE);
  };

  process.on('exit', close);
  // Before Node writes what has crashed, or nobody could read it.
  process.on('uncaughtExceptionMonitor', close);
  input.setRawMode?.(true);
  input.setEncoding('utf8');
  input.on('data', typed);
  input.resume();
  output.on('resize', resized);
  output.write(ENTER);
  draw();

  return {
    screen: {
      show: (frame) => change({ frame }),
      setLight: (light) => change({ light }),
    },
    lamps: { show: (lamps) => change({ lamps }) },
    say: (message) => change({ message }),
    close,
  };
}
