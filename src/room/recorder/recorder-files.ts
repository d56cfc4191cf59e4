/**
 * The file operations of the recorder, each by itself, so that a test can cut the power in between or fill the disk.
 * Nothing here throws; what failed is told in words without a path, for a path holds a player's name (privacy.md S1).
 * Folders are made 0700 and files 0600, new ones only, and no symbolic link is followed (S4).
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

export interface FileFailure {
  /** 'too-big': for this file system, e.g. 4 GiB on FAT. 'exists': the name is taken. */
  readonly reason: 'full' | 'too-big' | 'exists' | 'missing' | 'other';
  /** The end of a sentence: "because …". */
  readonly because: string;
}

export interface RecorderFiles {
  /** Also its parents, if `parents`; then it may exist. */
  makeFolder(path: string, parents: boolean): true | FileFailure;
  /** A descriptor for writing. */
  create(path: string): number | FileFailure;
  /** A descriptor for writing and reading of a file that exists. */
  open(path: string): number | FileFailure;
  /** All of `bytes` at position `at`. After a failure any part may be there. */
  write(fd: number, bytes: Uint8Array, at: number): true | FileFailure;
  truncate(fd: number, length: number): true | FileFailure;
  /** Content and length survive a power cut. */
  sync(fd: number): true | FileFailure;
  close(fd: number): true | FileFailure;
  rename(from: string, to: string): true | FileFailure;
  remove(path: string): true | FileFailure;
  /** Names in the folder survive a power cut. */
  syncFolder(path: string): true | FileFailure;
  /** What `write` may still fill on that file system. */
  freeBytes(path: string): number | FileFailure;
  /** Names in a folder. */
  list(path: string): readonly string[] | FileFailure;
  /** For short files: the first 16 MiB. */
  read(path: string): Uint8Array | FileFailure;
  size(fd: number): number | FileFailure;
}

export function isFailure<T>(result: T | FileFailure): result is FileFailure {
  return typeof result === 'object' && result !== null && 'because' in result;
}

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const MAX_READ_BYTES = 16 * 1024 * 1024;

export const diskFiles: RecorderFiles = {
  makeFolder: (path, parents) => attempt(() => void mkdirSync(path, { mode: FOLDER_MODE, recursive: parents })),
  create: (path) => attempted(() => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE)),
  open: (path) => attempted(() => openSync(path, O_RDWR | O_NOFOLLOW)),
  write: (fd, bytes, at) =>
    attempt(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
    }),
  truncate: (fd, length) => attempt(() => ftruncateSync(fd, length)),
  sync: (fd) => attempt(() => fdatasyncSync(fd)),
  close: (fd) => attempt(() => closeSync(fd)),
  rename: (from, to) => attempt(() => renameSync(from, to)),
  remove: (path) => attempt(() => unlinkSync(path)),
  syncFolder: (path) => attempt(() => withFile(path, O_RDONLY, fsyncSync)),
  freeBytes: (path) =>
    attempted(() => {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    }),
  list: (path) => attempted(() => readdirSync(path)),
  read: (path) =>
    attempted(() =>
      withFile(path, O_RDONLY | O_NOFOLLOW, (fd) => {
        if (fstatSync(fd).size <= MAX_READ_BYTES) return readFileSync(fd);
        const bytes = new Uint8Array(MAX_READ_BYTES);
        return bytes.subarray(0, readSync(fd, bytes));
      }),
    ),
  size: (fd) => attempted(() => fstatSync(fd).size),
};

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function attempt(action: () => void): true | FileFailure {
  return attempted<true>(() => {
    action();
    return true;
  });
}

function attempted<T>(action: () => T): T | FileFailure {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return failureOf(String(error.code));
    throw error;
  }
}

function failureOf(code: string): FileFailure {
  switch (code) {
    case 'ENOSPC':
      return { reason: 'full', because: 'the disk is full' };
    case 'EDQUOT':
      return { reason: 'full', because: 'the disk quota is used up' };
    case 'EFBIG':
      return { reason: 'too-big', because: 'the disk takes no longer files' };
    case 'EEXIST':
      return { reason: 'exists', because: 'the name is taken' };
    case 'ENOENT':
      return { reason: 'missing', because: 'the folder is gone' };
    case 'EACCES':
    case 'EPERM':
      return { reason: 'other', because: 'writing there is not allowed' };
    case 'EROFS':
      return { reason: 'other', because: 'the disk is read-only' };
    case 'EIO':
      return { reason: 'other', because: 'the disk has an error' };
    default:
      return { reason: 'other', because: `the disk said ${code}` };
  }
}
