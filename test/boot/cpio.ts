/** Archives for an initramfs: cpio, format "newc" (kernel documentation, early-userspace/buffer-format). */

export interface ArchiveFile {
  /** Without a leading slash; directories on the way are made. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

const DIRECTORY = 0o040755;
const FILE = 0o100644;
const EXECUTABLE = 0o100755;

/** One archive; it may follow another one that begins on a boundary of four bytes. */
export function makeArchive(files: readonly ArchiveFile[]): Buffer {
  const directories = new Set(files.flatMap(({ path }) => parents(path)));
  const entries = [
    ...[...directories].sort().map((path) => ({ path, mode: DIRECTORY, content: new Uint8Array(0) })),
    ...files.map(({ path, content, executable }) => ({ path, content, mode: executable === true ? EXECUTABLE : FILE })),
    { path: 'TRAILER!!!', mode: 0, content: new Uint8Array(0) },
  ];
  return Buffer.concat(entries.map(({ path, mode, content }, index) => entry(index + 1, path, mode, content)));
}

/** `archive` with `next` behind it. */
export function appendArchive(archive: Buffer, next: Buffer): Buffer {
  return Buffer.concat([archive, Buffer.alloc(-archive.length & 3), next]);
}

function parents(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function entry(inode: number, path: string, mode: number, content: Uint8Array): Buffer {
  const name = Buffer.from(`${path}\0`);
  const links = mode === DIRECTORY ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([pad(Buffer.concat([header, name])), pad(Buffer.from(content))]);
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
