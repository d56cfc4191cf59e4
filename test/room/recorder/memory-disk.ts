/**
 * A disk in memory for the recorder, with an operation log: it can be full, slow or refuse long files, and be played back
 * to any byte of any write to see what a power cut leaves there.
 */
import type { FileFailure, RecorderFiles } from '../../../src/room/recorder/recorder-files.ts';

export type Operation =
  | { readonly kind: 'folder' | 'create' | 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'write'; readonly inode: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly inode: number; readonly length: number }
  | { readonly kind: 'sync'; readonly inode: number };

export class MemoryDisk implements RecorderFiles {
  readonly log: Operation[] = [];
  readonly folders: Set<string>;
  readonly names: Map<string, number>;
  readonly contents: Uint8Array[];
  readonly #descriptors = new Map<number, number>();
  #nextDescriptor = 3;
  /** Bytes that still fit. */
  free = 1e12;
  maxFileBytes = Number.POSITIVE_INFINITY;
  /** Called with the bytes of each write, and 0 for a sync: a slow disk lets time pass there. */
  delay: (bytes: number) => void = () => {};
  /** Operations that fail. */
  readonly failing = new Set<keyof RecorderFiles>();

  constructor(folders: Iterable<string> = [], files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.folders = new Set(folders);
    this.names = new Map([...files.keys()].map((name, inode) => [name, inode]));
    this.contents = [...files.values()].map((content) => content.slice());
  }

  content(path: string): Uint8Array | undefined {
    const inode = this.names.get(path);
    return inode === undefined ? undefined : this.contents[inode];
  }

  text(path: string): string | undefined {
    const content = this.content(path);
    return content === undefined ? undefined : new TextDecoder().decode(content);
  }

  /** Names of all files, without their folders. */
  fileNames(): string[] {
    return [...this.names.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)).sort();
  }

  openDescriptors(): number {
    return this.#descriptors.size;
  }

  makeFolder(path: string, parents: boolean): true | FileFailure {
    if (this.failing.has('makeFolder')) return failure('other');
    if (this.folders.has(path)) return parents ? true : failure('exists');
    this.folders.add(path);
    this.log.push({ kind: 'folder', path });
    return true;
  }

  create(path: string): number | FileFailure {
    if (this.failing.has('create')) return failure('other');
    if (this.names.has(path)) return failure('exists');
    this.contents.push(new Uint8Array());
    this.names.set(path, this.contents.length - 1);
    this.log.push({ kind: 'create', path });
    return this.#descriptor(this.contents.length - 1);
  }

  open(path: string): number | FileFailure {
    const inode = this.names.get(path);
    return inode === undefined ? failure('missing') : this.#descriptor(inode);
  }

  write(fd: number, bytes: Uint8Array, at: number): true | FileFailure {
    const inode = this.#inode(fd);
    const length = this.contents[inode]!.length;
    this.delay(bytes.length);
    if (this.failing.has('write')) return failure('other');
    if (at + bytes.length > this.maxFileBytes) return failure('too-big');
    const wanted = Math.max(0, at + bytes.length - length);
    // A full disk takes what it can.
    const part = bytes.slice(0, bytes.length - Math.max(0, wanted - this.free));
    this.free -= Math.min(wanted, this.free);
    this.contents[inode] = written(this.contents[inode]!, part, at);
    this.log.push({ kind: 'write', inode, at, bytes: part });
    return part.length === bytes.length ? true : failure('full');
  }

  truncate(fd: number, length: number): true | FileFailure {
    const inode = this.#inode(fd);
    this.contents[inode] = resized(this.contents[inode]!, length);
    this.log.push({ kind: 'truncate', inode, length });
    return true;
  }

  sync(fd: number): true | FileFailure {
    this.delay(0);
    if (this.failing.has('sync')) return failure('other');
    this.log.push({ kind: 'sync', inode: this.#inode(fd) });
    return true;
  }

  close(fd: number): true {
    if (!this.#descriptors.delete(fd)) throw new Error('closed twice');
    return true;
  }

  rename(from: string, to: string): true | FileFailure {
    const inode = this.names.get(from);
    if (inode === undefined) return failure('missing');
    this.names.delete(from);
    this.names.set(to, inode);
    this.log.push({ kind: 'rename', from, to });
    return true;
  }

  remove(path: string): true | FileFailure {
    if (!this.names.delete(path)) return failure('missing');
    this.log.push({ kind: 'remove', path });
    return true;
  }

  syncFolder(): true {
    return true;
  }

  freeBytes(): number | FileFailure {
    return this.failing.has('freeBytes') ? failure('missing') : this.free;
  }

  list(path: string): string[] | FileFailure {
    if (!this.folders.has(path)) return failure('missing');
    const inside = [...this.names.keys(), ...this.folders].filter((name) => name.startsWith(`${path}/`));
    return inside.map((name) => name.slice(path.length + 1)).filter((name) => !name.includes('/'));
  }

  read(path: string): Uint8Array | FileFailure {
    return this.content(path) ?? failure('missing');
  }

  size(fd: number): number {
    return this.contents[this.#inode(fd)]!.length;
  }

  #descriptor(inode: number): number {
    this.#descriptors.set(this.#nextDescriptor, inode);
    return this.#nextDescriptor++;
  }

  #inode(fd: number): number {
    const inode = this.#descriptors.get(fd);
    if (inode === undefined) throw new Error('not open');
    return inode;
  }
}

function failure(reason: FileFailure['reason']): FileFailure {
  return { reason, because: `test: ${reason}` };
}

export function written(content: Uint8Array, bytes: Uint8Array, at: number): Uint8Array {
  const grown = resized(content, Math.max(content.length, at + bytes.length));
  grown.set(bytes, at);
  return grown;
}

export function resized(content: Uint8Array, length: number): Uint8Array {
  const grown = new Uint8Array(length);
  grown.set(content.subarray(0, length));
  return grown;
}
