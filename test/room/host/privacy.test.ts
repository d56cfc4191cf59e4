/** The promises of a room (privacy.md S1…S7), on the whole room: real sockets, threads, files, and the program itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/jamulus/frame.ts';
import { FEATURE } from '../../../src/jamulus/messages/clm-server-features.ts';
import { decodeMessage } from '../../../src/jamulus/messages/message.ts';
import { createHost, type Host } from '../../../src/room/host/host.ts';
import type { HostSettings } from '../../../src/room/host/host-types.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { joinRoom, type WireClient, wasm } from './wire-client.ts';

const PROGRAM = new URL('../../../src/main.ts', import.meta.url).pathname;
const RECORDINGS = 'recordings';

let folder: string;
let host: Host | undefined;
let clients: WireClient[] = [];
let program: ChildProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.leave().catch(() => undefined)));
  clients = [];
  await host?.stop();
  host = undefined;
  program?.kill('SIGKILL');
  program = undefined;
});

async function join2(options: Parameters<typeof joinRoom>[0]): Promise<WireClient> {
  const client = await joinRoom(options);
  clients.push(client);
  return client;
}

/** Not announced on the network, as practice rooms are not; the rest is that of a room. */
async function open(change: Partial<HostSettings['session']> = {}, more: Partial<HostSettings> = {}): Promise<Host> {
  const opened = await createHost({
    settings: {
      kind: 'room',
      place: { name: 'Test room', city: '', countryCode: 0 },
      port: 0,
      session: {
        ...{ maxChannels: 10, frameSamples: 128, multithreading: false, delayPanning: false, ipv6: false },
        ...{ rawAudio: true, goodbyeOnClose: true, logging: false, licenceRequired: false, welcome: '' },
        ...change,
      },
      recordings: join(folder, RECORDINGS),
      registerAt: null,
      directory: null,
      routeHost: null,
      realtime: undefined,
      ...more,
    },
    wasm,
    onChange: () => undefined,
    onLog: () => undefined,
  });
  if ('error' in opened) throw new Error(opened.error);
  host = opened;
  return opened;
}

/** Every file below, with its content. */
function filesBelow(path: string): { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const whole = join(path, entry.name);
    if (entry.isDirectory()) return filesBelow(whole);
    return entry.isFile() ? [{ path: whole, bytes: readFileSync(whole) }] : [];
  });
}

describe('S1, S2: nothing of those who play is written or logged', () => {
  const SECRETS = ['Zwetschgerl', 'Quittenfeld', 'Rhabarberkompott', 'Mirabellchen', '127.0.0.77', '127.0.0.78'];

  it('S1, S2: no name, address or word of a session is in output, files or memory-backed files', async () => {
    const port = 20_000 + (process.pid % 10_000);
    const box = join(folder, 'box.toml');
    writeFileSync(box, `[room]\nenabled = true\nport = ${port}\nname = "Cellar"\n`);
    const memoryBefore = new Set(readdirSync('/dev/shm'));
    const options = ['--plain', '--no-realtime', '--input', 'silence', '--output', 'none', '--port', '0'];
    const state = join(folder, 'state');
    program = spawn(process.execPath, [PROGRAM, ...options, '--settings', box, '--state', state], {
      env: { ...process.env, HOME: folder, TMPDIR: folder, XDG_STATE_HOME: folder },
      cwd: folder,
    });
    const said: string[] = [];
    for (const stream of [program.stdout, program.stderr]) stream?.on('data', (text) => said.push(String(text)));
    const ended = new Promise((resolve) => program?.once('exit', resolve));

    const profiles = { name: 'Zwetschgerl', city: 'Quittenfeld', address: '127.0.0.77', sound: 'tone' } as const;
    const anna = await join2({ port, ...profiles });
    await anna.until('in', () => anna.people().some(({ name }) => name === 'Zwetschgerl'));
    const ben = await join2({ port, name: 'Mirabellchen', address: '127.0.0.78' });
    await ben.until('hears', () => ben.level('Zwetschgerl') > 4);
    anna.say('Rhabarberkompott');
    await ben.until('reads', () => ben.chat().some((line) => line.includes('Rhabarberkompott')));
    const descriptors = readdirSync(`/proc/${program.pid}/fd`);
    const memoryNow = readdirSync('/dev/shm').filter((name) => !memoryBefore.has(name));
    await ben.leave();
    await anna.leave();
    clients = [];
    program.kill('SIGTERM');
    await ended;

    expect(descriptors.length).toBeGreaterThan(3);
    expect(memoryNow.filter((name) => name.includes('node') || name.includes('jam'))).toEqual([]);
    const files = filesBelow(folder);
    expect(files.map(({ path }) => path)).toContain(box);
    const places = [...files, { path: 'output', bytes: Buffer.from(said.join('')) }];
    for (const { path, bytes } of places) {
      for (const secret of SECRETS) {
        expect(bytes.includes(secret), `${secret} in ${path}`).toBe(false);
        expect(bytes.includes(Buffer.from(secret, 'utf16le')), `${secret} in ${path}`).toBe(false);
        expect(path).not.toContain(secret);
      }
    }
  });

  it('S1: a room that does not log says so: no feature bit, no notice', async () => {
    const { port } = await open();
    const anna = await join2({ port, name: 'Anna' });
    const { features } = await anna.ask({ type: 'CLM_REQ_SERVER_FEATURES' }, 'CLM_SERVER_FEATURES');
    expect(features & FEATURE.logging).toBe(0);
  });
});

