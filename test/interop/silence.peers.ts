/** When nobody is to hear the box, nobody can: what leaves it then, seen on the wire between box and server. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeers, type Peers } from '../peers/processes.ts';
import { type Relay, startRelay } from '../peers/relay.ts';
import { type Server, startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { type Box, startBox } from './box.ts';
import { silenceSent } from './silence.ts';

let peers: Peers;
let relay: Relay;

beforeEach(() => {
  peers = createPeers('silence');
});
afterEach(() => peers.end());

async function join64(options: Partial<Parameters<typeof startServer>[1]> = {}): Promise<Server> {
  const server = await startServer(peers, { port: 23_200, fast64: true, ...options });
  relay = await startRelay(server.port);
  peers.atEnd(relay.close);
  return server;
}

/** A tone is played into it all the time. */
function start(args: readonly string[] = []): Promise<Box> {
  return startBox(peers, { args: ['--server', relay.address, '--input', 'tone', '--output', 'none', ...args] });
}

const LAST = 100;
const tone = () =>
  until('the tone', () => {
    const sent = silenceSent(relay).slice(-LAST);
    return sent.length === LAST && sent.every((isSilent) => !isSilent);
  });

/** Half a second of what is sent from now on, 375 datagrams; both counts have to be right for that. */
async function halfASecond(): Promise<boolean[]> {
  const since = relay.datagrams.length;
  await sleep(500);
  const sent = silenceSent(relay, since);
  expect(sent.length).toBeGreaterThan(300);
  return sent;
}

describe('What leaves the box', () => {
  it('is silence from three frames after MUTE on, and sound again after the next press', async () => {
    await join64();
    const box = await start();
    await tone();
    const before = silenceSent(relay).length;
    box.dispatch({ type: 'mutePressed' });
    await box.waitFor('muted', ({ sound }) => sound.mute === 'pressed');
    const told = silenceSent(relay).length;
    await sleep(1000);
    const sent = silenceSent(relay);
    // One block ramps down, and its end rings on for one more in the codec. What was on its way to the relay when the
    // box said that it is muted comes on top; 0 was seen, 20 would be 27 ms.
    const first = sent.indexOf(true, before);
    expect(first - told).toBeLessThan(3 + 20);
    // Silence it is from the first silent frame on, for good.
    expect(sent.slice(first).length).toBeGreaterThan(600);
    expect(sent.slice(first).every(Boolean)).toBe(true);
    console.log(`silent ${first - told} frames after the box said that it is muted`);
    box.dispatch({ type: 'mutePressed' });
    await tone();
  });

  it('is silence from the first frame on when it starts muted', async () => {
    await join64();
    const box = await start(['--muted']);
    await box.connected();
    await halfASecond();
    expect(silenceSent(relay).every(Boolean)).toBe(true);
  });

  it('is silence while the notice waits that the server records, and sound after OK', async () => {
    const recordingDir = join(peers.folder, 'recordings');
    const server = await join64({ recordingDir, record: true });
    const box = await start();
    await box.waitFor('the notice', ({ visit }) => visit.recorder.notice === 'join');
    expect((await halfASecond()).every(Boolean)).toBe(true);
    expect(silenceSent(relay).every(Boolean)).toBe(true);
    expect((await server.clients()).map(({ name }) => name)).toEqual(['box']);
    box.dispatch({ type: 'noticeAnswered', ok: true });
    await tone();
  });

  it('is silence while the licence waits to be accepted, and sound after that', async () => {
    await join64({ licence: true, welcome: 'Terms' });
    const box = await start();
    await box.waitFor('the licence', ({ visit }) => visit.licence === 'required');
    expect((await halfASecond()).every(Boolean)).toBe(true);
    expect(silenceSent(relay).every(Boolean)).toBe(true);
    box.dispatch({ type: 'licenceAnswered', ok: true });
    await tone();
  });
});
