/**
 * Fetches from the owner's server, and says nothing about the box: a GET with nothing but the host's name in it
 * (privacy C9). HTTPS only, also after being sent elsewhere.
 */
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface FetchError {
  readonly error: string;
}

const MAX_REDIRECTS = 5;
const SILENCE_MS = 30_000;
const MAX_TEXT_BYTES = 16 * 1024;

export async function fetchText(url: string): Promise<string | FetchError> {
  return await attempt(url, async (response) => {
    if (tooLong(response, MAX_TEXT_BYTES)) return { error: 'too long' };
    return await text(limited(response, MAX_TEXT_BYTES));
  });
}

/** @param onProgress is told 0…1, where the server says how long the file is. */
export async function fetchFile(
  url: string,
  path: string,
  maxBytes: number,
  onProgress: (fraction: number) => void,
): Promise<true | FetchError> {
  return await attempt(url, async (response) => {
    if (tooLong(response, maxBytes)) return { error: 'the file is too large' };
    const length = Number(response.headers['content-length']) || 0;
    await pipeline(
      limited(response, maxBytes, (bytes) => length > 0 && onProgress(Math.min(1, bytes / length))),
      createWriteStream(path, { mode: 0o600 }),
    );
    return true;
  });
}

async function attempt<T>(
  url: string,
  take: (response: IncomingMessage) => Promise<T | FetchError>,
): Promise<T | FetchError> {
  try {
    let next = url;
    for (let turn = 0; turn <= MAX_REDIRECTS; turn++) {
      const response = await request(next);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return await take(response);
      response.destroy();
      if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
        return { error: `the server answers ${statusCode}` };
      }
      if (!URL.canParse(headers.location, next)) break;
      next = new URL(headers.location, next).href;
    }
    return { error: 'the server sends from one address to the next' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.message };
  }
}

function request(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (!url.startsWith('https:')) {
      reject(new Error('not an https address'));
      return;
    }
    const asked = get(url, { agent: false, timeout: SILENCE_MS }, resolve);
    asked.on('timeout', () => asked.destroy(new Error('the server is silent')));
    asked.on('error', reject);
  });
}

function tooLong({ headers }: IncomingMessage, maxBytes: number): boolean {
  return Number(headers['content-length'] ?? 0) > maxBytes;
}

async function* limited(
  response: IncomingMessage,
  maxBytes: number,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error('longer than it said');
    onBytes(bytes);
    yield chunk;
  }
}
