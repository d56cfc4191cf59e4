/**
 * A room in a process of its own, for the bench. Arguments: port, record (0 or 1). At SIGUSR2 its statistics begin anew, at
 * SIGTERM it prints them as JSON. Recorded sound is read and thrown away: the writing is another process's, or thread's.
 */
import { readFileSync } from 'node:fs';
import { openTapReader } from '../../src/room/engine/recorder-tap.ts';
import { createRoom } from '../../src/room/room.ts';

const [port = 0, record = 0] = process.argv.slice(2).map(Number);
const room = createRoom({
  settings: {
    ...{ maxChannels: 60, frameSamples: 128, multithreading: false, delayPanning: false, ipv6: true, rawAudio: false },
    ...{ goodbyeOnClose: false, logging: false, licenceRequired: false, welcome: '', recorder: 'not-enabled' },
  },
  port,
  realtime: { priority: 80, core: undefined },
  wasm: new Uint8Array(readFileSync(new URL('../../build/opus.wasm', import.meta.url))),
  onEvent: () => undefined,
});
if ('error' in room) throw new Error(room.error);
const tap = openTapReader(room.thread.tap);
let recorded = 0;
if (record === 1) {
  room.ask((session, nowMs) => session.setRecorder('recording', nowMs));
  setInterval(() => {
    while (tap.read() !== undefined) recorded++;
  }, 50);
}
await room.running;
console.log('ready');
let missedBefore = 0;
process.on('SIGUSR2', () => {
  missedBefore = room.thread.counters().ticksMissed;
  room.thread.resetStatistics();
});
process.on('SIGTERM', async () => {
  const statistics = room.thread.statistics();
  const ticksMissed = room.thread.counters().ticksMissed - missedBefore;
  const residentBytes = process.memoryUsage.rss();
  await room.stop();
  console.log(JSON.stringify({ ...statistics, ticksMissed, recorded, lost: tap.lost(), residentBytes }));
  process.exit(0);
});