describe('S3, S4: recording', () => {
  const states = (client: WireClient) =>
    client.events.flatMap((event) => (event.type === 'recorderState' ? [event.state] : []));
  const wavs = () => filesBelow(join(folder, RECORDINGS)).filter(({ path }) => path.endsWith('.wav'));

  it('S3: the state goes to each client at joining and at each change, and the feature bits agree', async () => {
    const room = await open();
    const anna = await join2({ port: room.port, name: 'Anna', sound: 'tone' });
    await anna.until('told', () => states(anna).includes('not-enabled'));
    const bits = async () => {
      const { features } = await anna.ask({ type: 'CLM_REQ_SERVER_FEATURES' }, 'CLM_SERVER_FEATURES');
      return [(features & FEATURE.recorderInitialised) !== 0, (features & FEATURE.recordingEnabled) !== 0];
    };
    expect(await bits()).toEqual([true, false]);
    expect(wavs()).toEqual([]);
    await room.record('start');
    await anna.until('told', () => states(anna).at(-1) === 'recording');
    expect(await bits()).toEqual([true, true]);
    const ben = await join2({ port: room.port, name: 'Ben' });
    await ben.until('told', () => states(ben).at(-1) === 'recording');
    await room.record('stop');
    for (const client of [anna, ben]) await client.until('told', () => states(client).at(-1) === 'not-enabled');
    expect(await bits()).toEqual([true, false]);
  });

  it('S4: one WAV a player, for the operator alone', async () => {
    const room = await open();
    await join2({ port: room.port, name: 'Anna', sound: 'tone' });
    const ben = await join2({ port: room.port, name: 'Ben' });
    await ben.until('with Anna', () => ben.people().filter(({ name }) => name !== '').length === 2);
    await room.record('start');
    await ben.until('hears', () => ben.level('Anna') > 4);
    await room.record('stop');
    const files = wavs();
    expect(files).toHaveLength(2);
    for (const { path, bytes } of files) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
      expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    }
    const peaks = files.map(({ bytes }) => {
      let peak = 0;
      for (let at = 128; at + 1 < bytes.length; at += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(at)));
      return peak;
    });
    const [quiet, loud] = peaks.sort((a, b) => a - b);
    expect(quiet).toBeLessThan(10);
    expect(loud).toBeGreaterThan(5000);
  });
});

