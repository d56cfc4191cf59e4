/** The files of the page (build/page), read and compressed once; browsers keep them by their hash. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Null: it would not get smaller. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const MAX_FILES = 100;

/** By path from "/" on; the index stands at "/", too. No other path exists. An absent folder has no files. */
export async function loadStaticFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  for (const name of listFiles(folder).slice(0, MAX_FILES)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const zipped = new Uint8Array(await promisify(gzip)(bytes, { level: 9 }));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    files.set(`/${name}`, { type, etag, bytes, gzipped: zipped.length < bytes.length ? zipped : null });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch {
    return [];
  }
}

/** The answer to a GET of the file. */
export function staticResponse(file: StaticFile, request: Headers): Response {
  const headers: Record<string, string> = { ETag: file.etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
  if (request.get('if-none-match')?.includes(file.etag) === true) return new Response(null, { status: 304, headers });
  headers['Content-Type'] = file.type;
  const zip = file.gzipped !== null && /\bgzip\b/.test(request.get('accept-encoding') ?? '');
  if (zip) headers['Content-Encoding'] = 'gzip';
  return new Response(zip ? file.gzipped : file.bytes, { headers });
}
