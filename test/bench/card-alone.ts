/** What the test card itself costs whoever opens it: a C program that only gives back what it captures (test/testcard/probe.c). */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadCpuSeconds, withPeers } from '../peers/processes.ts';
import { until } from '../peers/wait.ts';
import { compileC } from '../testcard/build.ts';
import { type Frames, openCard } from './sound.ts';

/** CPU seconds a second of the thread that serves the card, at two periods of `frames`. */
export function cardCpu(frames: Frames, seconds: number): Promise<number> {
  return withPeers(`bench-card-${frames}`, async (peers) => {
    const { card, env } = openCard(peers);
    const source = join(import.meta.dirname, '../testcard/probe.c');
    const program = compileC(source, 'probe', ['-lasound', '-lpthread']);
    const args = [card.name, 'S32_LE', 2, frames, 2, seconds + 3].map(String);
    const probe = peers.start('probe', 'chrt', ['-f', '80', program, ...args], env);
    await until('a running card', () => card.status('playback').running);
    // Its other thread, a watch on the machine, is none of the card's business.
    const used = () => threadCpuSeconds(probe.pid).find(({ tid }) => tid === probe.pid)?.seconds ?? Number.NaN;
    await sleep(500);
    const before = used();
    const begunMs = performance.now();
    await sleep(seconds * 1000);
    return (used() - before) / ((performance.now() - begunMs) / 1000);
  });
}