it("S5: players' addresses never reach other players", async () => {
  const { port } = await open();
  const anna = await join2({ port, name: 'Anna', address: '127.0.0.77', sound: 'tone' });
  const ben = await join2({ port, name: 'Ben', address: '127.0.0.78' });
  await ben.until('hears', () => ben.level('Anna') > 4);
  anna.say('hi');
  await ben.until('reads', () => ben.chat().length > 0);
  await ben.ask({ type: 'CLM_REQ_CONN_CLIENTS_LIST' }, 'CLM_CONN_CLIENTS_LIST');
  const messages = ben.datagrams.filter((datagram) => parseFrame(datagram) !== undefined);
  expect(messages.length).toBeGreaterThan(10);
  for (const datagram of messages) {
    const bytes = Buffer.from(datagram);
    for (const trace of [Buffer.from([127, 0, 0, 77]), Buffer.from([77, 0, 0, 127]), Buffer.from('127.0.0.77')]) {
      expect(bytes.includes(trace)).toBe(false);
    }
  }
  const lists = messages
    .map((datagram) => parseFrame(datagram)!)
    .filter(({ id, body }) => id === 24 && body.length > 0);
  for (const { body } of lists) expect([...body.subarray(8, 12)]).toEqual([0, 0, 0, 0]);
});

describe('S6: registering is a choice', () => {
  async function directory() {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const heard: string[] = [];
    socket.on('message', (datagram) => {
      const frame = parseFrame(datagram);
      heard.push(frame === undefined ? 'junk' : decodeMessage(frame.id, frame.body).type);
    });
    return { socket, heard, port: socket.address().port };
  }

  it('S6: not registered anywhere by default', async () => {
    const room = await open();
    expect(room.report()).toMatchObject({ registration: null, listedServers: null });
  });

  it('S6: with a directory but without consent, the program says nothing to it', async () => {
    const { socket, heard, port } = await directory();
    const box = join(folder, 'box.toml');
    const roomPort = 30_000 + (process.pid % 10_000);
    writeFileSync(box, `[room]\nenabled = true\nport = ${roomPort}\ndirectory = "127.0.0.1:${port}"\n`);
    const options = ['--plain', '--no-realtime', '--input', 'silence', '--output', 'none', '--port', '0'];
    program = spawn(process.execPath, [PROGRAM, ...options, '--settings', box, '--state', join(folder, 'state')]);
    const ended = new Promise((resolve) => program?.once('exit', resolve));
    const anna = await join2({ port: roomPort, name: 'Anna' });
    await anna.until('in', () => anna.people().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    program.kill('SIGTERM');
    await ended;
    expect(heard).toEqual([]);
    socket.close();
  });

  it('S6: with consent it registers, and takes that back at the end', async () => {
    const { socket, heard, port } = await directory();
    const registerAt = { host: '127.0.0.1', port, kind: 'ipv4', portGiven: true } as const;
    const room = await open({}, { registerAt });
    await expect.poll(() => heard).toContain('CLM_REGISTER_SERVER_EX');
    expect(room.report().registration).toBe('requested');
    await room.stop();
    host = undefined;
    await expect.poll(() => heard.at(-1)).toBe('CLM_UNREGISTER_SERVER');
    socket.close();
  });
});

describe("S7: a licence must be accepted before a client's audio is mixed", () => {
  it('S7: who accepts is heard from then on', async () => {
    const { port } = await open({ licenceRequired: true });
    const anna = await join2({ port, name: 'Anna', sound: 'tone' });
    const ben = await join2({ port, name: 'Ben' });
    await anna.until('asked', () => anna.events.some(({ type }) => type === 'licenceRequired'));
    await ben.until('with Anna', () => ben.people().some(({ name }) => name === 'Anna'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(ben.level('Anna')).toBe(0);
    anna.acceptLicence();
    await ben.until('hears', () => ben.level('Anna') > 4);
  });

  it('S7: who plays on without an answer is never heard', async () => {
    const { port } = await open({ licenceRequired: true });
    await join2({ port, name: 'Anna', sound: 'tone', ignoresLicence: true });
    const ben = await join2({ port, name: 'Ben' });
    await ben.until('with Anna', () => ben.people().some(({ name }) => name === 'Anna'));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const levels = ben.events.flatMap((event) => (event.type === 'levels' ? event.levels : []));
    expect(levels.length).toBeGreaterThan(4);
    expect(levels.every(({ level }) => level === 0)).toBe(true);
  });
});
