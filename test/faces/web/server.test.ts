/** The page server by real requests on loopback: who may, what is refused, what is told. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_WRONG } from '../../../src/app/phones/tries.ts';
import { MAX_BODY_BYTES } from '../../../src/faces/web/server.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { musician, playingBox } from '../panel/scenes.ts';
import { cookieOf, openWeb, PIN, type WebRig } from './web-rig.ts';

let rig: WebRig;
const open = async (change?: Parameters<typeof openWeb>[0]) => {
  rig = await openWeb(change);
  return rig;
};
afterEach(() => rig.close());

const JSON_TYPE = { 'content-type': 'application/json' } as const;
const LEAVE = JSON.stringify({ type: 'leave' });

describe('pairing', () => {
  it('by the code on the panel; the cookie is out of the reach of scripts and other sites', async () => {
    await open();
    rig.phones.newCode();
    const { status, headers, json } = await rig.post('/api/pair', { code: rig.phones.access().pairingCode });
    expect([status, json]).toEqual([200, { role: 'player' }]);
    const cookie = headers['set-cookie']![0]!;
    expect(cookie).toMatch(/^jambox=[\w-]{43}; /);
    for (const word of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(word);
    expect(cookie).not.toMatch(/domain/i);
  });

  it('nobody else gets anything that is the box’s', async () => {
    await open();
    for (const path of ['/api/state', '/api/events', '/api/diagnostics']) {
      expect((await rig.ask({ path })).status, path).toBe(401);
    }
    for (const path of ['/api/actions', '/api/unpair']) {
      expect((await rig.post(path, { type: 'leave' })).status, path).toBe(401);
    }
    expect((await rig.ask({ path: '/api/me' })).json).toEqual({
      api: 1,
      role: 'nobody',
      hostName: 'box',
      hasPin: true,
      menuLocked: false,
    });
    expect(rig.events).toEqual([]);
  });

  it('says what is wrong: no code shown, a wrong one, a pause', async () => {
    await open();
    expect((await rig.post('/api/pair', { code: '000000' })).json).toEqual({ error: 'no-code' });
    rig.phones.newCode();
    const wrong = rig.phones.access().pairingCode === '000000' ? '000001' : '000000';
    for (let n = 0; n < MAX_WRONG; n++) {
      expect(await rig.post('/api/pair', { code: wrong })).toMatchObject({ status: 401, json: { error: 'wrong' } });
    }
    expect(await rig.post('/api/pair', { code: wrong })).toMatchObject({
      status: 429,
      json: { error: 'pause', waitMs: 60_000 },
    });
  });

  it('a thousand guesses at once are five tries', async () => {
    await open();
    rig.phones.newCode();
    const code = rig.phones.access().pairingCode!;
    const guesses = Array.from({ length: 1000 }, (_, n) => `${n}`.padStart(6, '0')).filter((guess) => guess !== code);
    const statuses: number[] = [];
    for (let n = 0; n < guesses.length; n += 50) {
      const some = await Promise.all(guesses.slice(n, n + 50).map((guess) => rig.post('/api/pair', { code: guess })));
      statuses.push(...some.map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(MAX_WRONG);
    expect(statuses.every((status) => status === 401 || status === 429)).toBe(true);
    expect((await rig.post('/api/pair', { code })).status).toBe(429);
  });

  it('a stolen cookie is worth nothing once the phones are forgotten, and whoever watches is sent away', async () => {
    await open();
    const cookie = await rig.pair();
    expect((await rig.ask({ path: '/api/state', headers: { cookie } })).status).toBe(200);
    const watch = await rig.watch(cookie);
    const ended = new Promise((resolve) => watch.response.once('close', resolve));
    rig.phones.forgetAll();
    rig.watchers.dropAll();
    await ended;
    expect((await rig.ask({ path: '/api/state', headers: { cookie } })).status).toBe(401);
    expect((await rig.watch(cookie)).status).toBe(401);
  });

  it('a phone can ask to be forgotten', async () => {
    await open();
    const [cookie, other] = [await rig.pair(), await rig.pair()];
    expect((await rig.post('/api/unpair', {}, cookie)).headers['set-cookie']![0]).toContain('Max-Age=0');
    expect((await rig.ask({ path: '/api/state', headers: { cookie } })).status).toBe(401);
    expect((await rig.ask({ path: '/api/state', headers: { cookie: other } })).status).toBe(200);
  });

  it('the PIN makes an installer', async () => {
    await open();
    expect((await rig.post('/api/pair', { pin: PIN })).json).toEqual({ role: 'installer' });
  });
});

describe('other sites', () => {
  it('a name that is not the box’s own gets nothing at all, known or not (DNS rebinding)', async () => {
    await open();
    const cookie = await rig.pair();
    for (const path of ['/', '/api/me', '/api/state', '/api/openapi.json']) {
      for (const host of ['evil.example', `evil.example:${rig.port}`, '8.8.8.8']) {
        expect((await rig.ask({ path, headers: { host, cookie } })).status, `${host} ${path}`).toBe(403);
      }
    }
    for (const host of ['jambox-7f3a', 'jambox-7f3a.local', 'localhost', '192.168.1.7', '[::1]']) {
      expect((await rig.ask({ path: '/api/state', headers: { host, cookie } })).status, host).toBe(200);
    }
  });

  it('a post from another origin does nothing, even with the cookie', async () => {
    await open();
    const cookie = await rig.pair();
    const host = 'jambox-7f3a.local';
    const bad: readonly Readonly<Record<string, string>>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of bad) {
      const answer = await rig.ask({
        method: 'POST',
        path: '/api/actions',
        headers: { host, cookie, ...JSON_TYPE, ...headers },
        body: LEAVE,
      });
      expect(answer.status).toBe(403);
    }
    expect(rig.events).toEqual([]);
    const own = { host, cookie, origin: `http://${host}`, 'sec-fetch-site': 'same-origin', ...JSON_TYPE };
    expect((await rig.ask({ method: 'POST', path: '/api/actions', headers: own, body: LEAVE })).status).toBe(200);
  });

  it('what a form can send is refused', async () => {
    await open();
    const cookie = await rig.pair();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const headers: Record<string, string> = { cookie, 'content-type': type };
      const { status } = await rig.ask({ method: 'POST', path: '/api/actions', headers, body: LEAVE });
      expect(status).toBe(415);
    }
    expect(rig.events).toEqual([]);
  });

  it('every answer forbids scripts of others, frames and guessing of types', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    await open({ folder, metrics: true });
    const cookie = await rig.pair();
    for (const path of ['/', '/index.html', '/nothing', '/api/me', '/api/state', '/metrics', '/api/nothing']) {
      const { headers } = await rig.ask({ path, headers: { cookie } });
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy'], path).not.toContain('unsafe');
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('no-referrer');
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
    }
    const watch = await rig.watch(cookie);
    expect(watch.response.headers['content-security-policy']).toContain("default-src 'none'");
    watch.close();
  });
});

describe('actions', () => {
  it('become the events of buttons', async () => {
    await open();
    const cookie = await rig.pair();
    expect((await rig.post('/api/actions', { type: 'mute', on: true }, cookie)).json).toEqual({ ok: true });
    expect(rig.events).toEqual([{ type: 'mutePressed' }]);
    expect(await rig.post('/api/actions', { type: 'licence', ok: true }, cookie)).toMatchObject({
      status: 409,
      json: { error: 'not-now' },
    });
  });

  it('bodies that are none, too long, or endless are refused', async () => {
    await open();
    const cookie = await rig.pair();
    const headers = { cookie, ...JSON_TYPE };
    const send = (body: string | Uint8Array, more: Readonly<Record<string, string>> = {}) =>
      rig.ask({ method: 'POST', path: '/api/actions', headers: { ...headers, ...more }, body });
    for (const body of ['', '{', 'null', '[]', '"leave"', '{"type":"leave"', new Uint8Array([0xff, 0xfe, 0])]) {
      expect((await send(body)).status).toBe(400);
    }
    const long = JSON.stringify({ type: 'chat', text: 'x'.repeat(MAX_BODY_BYTES) });
    expect((await send(long)).status).toBe(413);
    expect((await send(long, { 'transfer-encoding': 'chunked' })).status).toBe(413);
    expect((await send(`${'['.repeat(4000)}`)).status).toBe(400);
    expect(rig.events).toEqual([]);
  });

  it('whatever JSON comes, the server answers and does nothing', async () => {
    await open();
    const cookie = await rig.pair();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        rig.nowMs += 1000;
        const { status } = await rig.post('/api/actions', value, cookie);
        expect([400, 413]).toContain(status);
      }),
      { numRuns: 60 },
    );
    expect(rig.events).toEqual([]);
  });

  it('too many are refused, and later ones are not', async () => {
    await open();
    const cookie = await rig.pair();
    const statuses: number[] = [];
    for (let n = 0; n < 200; n++) statuses.push((await rig.post('/api/actions', { type: 'resetClip' }, cookie)).status);
    expect(statuses).toContain(429);
    rig.nowMs += 5000;
    expect((await rig.post('/api/actions', { type: 'resetClip' }, cookie)).status).toBe(200);
  });

  it('what is no HTTP at all ends the connection and nothing else', async () => {
    await open();
    await new Promise<void>((resolve) => {
      const socket = connect(rig.port, '127.0.0.1', () => socket.write(`\0\0\0 rubbish ${'x'.repeat(20_000)}\r\n\r\n`));
      socket.on('data', () => undefined);
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    expect((await rig.ask({ path: '/api/me' })).status).toBe(200);
  });
});

describe('watching', () => {
  it('the state first, then what has changed', async () => {
    await open();
    const watch = await rig.watch(await rig.pair(), 'meters,history');
    await watch.until(() => watch.events.some(({ event }) => event === 'history'));
    expect(watch.events[0]!.event).toBe('state');
    expect(watch.state()['link']).toMatchObject({ kind: 'connected' });
    rig.box = playingBox({ pingMs: 123 });
    rig.watchers.changed();
    await watch.until(() => JSON.stringify(watch.state()['delay']).includes('"pingMs":123'));
    watch.close();
  });

  it('hostile names arrive as they are, as text in JSON', async () => {
    await open();
    const name = '</script>\n\ndata: x';
    rig.box = playingBox({ people: [musician(1, name)] });
    const watch = await rig.watch(await rig.pair());
    await watch.until(() => watch.events.length > 0);
    expect(watch.state()['people']).toMatchObject([{ name }]);
    watch.close();
  });

  it('without a cookie only where the owner allows it, and then without people', async () => {
    await open({ openStatus: true });
    expect((await rig.ask({ path: '/api/me' })).json).toMatchObject({ role: 'watcher' });
    const watch = await rig.watch(null, 'meters,servers,history');
    await watch.until(() => watch.events.length > 0);
    expect(watch.state()['people']).toEqual([]);
    expect((await rig.post('/api/actions', { type: 'leave' })).status).toBe(401);
    expect((await rig.ask({ path: '/api/diagnostics' })).status).toBe(401);
    watch.close();
  });

  it('a hundred phones at once, of which half go without a word', async () => {
    await open();
    const cookie = await rig.pair();
    const watches = await Promise.all(Array.from({ length: 100 }, () => rig.watch(cookie, 'meters')));
    expect(rig.watchers.count()).toBe(100);
    for (const watch of watches.slice(0, 50)) watch.response.socket.destroy();
    rig.box = playingBox({ pingMs: 77 });
    rig.watchers.changed();
    const rest = watches.slice(50);
    await Promise.all(
      rest.map((watch) => watch.until(() => JSON.stringify(watch.state()['delay'])?.includes('"pingMs":77') === true)),
    );
    expect(rig.watchers.count()).toBe(50);
    for (const watch of rest) watch.close();
  });
});

describe('files', () => {
  it('are compressed, known by their hash, and nothing outside the folder is one', async () => {
    const folder = temporaryFolder();
    const script = 'let x;\n'.repeat(1000);
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'app.js'), script);
    writeFileSync(join(folder, 'secret.key'), 'no');
    await open({ folder });
    const plain = await rig.ask({ path: '/app.js' });
    expect([plain.status, plain.text, plain.headers['content-type']]).toEqual([
      200,
      script,
      'text/javascript; charset=utf-8',
    ]);
    const { headers } = await rig.ask({ path: '/app.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect(headers['content-encoding']).toBe('gzip');
    expect(Number(headers['content-length'] ?? 0)).toBeLessThan(script.length / 5);
    const again = await rig.ask({ path: '/app.js', headers: { 'if-none-match': plain.headers.etag! } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await rig.ask({ path: '/' })).text).toBe('<!doctype html>');
    for (const path of [
      '/secret.key',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '//app.js',
      '/app.js/',
    ]) {
      expect((await rig.ask({ path })).status, path).toBe(404);
    }
  });

  it('metrics are there only if switched on', async () => {
    await open();
    expect((await rig.ask({ path: '/metrics' })).status).toBe(404);
    rig.close();
    await open({ metrics: true });
    expect((await rig.ask({ path: '/metrics' })).text).toContain('jambox_up 1');
  });

  it('a made-up cookie is nobody’s', async () => {
    await open();
    for (const token of ['', 'x', 'a'.repeat(43), '%', '"', rig.phones.access().phones[0]?.hash ?? 'b'.repeat(64)]) {
      expect((await rig.ask({ path: '/api/state', headers: { cookie: cookieOf(token) } })).status).toBe(401);
    }
  });
});
