import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { lightColumn, newFrame } from '../../../src/faces/panel/frame.ts';
import { openDesk } from '../../../src/faces/panel-shell/desk.ts';
import { deskKeys } from '../../../src/faces/panel-shell/desk-keys.ts';
import { brailleRows, deskRows, halfBlockRows } from '../../../src/faces/panel-shell/desk-picture.ts';
import { LAMPS_OFF } from '../../../src/faces/panel-shell/lamps.ts';
import type { Control } from '../../../src/faces/panel-shell/ports.ts';
import { IDLE } from '../panel/scenes.ts';
import { fakeClock, panelRig } from './panel-rig.ts';

const VIEW = { frame: newFrame(), light: 'bright', lamps: LAMPS_OFF, message: '', columns: 130, rows: 40 } as const;

/** Pixels (0,0) (1,1) (2,0) (2,1) and the whole last column of 4 rows at the foot. */
function someFrame() {
  const frame = newFrame();
  lightColumn(frame, 0, 0, 0b01);
  lightColumn(frame, 1, 0, 0b10);
  lightColumn(frame, 2, 0, 0b11);
  lightColumn(frame, 127, 60, 0b1111);
  return frame;
}

class FakeInput extends EventEmitter {
  isTTY = true;
  raw: boolean | undefined;
  setRawMode(raw: boolean) {
    this.raw = raw;
  }
  setEncoding() {}
  resume() {}
  pause() {}
}

class FakeOutput extends EventEmitter {
  isTTY = true;
  columns = 130;
  rows = 40;
  written = '';
  write(text: string) {
    this.written += text;
  }
  take() {
    const { written } = this;
    this.written = '';
    return written;
  }
}

function open() {
  const input = new FakeInput();
  const output = new FakeOutput();
  const clock = fakeClock();
  const controls: Control[] = [];
  let quits = 0;
  const desk = openDesk({
    input,
    output,
    clock,
    onControl: (control) => controls.push(control),
    onQuit: () => {
      quits += 1;
    },
  })!;
  return { input, output, clock, desk, controls: () => controls.splice(0), quits: () => quits };
}

/** Numbers of the rows that were written, from 1. */
function rowsDrawn(text: string): readonly number[] {
  return text.split('\x1b[').flatMap((part) => (/^\d+;1H/.test(part) ? [Number.parseInt(part, 10)] : []));
}

const DOWN = { type: 'down', key: 'connect' };
const UP = { type: 'up', key: 'connect' };

describe('the picture', () => {
  it('shows each pixel as half a character', () => {
    const rows = halfBlockRows(someFrame());
    expect(rows.length).toBe(32);
    expect(rows[0]).toBe(`▀▄█${' '.repeat(125)}`);
    expect(rows[31]).toBe(`${' '.repeat(127)}█`);
    expect(rows[30]).toBe(`${' '.repeat(127)}█`);
    expect(rows[1]).toBe(' '.repeat(128));
  });

  it('shows each pixel as a braille dot where the terminal is small', () => {
    const rows = brailleRows(someFrame());
    expect(rows.length).toBe(16);
    expect(rows[0]).toBe(`⠑⠃${'⠀'.repeat(62)}`);
    expect(rows[15]).toBe(`${'⠀'.repeat(63)}⢸`);
  });

  it('takes half blocks when there is room, braille when there is less, and asks for more when there is too little', () => {
    const widths = (columns: number, rows: number) => deskRows({ ...VIEW, columns, rows })[0]?.length;
    expect(widths(130, 39)).toBe(130);
    expect(widths(129, 60)).toBe(66);
    expect(widths(200, 38)).toBe(66);
    expect(widths(80, 24)).toBe(66);
    expect(deskRows({ ...VIEW, columns: 60, rows: 24 })).toEqual(['Please make this window larger: 66 x 23']);
    expect(deskRows({ ...VIEW, columns: 10, rows: 3 })).toEqual(['Please mak']);
  });

  it('never has more rows than the terminal', () => {
    for (let rows = 1; rows < 50; rows++) {
      for (const columns of [20, 80, 140])
        expect(deskRows({ ...VIEW, columns, rows }).length).toBeLessThanOrEqual(rows);
    }
  });

  it('says what the lamps say in words, too', () => {
    const dark = deskRows(VIEW).join('\n');
    expect(dark).toContain('○ CONNECT off   ○ MUTE off   ○ RECORDING off');
    const lit = deskRows({ ...VIEW, lamps: { connect: 'blink', mute: 'on', recording: 'on' } }).join('\n');
    expect(lit).toContain('◐ CONNECT trying');
    expect(lit).toContain('● MUTE nobody hears you');
    expect(lit).toContain('● RECORDING\x1b[0m');
  });

  it('says so when the screen is off, and lets no message reach the terminal as a command', () => {
    const frame = someFrame();
    const rows = deskRows({ ...VIEW, frame, light: 'off', message: 'a\x1b[2Jb' });
    expect(rows.join('\n')).toContain('the screen is off: press any key');
    expect(rows[1]).not.toContain('▀');
    expect(rows.at(-1)).toBe('a [2Jb');
  });
});

