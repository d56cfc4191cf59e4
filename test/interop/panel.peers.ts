/** Whole flows at the panel with the real server and client: keys go in, people read the screen, see lamps, hear. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Frame, lightColumn, newFrame, pixelAt } from '../../src/faces/panel/frame.ts';
import type { Key } from '../../src/faces/panel/press-grammar.ts';
import { LAMPS_OFF } from '../../src/faces/panel-shell/lamps.ts';
import { runPanel } from '../../src/faces/panel-shell/panel-shell.ts';
import { SYSTEM_CLOCK } from '../../src/faces/panel-shell/ports.ts';
import { FONTS } from '../faces/panel/scenes.ts';
import { readFrame } from '../faces/panel-shell/read-frame.ts';
import type { Client } from '../peers/client.ts';
import { startRelay } from '../peers/relay.ts';
import type { Server, ServerOptions } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { startWholeBox } from '../support/whole-box.ts';
import { levelsOf, useTestBench } from './test-bench.ts';

const SOUND = ['--input', 'tone', '--output', 'none', '--period', '128', '--no-realtime', '--port', '0'];
const SETTINGS = '[directories]\npublic = false\n[profile]\nname = "keys"\n[server]\nname = "Cellar"\n';
/** Meter step of the tone that the box plays, −20 dBFS (messages.md §3.7). */
const HEARD = 5;
const PLAYING = /ms delay/;
const LAMPS_PLAYING = { connect: 'on', mute: 'off', recording: 'off' };

const bench = useTestBench('panel');

type Panel = Awaited<ReturnType<typeof startPanel>>;

/** A new box that knows one server. */
async function startPanel({ address }: Pick<Server, 'address'>) {
  const { folder, atEnd } = bench.peers();
  const settings = join(folder, 'box.toml');
  writeFileSync(settings, `${SETTINGS}address = "${address}"`);
  const { store, quit } = await startWholeBox(['--settings', settings, '--state', join(folder, 'state'), ...SOUND]);
  const shell = runPanel({ box: store, fonts: FONTS, clock: SYSTEM_CLOCK });
  const seen = { frame: newFrame(), lamps: LAMPS_OFF };
  shell.attachScreen({ show: (frame) => void Object.assign(seen, { frame }), setLight: () => undefined });
  shell.attachLamps({ show: (lamps) => void Object.assign(seen, { lamps }) });
  atEnd(async () => {
    shell.close();
    await quit();
  });
  const text = () => readFrame(seen.frame);
  return {
    text,
    delay: () => delayRead(seen.frame),
    lamps: () => seen.lamps,
    /** Waits until this can be read, and gives back all that can. */
    reads: (expected: RegExp, timeoutMs = 10_000) =>
      until(`${expected} on the screen`, () => expected.test(text()) && text(), { timeoutMs, everyMs: 50 }).catch(
        (error: unknown) => expect.fail(`${error}; it shows:\n${text()}`),
      ),
    press: async (key: Key, forMs = 100) => {
      await sleep(450); // to read: earlier presses don't answer a question that has just come up
      shell.control({ type: 'down', key });
      await sleep(forMs);
      shell.control({ type: 'up', key });
    },
    turn: async (steps: number) => {
      for (let step = 0; step < Math.abs(steps); step++) {
        await sleep(200);
        shell.control({ type: 'turn', steps: Math.sign(steps) });
      }
    },
  };
}

/** The delay, which is drawn three times as large as the face; '' while there is none. */
function delayRead(frame: Frame): string {
  const small = newFrame();
  // Above is the name of the server, below the ping.
  for (let i = 27 * 3; i < 27 * 14; i++) {
    const [x, y] = [i % 27, Math.floor(i / 27)];
    if (pixelAt(frame, 3 * x + 1, 3 * y + 2)) lightColumn(small, x, y, 1);
  }
  return readFrame(small).replaceAll('O', '0');
}

/** The first start, as far as it goes without a packet. */
async function goToWhoSeesWhat(panel: Panel): Promise<void> {
  await panel.reads(/Play something[\s\S]*good/);
  await panel.press('knob');
  await panel.reads(/Press CONNECT/);
  await panel.press('connect');
  expect(await panel.reads(/Others will see:/)).toContain('Name keys');
}

async function joinFirst(server: Server): Promise<Panel> {
  const panel = await startPanel(server);
  await goToWhoSeesWhat(panel);
  await panel.press('knob');
  await panel.reads(PLAYING);
  return panel;
}

async function playWithAnna(options?: Partial<ServerOptions>) {
  const server = await bench.server(options);
  const anna = await bench.anna(server.address);
  return { server, anna, panel: await joinFirst(server) };
}

/** Joins a server that it has been on. */
async function joinAgain(panel: Panel, shows: RegExp): Promise<void> {
  await panel.press('connect');
  await panel.reads(/Connecting to[\s\S]*Cellar/);
  expect(panel.lamps().connect).toBe('off'); // It is only named yet.
  await panel.reads(shows);
}

async function leave(panel: Panel, server: Server): Promise<void> {
  await panel.press('connect', 1000);
  await panel.reads(/Press CONNECT to play/);
  expect(panel.lamps()).toEqual(LAMPS_OFF);
  await annaAlone(server);
}

function annaAlone(server: Server): Promise<unknown> {
  return until('anna alone', async () => (await server.clients()).length === 1, { timeoutMs: 1000 });
}

