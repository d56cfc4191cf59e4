/** A thread that asks for real-time rights and tells what it got, and which cores the kernel lets it use. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { requestRealtime } from '../../src/linux/scheduling.ts';

const { priority, core } = workerData as { priority: number; core: number | undefined };
const grant = requestRealtime(priority, core);
const status = readFileSync(`/proc/self/task/${grant.threadId}/status`, 'utf8');
// Field 41 of stat(5) is the scheduling policy; the command before it may hold spaces.
const policy = readFileSync(`/proc/self/task/${grant.threadId}/stat`, 'utf8').split(') ')[1]?.split(' ')[38];
parentPort?.postMessage({ grant, cores: /Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1], policy: Number(policy) });