describe('the keyboard', () => {
  it('is understood several keys at a time, arrows included', () => {
    expect(deskKeys('c\x1b[Bk\x1bOA\r')).toEqual([
      { type: 'press', key: 'connect', forMs: 100 },
      { type: 'turn', steps: 1 },
      { type: 'turn', steps: -1 },
      { type: 'turn', steps: -1 },
      { type: 'press', key: 'knob', forMs: 100 },
    ]);
    expect(deskKeys('\x03q')).toEqual([{ type: 'quit' }, { type: 'quit' }]);
    expect(deskKeys('\x1b')).toEqual([{ type: 'press', key: 'knob', forMs: 1000 }]);
    expect(deskKeys('x🎸\x1b[5~')).toEqual([null, null, null]);
  });

  it('presses for a moment, and holds with a key of its own', () => {
    const { input, clock, controls } = open();
    input.emit('data', 'c');
    expect(controls()).toEqual([DOWN]);
    clock.wind(100);
    expect(controls()).toEqual([UP]);
    input.emit('data', 'S');
    clock.wind(4200);
    expect(controls()).toEqual([DOWN]);
    clock.wind(200);
    expect(controls()).toEqual([UP]);
  });

  it('lets go of a held key by any other, which then does nothing else', () => {
    const { input, clock, controls } = open();
    input.emit('data', 'S');
    clock.wind(2000);
    input.emit('data', 'x');
    expect(controls()).toEqual([DOWN, UP]);
    input.emit('data', 'S');
    clock.wind(2000);
    input.emit('data', 'm');
    clock.wind(5000);
    expect(controls()).toEqual([DOWN, UP]);
  });

  it('can be typed fast: a push is over when the next key comes', () => {
    const { input, clock, controls } = open();
    input.emit('data', 'cj');
    clock.wind(200);
    expect(controls()).toEqual([DOWN, UP, { type: 'turn', steps: 1 }]);
  });

  it('quits by q and Ctrl-C, also while a key is held', () => {
    const { input, quits } = open();
    input.emit('data', 'q');
    input.emit('data', 'S');
    input.emit('data', '\x03');
    expect(quits()).toBe(2);
  });
});

