/**
 * A disk that loses its power: counts every byte written and every operation, stops at a chosen one, and then gives each
 * disk that may be found afterwards. What was not synced is anything between the old content and the new: nothing, a
 * part, or zeros of the right length. What was done to the directory since its last sync has happened or not, each
 * operation by itself.
 */
import type { Failed, StateFiles } from '../../src/settings/state-files.ts';

export class PowerCut extends Error {}

interface Inode {
  /** What a power cut can't take any more. */
  synced: Uint8Array;
  cached: Uint8Array;
}

type Entry = { readonly kind: 'create'; readonly name: string; readonly inode: Inode } | Rename;
type Rename = { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly inode: Inode };

export class PowerDisk implements StateFiles {
  /** The directory as it surely is. */
  #synced = new Map<string, Inode>();
  #current = new Map<string, Inode>();
  #pending: Entry[] = [];
  #step = 0;
  /** The step at which the power goes. */
  cutAt = Number.POSITIVE_INFINITY;
  /** Operations that fail without a power cut. */
  failing: ReadonlySet<keyof StateFiles> = new Set();

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    for (const [name, content] of files) this.#synced.set(name, { synced: content, cached: content });
    this.#current = new Map(this.#synced);
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#step;
  }

  content(name: string): Uint8Array | undefined {
    return this.#current.get(name)?.cached;
  }

  async read(name: string): Promise<Uint8Array | null | Failed> {
    if (this.failing.has('read')) return { error: 'read' };
    return this.#current.get(name)?.cached ?? null;
  }

  async write(name: string, bytes: Uint8Array): Promise<true | Failed> {
    this.#tick();
    let inode = this.#current.get(name);
    if (inode === undefined) {
      inode = { synced: new Uint8Array(), cached: new Uint8Array() };
      this.#current.set(name, inode);
      this.#pending.push({ kind: 'create', name, inode });
    }
    inode.cached = new Uint8Array();
    for (let length = 1; length <= bytes.length; length++) {
      this.#tick();
      inode.cached = bytes.subarray(0, length);
    }
    return this.failing.has('write') ? { error: 'write' } : true;
  }

  async sync(name: string): Promise<true | Failed> {
    this.#tick();
    if (this.failing.has('sync')) return { error: 'sync' };
    const inode = this.#current.get(name)!;
    inode.synced = inode.cached;
    return true;
  }

  async rename(from: string, to: string): Promise<true | Failed> {
    this.#tick();
    if (this.failing.has('rename')) return { error: 'rename' };
    const inode = this.#current.get(from)!;
    this.#pending.push({ kind: 'rename', from, to, inode });
    this.#current.delete(from);
    this.#current.set(to, inode);
    return true;
  }

  async syncDirectory(): Promise<true | Failed> {
    this.#tick();
    if (this.failing.has('syncDirectory')) return { error: 'syncDirectory' };
    this.#synced = new Map(this.#current);
    this.#pending = [];
    return true;
  }

  #tick(): void {
    if (this.#step === this.cutAt) throw new PowerCut();
    this.#step += 1;
  }

  /** Every disk that may be there when the power is back. */
  *afterwards(): Generator<ReadonlyMap<string, Uint8Array>> {
    const pending = this.#pending;
    for (let chosen = 0; chosen < 2 ** pending.length; chosen++) {
      const directory = new Map(this.#synced);
      for (const [index, entry] of pending.entries()) {
        if (((chosen >> index) & 1) === 0) continue;
        if (entry.kind === 'rename') {
          directory.delete(entry.from);
          directory.set(entry.to, entry.inode);
        } else directory.set(entry.name, entry.inode);
      }
      yield* contents([...directory]);
    }
  }
}

/** All combinations of what the files may hold. */
function* contents(files: readonly (readonly [string, Inode])[]): Generator<ReadonlyMap<string, Uint8Array>> {
  const [first, ...rest] = files;
  if (first === undefined) {
    yield new Map();
    return;
  }
  const [name, { synced, cached }] = first;
  const half = Math.floor(cached.length / 2);
  const choices =
    synced === cached
      ? [synced]
      : [synced, cached, cached.subarray(0, half), new Uint8Array(cached.length), new Uint8Array()];
  for (const others of contents(rest)) for (const content of choices) yield new Map([[name, content], ...others]);
}
