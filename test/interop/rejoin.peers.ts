import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BoxState, Person } from '../../src/box/state.ts';
import { isMessage } from '../../src/jamulus/frame.ts';
import { faderToGain } from '../../src/jamulus/gain.ts';
import { startRelay } from '../peers/relay.ts';
import { until } from '../peers/wait.ts';
import type { Box } from './box.ts';
import { messagesOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('rejoin');

/** Meter step of the tone that the box plays, −20 dBFS (messages.md §3.7). */
const HEARD = 5;
const TONE = ['--input', 'tone'];
const own = ({ visit }: BoxState): Person | undefined => visit.people.find((person) => person.isOwn);
const anna = ({ visit }: BoxState): Person | undefined => visit.people.find(({ name }) => name === 'anna');
const heard = (box: Box) => box.waitFor('the own level', (state) => own(state)?.level === HEARD);

/** Mute and mix that must be the same after whatever happens to the server. */
async function muteAndMix(box: Box): Promise<void> {
  const state = await box.waitFor('anna', (now) => anna(now) !== undefined);
  const channelId = anna(state)?.channelId ?? -1;
  box.dispatch({ type: 'setMix', channelId, change: { gain: faderToGain(40), pan: 0.75 } });
  box.dispatch({ type: 'mutePressed' });
  await box.waitFor('silence', (now) => own(now)?.level === 0);
}

async function expectMuteAndMix(box: Box): Promise<void> {
  const back = await box.waitFor('anna again', (now) => anna(now) !== undefined, { timeoutMs: 20_000 });
  expect(anna(back)?.mix).toMatchObject({ gain: faderToGain(40), pan: 0.75 });
  expect(back.sound.mute).toBe('pressed');
  await sleep(1500); // five level lists
  expect(own((await box.ask()).state)?.level).toBe(0);
  box.dispatch({ type: 'mutePressed' });
  await heard(box);
}

describe('When the real server goes away', () => {
  it('killed and started anew: the box is on it again by itself, muted and mixed as before', async () => {
    const server = await bench.server({ welcome: 'first' });
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    await bench.anna(server.address);
    const box = await bench.box(relay.address, TONE);
    await heard(box);
    await muteAndMix(box);
    await server.process.stop('SIGKILL');
    await sleep(2000);
    const againAtMs = performance.now();
    const again = await bench.server({ welcome: 'second', name: 'again' });
    await again.waitForClient('box');
    await again.waitForClient('anna');
    await expectMuteAndMix(box);
    const { state } = await box.ask();
    expect(state.visit.welcome).toBe('second');
    const sentPans = () => messagesOf(relay, 'toServer', 'CHANNEL_PAN').filter(({ atMs }) => atMs > againAtMs);
    const sentGains = () => messagesOf(relay, 'toServer', 'CHANNEL_GAIN').filter(({ atMs }) => atMs > againAtMs);
    expect(sentPans().at(-1)).toMatchObject({ channelId: anna(state)?.channelId, pan: 0.75 });
    expect(sentGains().at(-1)).toMatchObject({ channelId: anna(state)?.channelId, gain: 2920 / 32768 });
  });

  it('saying goodbye (-d): the loss is told at once, and tried to mend until the server is back', async () => {
    const server = await bench.server({ goodbye: true });
    await bench.anna(server.address);
    const box = await bench.box(server.address, TONE);
    await heard(box);
    await muteAndMix(box);
    await server.process.stop();
    const lost = await box.waitFor('the loss', ({ link }) => link.kind === 'waiting', { timeoutMs: 1000 });
    expect(lost).toMatchObject({ problem: 'connection-lost', link: { retry: { attempt: 1 } } });
    expect(lost.visit.people).toEqual([]);
    const again = await bench.server({ name: 'again' });
    await again.waitForClient('box');
    expect((await box.connected()).problem).toBeNull();
    // The real client has left for good: it obeys a goodbye.
    await bench.anna(again.address, { port: 23_400 });
    await expectMuteAndMix(box);
  });

  it('silent for more than 30 s: the session is over, and the series of attempts finds the server again', async () => {
    const server = await bench.server();
    const box = await bench.box(server.address, TONE);
    await heard(box);
    await server.process.stop('SIGKILL');
    await sleep(28_000);
    expect((await box.ask()).state.link.kind).toBe('connected');
    const lost = await box.waitFor('the loss', ({ link }) => link.kind !== 'connected', { timeoutMs: 5000 });
    expect(lost.problem).toBe('connection-lost');
    const again = await bench.server({ name: 'again' });
    await again.waitForClient('box');
    await heard(box);
    expect((await box.ask()).state.problem).toBeNull();
  }, 60_000);
});

describe('When the box goes away', () => {
  it('quitting: the server drops it at once, told three times after the last audio', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    const box = await bench.box(relay.address, TONE);
    await heard(box);
    const quitAtMs = performance.now();
    const quitting = box.quit();
    // The first goodbye leaves after 100 ms (0.12 s seen); without one the server would wait for 30 s.
    await until('an empty server', async () => (await server.clients()).length === 0, { timeoutMs: 1000 });
    await quitting;
    const goodbyes = messagesOf(relay, 'toServer', 'CLM_DISCONNECTION');
    expect(goodbyes).toHaveLength(3);
    const audio = relay.datagrams.filter(
      ({ direction, bytes }) => direction === 'toServer' && !isMessage(bytes, bytes.length),
    );
    expect(audio.at(-1)?.atMs).toBeLessThan(goodbyes[0]?.atMs ?? 0);
    expect(audio.at(-1)?.atMs).toBeGreaterThan(quitAtMs - 50);
    expect(await server.clients()).toHaveLength(0);
  });

  it('killed and started on the same port: it gets rid of its old channel and joins with a new one', async () => {
    const server = await bench.server();
    await bench.anna(server.address);
    const port = ['--port', '23700'];
    const killed = await bench.box(server.address, [...TONE, ...port, '--quality', 'low']);
    await heard(killed);
    process.kill(killed.pid, 'SIGKILL');
    await until('the end of it', () => !killed.isRunning());
    expect((await server.clients()).map(({ name }) => name)).toEqual(['anna', 'box']);
    const box = await bench.box(server.address, [...TONE, ...port], 'heir');
    expect(box.port).toBe(23_700);
    await heard(box);
    await server.waitForClient('heir');
    const { state } = await box.ask();
    expect(state.visit.people.map(({ name }) => name)).toEqual(['anna', 'heir']);
    expect(state.visit.recorder.state).toBe('not-initialised');
    expect((await server.clients()).map(({ name }) => name)).toEqual(['anna', 'heir']);
  });
});
