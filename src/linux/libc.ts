/** The C library, opened once per thread; every other module of this folder declares its own functions on it. */
import koffi from 'koffi';

export const libc = koffi.load('libc.so.6');

/** The errno values that this program tells apart (Linux, the same on x64 and arm64). */
export const errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  EPIPE: 32,
  ENOSYS: 38,
  EBADFD: 77,
  ESTRPIPE: 86,
  EADDRINUSE: 98,
} as const;

const strerror = libc.func('const char *strerror(int)');

/** The C library's words for an errno value, for logs and error screens. */
export function errorText(code: number): string {
  return String(strerror(code));
}

/** The errno of the last failed call of this thread. */
export function lastErrno(): number {
  return koffi.errno();
}

/**
 * The memory address of a typed array, to be handed to C again and again without cost. The array has to live
 * outside of V8's moving heap: a SharedArrayBuffer, WebAssembly memory or more than 64 bytes.
 */
export function addressOf(view: ArrayBufferView): bigint {
  return koffi.address(view);
}