describe('the terminal', () => {
  it('is left alone where it is none', () => {
    const output = new FakeOutput();
    const input = new FakeInput();
    output.isTTY = false;
    const options = { input, output, clock: fakeClock(), onControl: () => {}, onQuit: () => {} };
    expect(openDesk(options)).toBeUndefined();
    expect(output.written).toBe('');
    expect(input.raw).toBeUndefined();
  });

  it('gets changed rows only', () => {
    const { output, desk } = open();
    output.take();
    desk.screen.show(someFrame(), false);
    expect(rowsDrawn(output.take())).toEqual([2, 32, 33]);
    desk.screen.show(someFrame(), false);
    expect(output.take()).toBe('');
    desk.lamps.show({ ...LAMPS_OFF, mute: 'on' });
    expect(rowsDrawn(output.take())).toEqual([35]);
    desk.say('sound: a card');
    expect(output.take()).toContain('sound: a card');
    desk.close();
  });

  it('is drawn anew when its size changes', () => {
    const { output, desk } = open();
    desk.screen.show(someFrame(), false);
    output.take();
    output.columns = 80;
    output.rows = 24;
    output.emit('resize');
    const drawn = output.take();
    expect(drawn.startsWith('\x1b[2J')).toBe(true);
    expect(drawn).toContain('⠑⠃');
    desk.close();
  });

  it('is given back at the end, once, and nothing acts because of it', () => {
    const { input, output, desk, controls, clock } = open();
    const listeners = process.listenerCount('exit');
    input.emit('data', 'S');
    controls();
    output.take();
    desk.close();
    desk.close();
    expect(output.take()).toBe('\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l');
    expect(input.raw).toBe(false);
    expect(controls()).toEqual([{ type: 'cancel' }]);
    clock.wind(5000);
    expect(controls()).toEqual([]);
    expect(process.listenerCount('exit')).toBe(listeners - 1);
    desk.say('late');
    input.emit('data', 'c');
    expect(output.take()).toBe('');
  });

  /** What a program with a desk writes to a terminal of 132 x 40 in which somebody types. */
  const onTerminal = (onControl: string, typed: string) => {
    const program = `
      import { openDesk } from './src/faces/panel-shell/desk.ts';
      import { SYSTEM_CLOCK } from './src/faces/panel-shell/ports.ts';
      const desk = openDesk({ input: process.stdin, output: process.stdout, clock: SYSTEM_CLOCK,
        onControl: (control) => { desk.say(JSON.stringify(control)); ${onControl} },
        onQuit: () => desk.close() });`;
    const quoted = program.replaceAll("'", `'"'"'`);
    const command = `stty rows 40 cols 132; '${process.execPath}' --input-type=module -e '${quoted}'; stty -a`;
    const out = execFileSync('script', ['-qec', command, '/dev/null'], {
      cwd: new URL('../../..', import.meta.url),
      encoding: 'utf8',
      input: typed,
      timeout: 20_000,
    });
    const [before = '', after = ''] = out.split('\x1b[?1049l');
    return { before, after };
  };

  it('is real with a pseudo-terminal: single keys arrive, and it is given back', () => {
    const { before, after } = onTerminal('', 'cjq');
    expect(before).toContain('\x1b[?1049h');
    expect(before).toContain(`┌${'─'.repeat(128)}┐`);
    expect(before).toContain('{"type":"down","key":"connect"}');
    expect(before).toContain('{"type":"turn","steps":1}');
    expect(after).toMatch(/ icanon/);
  });

  it('is given back before a crash is written, so that people can read it', () => {
    const { before, after } = onTerminal("throw new Error('crash');", 'c');
    expect(before).not.toContain('Error: crash');
    expect(after).toContain('Error: crash');
    expect(after).toMatch(/ icanon/);
  });
});

describe('a whole box on a desk', () => {
  it('is used with a few keys: connect, mute, look around, shut down', () => {
    const box = panelRig({ ...IDLE, shownProfile: IDLE.profile });
    const input = new FakeInput();
    const output = new FakeOutput();
    const { clock, shell } = box;
    const desk = openDesk({ input, output, clock, onControl: shell.control, onQuit: () => {} })!;
    shell.attachScreen(desk.screen);
    shell.attachLamps(desk.lamps);
    const type = (keys: string, thenMs: number) => {
      output.take();
      input.emit('data', keys);
      box.wait(thenMs);
      return output.take();
    };
    expect(type('c', 3500)).toContain('◐ CONNECT trying');
    box.welcomeIn();
    expect(output.take()).toContain('● CONNECT connected');
    expect(type('m', 200)).toContain('● MUTE nobody hears you');
    type('j', 200);
    expect(box.text()).toContain('Who is here');
    type('b', 1200);
    expect(box.text()).toContain('ms delay');
    type('S', 2000);
    expect(box.text()).toContain('Let go to stop');
    type('x', 500);
    expect(box.requests()).toEqual([]);
    type('S', 4500);
    expect(box.requests()).toEqual([{ type: 'shutDown' }]);
    desk.close();
  });
});
