import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { SchedulingGrant } from '../../src/linux/scheduling.ts';

interface Told {
  readonly grant: SchedulingGrant;
  readonly cores: string;
  readonly policy: number;
}

async function ask(priority: number, core: number | undefined): Promise<Told> {
  const worker = new Worker(new URL('./scheduling-worker.ts', import.meta.url), { workerData: { priority, core } });
  const [told] = await once(worker, 'message');
  await worker.terminate();
  return told as Told;
}

function ownCores(): string | undefined {
  return /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
}

const SCHED_FIFO = 1;

test('A thread is pinned alone: the process keeps its cores', async () => {
  const before = ownCores();
  const core = Number(/^\d+/.exec(before ?? '')?.[0]);
  const { grant, cores } = await ask(1, core);
  expect(grant.core).toEqual({ core });
  expect(cores).toBe(`${core}`);
  expect(ownCores()).toBe(before);
});

test('What the grant says about priority is what the kernel does', async () => {
  const { grant, policy } = await ask(1, undefined);
  expect(grant.core).toBeUndefined();
  if ('priority' in grant.fifo) expect(grant.fifo.priority).toBe(1);
  expect(policy === SCHED_FIFO).toBe('priority' in grant.fifo);
});

test('What cannot be granted is refused in words, and the thread goes on', async () => {
  const { grant, policy } = await ask(1000, 100_000);
  expect(grant.fifo).toEqual({ refused: expect.stringMatching(/\w/) });
  expect(grant.core).toEqual({ refused: 'there is no core 100000' });
  expect(policy).not.toBe(SCHED_FIFO);
  expect((await ask(1, 1000)).grant.core).toEqual({ refused: expect.stringMatching(/\w/) });
});