/** Anna hears the box, which is the second on the server. */
function heard(anna: Client): Promise<unknown> {
  return until('the tone at anna', () => levelsOf(anna).at(-1)?.[1] === HEARD);
}

async function expectSilence(anna: Client): Promise<void> {
  await until('the box at anna', async () => (await anna.clientList()).length === 2);
  await until('silence at anna', () => levelsOf(anna).at(-1)?.[1] === 0);
  const before = levelsOf(anna).length;
  await sleep(2000); // seven level lists
  const lists = levelsOf(anna).slice(before);
  expect(lists.length).toBeGreaterThan(4);
  expect(Math.max(...lists.map((levels) => levels[1] ?? 0))).toBe(0);
}

describe('By keys only, on a real server', () => {
  it('a new box joins: who sees what first, and not a packet before OK', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    const panel = await startPanel(relay);
    await goToWhoSeesWhat(panel);
    await sleep(1000);
    expect(relay.datagrams).toEqual([]);
    expect(panel.lamps()).toEqual(LAMPS_OFF);
    await panel.press('knob');
    expect(await panel.reads(PLAYING)).toContain('Cellar');
    await until('the delay', () => /^\d\d+$/.test(panel.delay()));
    expect(panel.lamps()).toEqual(LAMPS_PLAYING);
  });

  it('a recording is told when it begins and ends during play, and before a sound is sent at joining', async () => {
    const recordingDir = join(bench.peers().folder, 'recordings');
    const { server, anna, panel } = await playWithAnna({ recordingDir });
    await heard(anna);
    await server.setRecording(true);
    await panel.reads(/STARTED/);
    expect(panel.lamps()).toEqual({ ...LAMPS_PLAYING, recording: 'on' });
    await panel.press('knob');
    expect(await panel.reads(PLAYING)).toContain('REC');
    await heard(anna);
    await server.setRecording(false);
    await panel.reads(/Recording[\s\S]*stopped/);
    expect(panel.lamps().recording).toBe('off');
    await panel.press('knob');
    expect(await panel.reads(PLAYING)).not.toContain('REC');
    await leave(panel, server);
    await server.setRecording(true);
    const notice = /THIS SERVER IS[\s\S]*one file per player/;
    await joinAgain(panel, notice);
    expect(panel.lamps()).toEqual({ ...LAMPS_PLAYING, mute: 'on', recording: 'on' });
    await expectSilence(anna);
    await panel.turn(1);
    await panel.press('knob');
    await panel.reads(/Press CONNECT to play/);
    await annaAlone(server);
    await joinAgain(panel, notice);
    await expectSilence(anna);
    await panel.press('knob');
    await heard(anna);
    expect(await panel.reads(PLAYING)).toContain('REC');
    expect(panel.lamps()).toEqual({ ...LAMPS_PLAYING, recording: 'on' });
  }, 60_000);

  it('MUTE silences the box for the others, and says so', async () => {
    const { anna, panel } = await playWithAnna();
    await heard(anna);
    await panel.press('mute');
    expect(await panel.reads(/MUTED/)).toContain('Nobody hears you');
    expect(panel.lamps().mute).toBe('on');
    await expectSilence(anna);
    await panel.press('mute');
    await heard(anna);
    expect(panel.text()).not.toContain('MUTED');
    expect(panel.lamps().mute).toBe('off');
  });

  it("anna's level is set with the knob and is the same at the next visit", async () => {
    const { server, panel } = await playWithAnna();
    const openAnna = async () => {
      await panel.turn(1);
      await panel.reads(/Who is here \(2\)[\s\S]*anna/);
      await panel.press('knob');
    };
    await openAnna();
    await panel.reads(/anna[\s\S]*Level\n100/);
    await panel.press('knob');
    await panel.turn(-5);
    await panel.reads(/anna[\s\S]*Level\n95/);
    await panel.press('knob');
    await leave(panel, server);
    await joinAgain(panel, PLAYING);
    await openAnna();
    await panel.reads(/anna[\s\S]*Level\n95/);
  });

  it('a favourite is kept in the menu, found by turning, with its ping, and joined by a push', async () => {
    const { server, panel } = await playWithAnna();
    await panel.press('knob');
    await panel.turn(1);
    await panel.reads(/Add to favourites/);
    await panel.press('knob');
    await panel.reads(/Kept: Cellar/);
    await leave(panel, server);
    await panel.press('knob', 1000);
    await panel.turn(1);
    await panel.reads(/Favourites[\s\S]*Asks/);
    await panel.press('knob');
    await panel.reads(/Favourites 1\/1\nCellar\n\d+ ms/);
    await panel.press('knob');
    await panel.reads(PLAYING);
  });

  it('chat of anna pops up, and goes by itself', async () => {
    const { anna, panel } = await playWithAnna();
    await anna.sendChatText('Once more');
    expect(await panel.reads(/Once more/)).toContain('anna');
    expect(await panel.reads(PLAYING)).not.toContain('Once more');
  });

  it('a server that was killed is tried again until it is back, without a key', async () => {
    const server = await bench.server();
    const panel = await joinFirst(server);
    await server.process.stop('SIGKILL');
    await panel.reads(/Nothing comes/);
    await panel.reads(/Connection lost[\s\S]*Trying ?again/, 40_000);
    expect(panel.lamps().connect).toBe('blink');
    await bench.server({ name: 'again' });
    await panel.reads(PLAYING, 30_000);
    expect(panel.lamps()).toEqual(LAMPS_PLAYING);
  }, 90_000);
});
