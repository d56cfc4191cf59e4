/** The update agent, the fetcher as systemd starts it, and a server of the owner's. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createWebServer, type Server as WebServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchText } from '../../src/update/fetch.ts';
import { decodeFrames, encodeFrame, type Frame } from '../../src/update/frames.ts';
import { type Machine, machine, REPOSITORY } from './machine.ts';

const NEW = '0.2.0+20261124.abc1234';
const FETCHER = join(REPOSITORY, 'src/update/fetcher.ts');
const bundle = (version: string) => JSON.stringify({ compatible: 'jambox-pi-arm64', version });

let box: Machine;
let fetchers: Server | undefined;
beforeEach(() => {
  box = machine();
  box.script('update-boot');
  box.program('rauc', 'case $1 in info) for last; do :; done; cat "$last" ;; install) echo "100% done" ;; esac');
});
afterEach(async () => {
  await new Promise<unknown>((resolve) => (fetchers === undefined ? resolve(undefined) : fetchers.close(resolve)));
  fetchers = undefined;
  box.remove();
});

/** jambox-fetch.socket and jambox-fetch@.service: a process a connection, which is its descriptor 0. */
async function listen(path: string, certificate: string): Promise<void> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
  fetchers = createServer({ pauseOnConnect: true }, (socket) => {
    const fetcher = spawn(process.execPath, [FETCHER], { stdio: [socket, 'ignore', 'inherit'], env });
    fetcher.on('spawn', () => socket.destroy());
  });
  await new Promise<void>((resolve) => fetchers?.listen(path, resolve));
}

/** Each fetcher is a process that has to start, on a machine that may have other work. */
const PATIENT = { timeout: 60_000 };

