import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageDatagram } from '../../src/jamulus/messages/message.ts';
import { buildOpus } from '../../tools/build-opus.mjs';
import { kernelDrops, startEchoPeer } from './echo-peer.ts';
import { format, startRig } from './engine-rig.ts';

/** Periods of 64 frames: 8 s. */
const PERIODS = 6000;
/** What starting up leaves behind may be collected until here. */
const SETTLED_MS = 2000;

test('The audio thread collects no garbage while it streams', async () => {
  const server = await startEchoPeer();
  const stranger = await startEchoPeer();
  const rig = await startRig();
  rig.engine.setJitter(true, 10);
  // All that a session brings: changing formats, messages, strangers, wrong sizes, the guard.
  const message = messageDatagram({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [1, 2, 3] });
  const streams = [
    format(64, 2, 'high'),
    format(128, 1, 'low'),
    format(128, 2, 'max', 2),
    format(64, 1, 'normal', 1, false),
  ];
  for (let n = 0; n < 20; n++) {
    rig.engine.setStream(n % 7 === 6 ? null : streams[n % streams.length]!, server.address);
    rig.engine.watchFeedback(true);
    rig.engine.resetClip();
    for (const peer of [server, stranger]) {
      peer.send(rig.socket.port, message);
      peer.send(rig.socket.port, Uint8Array.of(1, 2, 3));
    }
    server.received.length = 0;
    rig.records.length = 0;
    await rig.periods(PERIODS / 20);
  }
  expect(rig.count('audioReceived') + kernelDrops(rig.socket.port)).toBeGreaterThan(1000);
  expect(rig.count('messages')).toBeGreaterThan(20);
  expect(rig.count('foreign')).toBeGreaterThan(10);
  const report = await rig.stop();
  server.close();
  stranger.close();
  expect(report?.seconds).toBeGreaterThan(7.9);
  expect(report?.collectionsAtMs.filter((at) => at > SETTLED_MS)).toEqual([]);
});

test('The engine allocates nothing in a period, its system calls included', async () => {
  await buildOpus();
  // A young generation that holds the whole run, so that no collection hides anything.
  const probe = join(import.meta.dirname, 'engine-allocation-probe.ts');
  const output = execFileSync(process.execPath, ['--min-semi-space-size=64', probe], { encoding: 'utf8' });
  const { bytesPerPeriod, received } = JSON.parse(output);
  expect(received).toBeGreaterThan(50_000);
  // The measurement itself takes a few kB for 20000 periods; one boxed number a period would be 12 bytes.
  expect(bytesPerPeriod).toBeGreaterThanOrEqual(0);
  expect(bytesPerPeriod).toBeLessThan(1);
});
