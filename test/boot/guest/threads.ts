/** Every thread of the box as the scheduler sees it (proc(5): /proc/PID/task/TID/stat and status). */
import { readdirSync, readFileSync } from 'node:fs';

export interface ThreadSeen {
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  readonly name: string;
  readonly isKernel: boolean;
  /** sched(7): 0 other, 1 FIFO, 2 RR, 3 batch, 5 idle, 6 deadline. */
  readonly policy: number;
  /** 1…99; 0 = not real-time. */
  readonly priority: number;
  /** Where it ran last. */
  readonly core: number;
  /** Where it may run: "0-2", "3". */
  readonly allowed: string;
}

const PF_KTHREAD = 0x0020_0000;

/** Threads that end meanwhile are left out. */
export function readThreads(root = '/proc'): readonly ThreadSeen[] {
  return numbersIn(root).flatMap((pid) => {
    const process = stat(`${root}/${pid}/stat`)?.name ?? '';
    return numbersIn(`${root}/${pid}/task`).flatMap((tid) => {
      const folder = `${root}/${pid}/task/${tid}`;
      const found = stat(`${folder}/stat`);
      const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(text(`${folder}/status`))?.[1];
      return found === undefined || allowed === undefined ? [] : [{ pid, tid, process, allowed, ...found }];
    });
  });
}

function stat(path: string): Omit<ThreadSeen, 'pid' | 'tid' | 'process' | 'allowed'> | undefined {
  const line = text(path);
  // The second field, the name in brackets, may hold blanks: count from its end, which is before field 3.
  const end = line.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = line
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const field = (number: number) => fields[number - 3] ?? 0;
  return {
    name: line.slice(line.indexOf('(') + 1, end),
    isKernel: (field(9) & PF_KTHREAD) !== 0,
    core: field(39),
    priority: field(40),
    policy: field(41),
  };
}

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
