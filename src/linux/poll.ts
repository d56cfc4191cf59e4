/** Waiting until a file descriptor has something to read, without an allocation per call (period path). */
import { addressOf, libc } from './libc.ts';

const POLLIN = 1;

const cPoll = libc.func('int poll(void *, unsigned long, int)');

/** struct pollfd: {int fd, short events, short revents}, in memory that stays where it is. */
const entry = new Int32Array(32);
const entryAddress = addressOf(entry);

/** Blocks this thread until `fd` has something to read, or `timeoutMs` have passed. */
export function waitReadable(fd: number, timeoutMs: number): void {
  entry[0] = fd;
  entry[1] = POLLIN;
  cPoll(entryAddress, 1, timeoutMs);
}
