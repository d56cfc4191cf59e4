/**
 * Fetches from the owner's server, and says nothing about the box: a GET with nothing but the host's name in it
 * (privacy C9). HTTPS only, also after being sent elsewhere.
 */
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Frame } from './frames.ts';

const MAX_REDIRECTS = 5;
/** A download fails when nothing has come for this time. */
const SILENCE_MS = 30_000;

/** The file at `url`, or why it could not be had: the last frame is an end or an error. */
export async function* fetchFrames(url: string, maxBytes: number): AsyncGenerator<Frame> {
  try {
    const response = await follow(url);
    const length = Number(response.headers['content-length'] ?? 0);
    if (length > maxBytes) {
      response.destroy();
      throw new Error('the file is too large');
    }
    if (length > 0) yield { kind: 'length', bytes: length };
    let bytes = 0;
    for await (const data of response as AsyncIterable<Uint8Array>) {
      bytes += data.length;
      if (bytes > maxBytes) throw new Error('longer than it said');
      yield { kind: 'data', data };
    }
    yield { kind: 'end' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    yield { kind: 'error', error: error.message };
  }
}

async function follow(url: string): Promise<IncomingMessage> {
  let next = url;
  for (let turn = 0; turn <= MAX_REDIRECTS; turn++) {
    const response = await request(next);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
      throw new Error(`the server answers ${statusCode}`);
    }
    if (!URL.canParse(headers.location, next)) break;
    next = new URL(headers.location, next).href;
  }
  throw new Error('the server sends from one address to the next');
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
