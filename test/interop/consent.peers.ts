import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/box/state.ts';
import { isMessage } from '../../src/jamulus/frame.ts';
import type { Client } from '../peers/client.ts';
import { startRelay } from '../peers/relay.ts';
import { until } from '../peers/wait.ts';
import { levelsOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('consent');

/** Meter step of the tone that the box plays, −20 dBFS (messages.md §3.7). */
const HEARD = 5;
/** Long enough for seven level lists. */
const LISTEN_MS = 2000;

const CLIENT_ID = 32;
const TONE = ['--input', 'tone'];
const levelAtServer = ({ visit }: BoxState): number | undefined => visit.people.find(({ isOwn }) => isOwn)?.level;
/** The loudest that a real client has seen the box (the second on the server) for a while. */
const loudest = async (client: Client): Promise<number> => {
  const before = levelsOf(client).length;
  await sleep(LISTEN_MS);
  const lists = levelsOf(client).slice(before);
  expect(lists.length).toBeGreaterThan(4);
  return Math.max(...lists.map((levels) => levels[1] ?? 0));
};

describe('Welcome and licence of the real server', () => {
  it('the welcome text is shown without its markup', async () => {
    const server = await bench.server({ welcome: '<h2>Hallo</h2> <a href="http://x.invalid">Regeln</a> &amp; mehr ж' });
    const box = await bench.box(server.address);
    const state = await box.waitFor('the welcome', ({ visit }) => visit.welcome !== null);
    expect(state.visit.welcome).toBe('Hallo\nRegeln & mehr ж');
  });

  it('a licence keeps the box silent until it is accepted', async () => {
    const server = await bench.server({ licence: true });
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address, TONE);
    await box.waitFor('the licence', ({ visit }) => visit.licence === 'required' && visit.people.length === 2);
    await until('the box at anna', async () => (await anna.clientList()).length === 2);
    expect(await loudest(anna)).toBe(0);
    box.dispatch({ type: 'licenceAnswered', ok: true });
    await until('the tone at anna', () => levelsOf(anna).at(-1)?.[1] === HEARD);
    expect((await box.ask()).state.visit.licence).toBe('accepted');
  });

  it('a licence declined is a visit ended, and the server knows at once', async () => {
    const server = await bench.server({ licence: true });
    const box = await bench.box(server.address, TONE);
    await box.waitFor('the licence', ({ visit }) => visit.licence === 'required');
    await server.waitForClient('box');
    box.dispatch({ type: 'licenceAnswered', ok: false });
    const left = await box.waitFor('idle', ({ link }) => link.kind === 'idle');
    expect(left.problem).toBeNull();
    // Three goodbyes, the last 300 ms after the stream: the server would wait 30 s for a client that just vanishes.
    await until('an empty server', async () => (await server.clients()).length === 0, { timeoutMs: 1000 });
  });
});

describe('A full server', () => {
  it('is said to be full, and joined as soon as there is a place', async () => {
    const server = await bench.server({ maxClients: 1 });
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address);
    const full = await box.waitFor('full', ({ problem }) => problem === 'server-full');
    expect(full.link).toMatchObject({ kind: 'connecting', serverFull: true });
    await sleep(6000); // longer than what a server without an answer is given
    expect((await box.ask()).state).toMatchObject({ problem: 'server-full', link: { kind: 'connecting' } });
    await anna.process.stop();
    const joined = await box.connected();
    expect(joined.problem).toBeNull();
    await server.waitForClient('box');
  });
});

