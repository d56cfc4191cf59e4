/** Real-time priority and core pinning of the calling thread only (sched(7): pid 0 means this thread). */
import koffi from 'koffi';
import { errorText, lastErrno, libc } from './libc.ts';

const SCHED_FIFO = 1;
const PR_SET_TIMERSLACK = 29;

const schedSetscheduler = libc.func('int sched_setscheduler(int, int, void *)');
const schedSetaffinity = libc.func('int sched_setaffinity(int, size_t, void *)');
const gettid = libc.func('int gettid()');
const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');

/** What a thread asks of the kernel. */
export interface RealtimeRequest {
  /** Of SCHED_FIFO, 1...99. */
  readonly priority: number;
  /** Number of the core, from 0; undefined: any. */
  readonly core: number | undefined;
}

/** What the kernel granted to a thread; each refusal is the kernel's own words. */
export interface SchedulingGrant {
  readonly threadId: number;
  /** SCHED_FIFO priority, or why there is none. */
  readonly fifo: { readonly priority: number } | { readonly refused: string };
  /** The core the thread is pinned to, or why not; undefined when none was asked for. */
  readonly core: { readonly core: number } | { readonly refused: string } | undefined;
}

/**
 * Asks for SCHED_FIFO and, when `core` is given, for that core, for the calling thread.
 * Never throws: without the rights (RLIMIT_RTPRIO, CAP_SYS_NICE) the thread goes on as it is and the grant says so.
 * @param priority 1...99
 * @param core number of the core, from 0
 */
export function requestRealtime(priority: number, core: number | undefined): SchedulingGrant {
  const param = new Int32Array(32);
  param[0] = priority;
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  const fifo =
    schedSetscheduler(0, SCHED_FIFO, koffi.address(param)) === 0 ? { priority } : { refused: errorText(lastErrno()) };
  return { threadId: gettid(), fifo, core: core === undefined ? undefined : pin(core) };
}

function pin(core: number): { core: number } | { refused: string } {
  const mask = new Uint8Array(128);
  const index = core >> 3;
  if (core < 0 || index >= mask.length) return { refused: `there is no core ${core}` };
  mask[index] = 1 << (core & 7);
  return schedSetaffinity(0, mask.length, koffi.address(mask)) === 0 ? { core } : { refused: errorText(lastErrno()) };
}