describe("the owner's server", PATIENT, () => {
  const folder = machine();
  let server: WebServer;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const asked: IncomingMessage[] = [];
  const [key, cert] = [folder.at('server.key'), folder.at('server.crt')];
  const address = () => `https://localhost:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', key, '-out', cert],
      {
        stdio: 'ignore',
      },
    );
    server = createWebServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
  afterAll(() => {
    server.close();
    folder.remove();
  });
  beforeEach(async () => {
    asked.length = 0;
    await listen(box.at('run/jambox/fetch.sock'), cert);
    box.write('boot/firmware/box.toml', `[update]\nurl = "${address()}/boxes/latest.json"\n`);
    serve({ '/boxes/latest.json': JSON.stringify({ version: NEW, bundle: 'b.raucb' }), '/boxes/b.raucb': bundle(NEW) });
  });

  /** Somebody switches it on, and systemd does what the agent asks of it. */
  async function checkOn(): Promise<boolean> {
    expect(await box.agent('check-on')).toBe(true);
    expect(box.calls().at(-1)).toBe('systemctl --no-block start jambox-update-check.service');
    return await box.agent('check');
  }

  function serve(files: Readonly<Record<string, string>>): void {
    answer = ({ url = '' }, response) => {
      response.statusCode = files[url] === undefined ? 404 : 200;
      response.end(files[url] ?? '');
    };
  }

  it('is not asked before somebody has switched it on', async () => {
    expect(await box.agent('check')).toBe(true);
    expect(asked).toEqual([]);
    expect(await checkOn()).toBe(true);
    expect(asked).toHaveLength(1);
    expect(box.report()).toEqual({ kind: 'available', version: NEW, check: true });
    expect(await box.agent('check-off')).toBe(true);
    expect(box.report()).toMatchObject({ check: false });
    expect(await box.agent('check')).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is told nothing about the box (privacy C9)', async () => {
    await checkOn();
    const [request] = asked;
    expect(request?.method).toBe('GET');
    expect(request?.url).toBe('/boxes/latest.json');
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(['connection', 'host']);
  });

  it('is asked for the file only when somebody installs', async () => {
    await checkOn();
    expect(asked.map(({ url }) => url)).toEqual(['/boxes/latest.json']);
    // What RAUC's post-install handler leaves behind.
    box.write('data/rauc/trial', `B ${NEW}\n`);
    expect(await box.agent('install')).toBe(true);
    expect(asked.map(({ url }) => url)).toEqual(['/boxes/latest.json', '/boxes/b.raucb']);
    expect(Object.keys(asked[1]?.headers ?? {}).sort()).toEqual(['connection', 'host']);
    expect(box.calls()).toContain(`rauc install ${box.at('data/rauc/download.raucb')}`);
    expect(box.read('data/rauc/download.raucb')).toBeUndefined();
    expect(box.report()).toEqual({ kind: 'restarting', check: true });
  });

  it('cannot bring an old version back', async () => {
    serve({ '/boxes/latest.json': JSON.stringify({ version: '0.0.9', bundle: 'b.raucb' }) });
    await checkOn();
    expect(box.report()).toEqual({ kind: 'none', check: true });
  });

  it.each([
    [
      'sends elsewhere without https',
      (_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(302, { location: 'http://localhost/latest.json' }).end();
      },
    ],
    [
      'sends round and round',
      ({ url }: IncomingMessage, response: ServerResponse) => {
        response.writeHead(302, { location: url }).end();
      },
    ],
    [
      'sends without end',
      (_: IncomingMessage, response: ServerResponse) => {
        response.write('x'.repeat(100_000));
      },
    ],
    ['sends nonsense', (_: IncomingMessage, response: ServerResponse) => response.end('<html>')],
    ['breaks off', (_: IncomingMessage, response: ServerResponse) => response.destroy()],
  ])('that %s changes nothing', async (_, answers) => {
    answer = answers;
    expect(await checkOn()).toBe(false);
    expect(box.report()).toEqual({ kind: 'none', check: true });
  });

  it('that has lost the file makes no half update', async () => {
    await checkOn();
    serve({});
    expect(await box.agent('install')).toBe(false);
    expect(box.report()).toEqual({ kind: 'undone', version: NEW, check: true });
  });

  it('comes after a stick', async () => {
    writeFileSync(box.at('stick.raucb'), bundle('0.1.5'));
    await box.agent('offer', box.at('stick.raucb'));
    await checkOn();
    expect(box.report()).toMatchObject({ kind: 'available', version: '0.1.5' });
  });
});

describe('the fetcher', PATIENT, () => {
  const path = () => box.at('run/jambox/fetch.sock');
  /** One that has been taken over. */
  async function answers(...bytes: readonly Uint8Array[]): Promise<unknown> {
    fetchers = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end(Buffer.concat(bytes)),
    );
    await new Promise<void>((resolve) => fetchers?.listen(path(), resolve));
    return await fetchText(path(), 'https://example.org/');
  }
  const data = (length: number) => encodeFrame({ kind: 'data', data: new Uint8Array(length) });
  const end = encodeFrame({ kind: 'end' });

  it('hands on what it gets', async () => {
    const text = { kind: 'data', data: Buffer.from('text') } as const;
    expect(await answers(encodeFrame({ kind: 'length', bytes: 4 }), encodeFrame(text), end)).toBe('text');
  });

  it.each([
    ['sends more than was asked for', [data(16 * 1024), data(1), end], 'longer than it may be'],
    ['stops in the middle', [data(10), data(10).subarray(0, 7)], 'the connection broke off'],
    ['says nothing', [], 'the connection broke off'],
    ['names a length that nobody has room for', [Uint8Array.of(0x44, 0xff, 0xff, 0xff, 0xff)], 'not a frame'],
    ['sends nonsense', [Buffer.from('HTTP/1.1 200 OK')], 'not a frame'],
    ['says why', [encodeFrame({ kind: 'error', error: `no\n\u001b[31m${'o'.repeat(300)}` })], /^no\?\?\[31mo{192}$/],
  ])('that %s makes no file and no trouble', async (_, bytes, error) => {
    expect(await answers(...bytes)).toEqual({ error: expect.stringMatching(error) });
  });

  it('that is not there is said', async () => {
    expect(await fetchText(path(), 'https://example.org/')).toEqual({ error: expect.stringContaining('ENOENT') });
  });

  it.each(['', '{}', '{"url":"https://example.org/","maxBytes":-1}', '[', '{"url":1,"maxBytes":1}'])(
    'refuses the request %j',
    async (request) => {
      await listen(path(), '/dev/null');
      const socket = connect(path());
      socket.write(`${request}\n`);
      const frames: Frame[] = [];
      for await (const frame of decodeFrames(socket)) frames.push(frame);
      expect(frames).toEqual([{ kind: 'error', error: 'no such request' }]);
    },
  );

  it.each(['http://localhost/', 'file:///etc/passwd', 'nonsense'])('does not fetch %s', async (url) => {
    await listen(path(), '/dev/null');
    expect(await fetchText(path(), url)).toEqual({ error: 'not an https address' });
  });
});