describe('Recording on the real server', () => {
  it('is told when it is switched on and off during play; sound goes on meanwhile', async () => {
    const recordingDir = join(bench.peers().folder, 'recordings');
    const server = await bench.server({ recordingDir });
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address, TONE);
    const before = await box.waitFor('the state', ({ visit }) => visit.recorder.state === 'not-enabled');
    expect(before.visit.recorder.notice).toBeNull();
    await until('the tone at anna', () => levelsOf(anna).at(-1)?.[1] === HEARD);
    await server.setRecording(true);
    await box.waitFor('the notice', ({ visit }) => visit.recorder.notice === 'started');
    expect(await loudest(anna)).toBe(HEARD);
    expect(levelsOf(anna).at(-1)?.[1]).toBe(HEARD);
    box.dispatch({ type: 'noticeAnswered', ok: true });
    const answered = await box.waitFor('no notice', ({ visit }) => visit.recorder.notice === null);
    expect(answered.visit.recorder.state).toBe('recording');
    const sessions = readdirSync(recordingDir).length;
    await server.rpc.call('jamulusserver/restartRecording');
    await until('a second recording', () => readdirSync(recordingDir).length > sessions);
    expect((await box.ask()).state.visit.recorder.state).toBe('recording');
    await server.setRecording(false);
    const stopped = await box.waitFor('the end', ({ visit }) => visit.recorder.notice === 'stopped');
    expect(stopped.visit.recorder.state).toBe('not-enabled');
  });

  it('closes the microphone of who joins until OK, and asks anew at every visit', async () => {
    const recordingDir = join(bench.peers().folder, 'recordings');
    const server = await bench.server({ recordingDir, record: true });
    const anna = await bench.anna(server.address);
    const box = await bench.box(server.address, TONE);
    const asked = () => box.waitFor('the notice', ({ visit }) => visit.recorder.notice === 'join');
    await asked();
    await until('the box at anna', async () => (await anna.clientList()).length === 2);
    expect(await loudest(anna)).toBe(0);
    box.dispatch({ type: 'noticeAnswered', ok: true });
    await until('the tone at anna', () => levelsOf(anna).at(-1)?.[1] === HEARD);
    await box.waitFor('the own level', (state) => levelAtServer(state) === HEARD);

    box.dispatch({ type: 'leavePressed' });
    const idle = await box.waitFor('idle', ({ link }) => link.kind === 'idle');
    expect(idle.visit.recorder).toEqual({ state: 'unknown', waitOver: false, notice: null });
    box.dispatch({ type: 'connectPressed' });
    await asked();
    await until('the box at anna', async () => (await anna.clientList()).length === 2);
    expect(await loudest(anna)).toBe(0);
    box.dispatch({ type: 'noticeAnswered', ok: false });
    await box.waitFor('idle', ({ link }) => link.kind === 'idle');
    await until('anna alone', async () => (await server.clients()).length === 1, { timeoutMs: 1000 });
  });

  it('keeps the microphone closed when a copy of CLIENT_ID comes late, as if the server had started anew', async () => {
    const recordingDir = join(bench.peers().folder, 'recordings');
    const server = await bench.server({ recordingDir, record: true, licence: true });
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    // 60 ms later the whole greeting, recorder state and licence with it, is over.
    relay.setPolicy(({ bytes, direction }) =>
      direction === 'toClient' && isMessage(bytes, bytes.length) && bytes.readUInt16LE(2) === CLIENT_ID ? [0, 60] : [0],
    );
    const anna = await bench.anna(server.address);
    const box = await bench.box(relay.address, TONE);
    await box.waitFor(
      'both questions',
      ({ visit }) => visit.recorder.notice === 'join' && visit.licence === 'required',
    );
    await until('the box at anna', async () => (await anna.clientList()).length === 2);
    expect(await loudest(anna)).toBe(0);
    const { visit } = (await box.ask()).state;
    expect(visit).toMatchObject({ licence: 'required', recorder: { state: 'recording', notice: 'join' } });
    expect(visit.people).toHaveLength(2);
  });

  it('needs no answer from a box that was told so, and none from one on a server without a recorder', async () => {
    const server = await bench.server();
    const box = await bench.box(server.address, TONE);
    await box.waitFor('the tone', (state) => levelAtServer(state) === HEARD);
    expect((await box.ask()).state.visit.recorder).toMatchObject({ state: 'not-initialised', notice: null });
    await box.quit();
    await server.process.stop();
    const recordingDir = join(bench.peers().folder, 'recordings');
    const recording = await bench.server({ recordingDir, record: true, licence: true });
    const accept = ['--accept-recording', '--accept-licence'];
    const unattended = await bench.box(recording.address, [...TONE, ...accept], 'unattended');
    const state = await unattended.waitFor('the tone', (now) => levelAtServer(now) === HEARD);
    expect(state.visit).toMatchObject({ recorder: { state: 'recording', notice: null }, licence: 'accepted' });
  });
});
