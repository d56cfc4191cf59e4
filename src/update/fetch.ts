/** The update agent's way to the owner's server: it asks the fetcher, which is another user, through a socket of systemd's. */
import { createWriteStream } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { decodeFrames } from './frames.ts';

export interface FetchError {
  readonly error: string;
}

/** As in jambox-fetch.socket. */
export const FETCH_SOCKET = '/run/jambox/fetch.sock';
const MAX_TEXT_BYTES = 16 * 1024;
/** The fetcher itself gives up after 30 s. */
const SILENCE_MS = 60_000;

/** @param socket path of the fetcher's socket */
export async function fetchText(socket: string, url: string): Promise<string | FetchError> {
  return await attempt(() => text(received(socket, url, MAX_TEXT_BYTES)));
}

/** @param onProgress is told 0…1, where the server says how long the file is. */
export async function fetchFile(
  socket: string,
  url: string,
  path: string,
  maxBytes: number,
  onProgress: (fraction: number) => void,
): Promise<true | FetchError> {
  return await attempt<true>(async () => {
    await pipeline(received(socket, url, maxBytes, onProgress), createWriteStream(path, { mode: 0o600 }));
    return true;
  });
}

async function attempt<T>(fetch: () => Promise<T>): Promise<T | FetchError> {
  try {
    return await fetch();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.message };
  }
}

/** What has come is counted here once more: the fetcher is nobody to rely on. */
async function* received(
  path: string,
  url: string,
  maxBytes: number,
  onProgress: (fraction: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const socket = connect(path);
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the fetcher is silent')));
  try {
    socket.write(`${JSON.stringify({ url, maxBytes })}\n`);
    let length = 0;
    let bytes = 0;
    for await (const frame of decodeFrames(socket)) {
      switch (frame.kind) {
        case 'length':
          length = frame.bytes;
          break;
        case 'data':
          bytes += frame.data.length;
          if (bytes > maxBytes) throw new Error('longer than it may be');
          if (length > 0) onProgress(Math.min(1, bytes / length));
          yield frame.data;
          break;
        case 'error':
          throw new Error(frame.error);
        case 'end':
          return;
      }
    }
    throw new Error('the connection broke off');
  } finally {
    socket.destroy();
  }
}
