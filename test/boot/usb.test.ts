/** The USB sound card of the boot test, and its end of the usbredir protocol, without a machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import { CARD_NAME, createUsbCard } from './usb-card.ts';
import { plugIn } from './usbredir.ts';

const GET_DESCRIPTOR = [0x80, 6] as const;

describe('The USB card', () => {
  it('has descriptors that end where they say', () => {
    const { device } = createUsbCard();
    const all = Buffer.from(device.get(...GET_DESCRIPTOR, 0x0200, 0) ?? []);
    expect(all.readUInt16LE(2)).toBe(all.length);
    const kinds: number[] = [];
    for (let at = 0; at < all.length; at += all.readUInt8(at)) kinds.push(all.readUInt8(at + 1));
    // A configuration; five interface settings; endpoints with the class's own words behind each.
    expect(kinds.filter((kind) => kind === 4)).toHaveLength(5);
    expect(kinds.join()).toMatch(/^2,4,.*5,37,4.*5,37$/);
    const name = Buffer.from(device.get(...GET_DESCRIPTOR, 0x0302, 0x0409) ?? []);
    expect(name.toString('utf16le', 2)).toBe(CARD_NAME);
    expect(device.get(...GET_DESCRIPTOR, 0x0f00, 0)).toBeUndefined();
  });

  it('hears its own tone as tone; not half of it, silence, noise or nothing', () => {
    const { device, pieces, heard, forget } = createUsbCard();
    for (let packet = 0; packet < 100; packet++) device.hear(device.say());
    expect(pieces()).toEqual({ all: 5, silent: 0, tone: 5 });
    expect(heard()[0]).toHaveLength(100 * 48);
    forget();
    for (let packet = 0; packet < 100; packet++) device.hear(new Uint8Array(192));
    expect(pieces()).toEqual({ all: 5, silent: 5, tone: 0 });
    forget();
    const half = Int16Array.from(new Int16Array(Uint8Array.from(device.say()).buffer), (value) => value / 2);
    for (let packet = 0; packet < 100; packet++) device.hear(new Uint8Array(half.buffer));
    expect(pieces()).toEqual({ all: 5, silent: 0, tone: 0 });
    forget();
    for (let packet = 0; packet < 100; packet++) device.hear(new Uint8Array(0));
    expect(pieces()).toEqual({ all: 5, silent: 0, tone: 0 });
    forget();
    const random = randomFrom(1);
    for (let packet = 0; packet < 100; packet++) device.hear(Uint8Array.from({ length: 192 }, () => random() * 256));
    expect(pieces().tone).toBe(0);
  });
});

describe('The device end of usbredir', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usbredir-'));
  const path = join(folder, 'usb');
  const server = createServer();
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('greets, says what it is, answers a request, and streams once it is asked to', async () => {
    let received = Buffer.alloc(0);
    const connected = new Promise<Socket>((resolve) => {
      server.once('connection', (socket) => {
        socket.on('data', (chunk) => {
          received = Buffer.concat([received, chunk]);
        });
        resolve(socket);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    const { device } = createUsbCard();
    const plugged = await plugIn(path, device);
    const host = await connected;
    const take = async (headerBytes = 16) => {
      await until(
        'a packet',
        () => received.length >= headerBytes && received.length >= headerBytes + received.readUInt32LE(4),
      );
      const end = headerBytes + received.readUInt32LE(4);
      const packet = { type: received.readUInt32LE(0), body: received.subarray(headerBytes, end) };
      received = received.subarray(end);
      return packet;
    };
    const ask = (type: number, body: readonly number[]) => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(type, 0);
      header.writeUInt32LE(body.length, 4);
      host.write(Buffer.concat([header, Buffer.from(body)]));
    };
    expect(await take(12)).toMatchObject({ type: 0, body: { length: 68 } });
    host.write(Buffer.concat([Buffer.from([0, 0, 0, 0, 68, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(68)]));
    expect([await take(), await take(), await take()].map(({ type }) => type)).toEqual([4, 5, 1]);
    ask(100, [0x80, 6, 0x80, 0, 0, 1, 0, 0, 8, 0]);
    const answer = await take();
    expect(answer.type).toBe(100);
    expect([...answer.body.subarray(10)]).toEqual([18, 1, 0x10, 1, 0, 0, 0, 64]);
    ask(12, [0x82, 8, 4]);
    expect((await take()).type).toBe(14);
    const first = await take();
    expect([first.type, first.body.length, first.body.readUInt8(0)]).toEqual([102, 4 + 192, 0x82]);
    // QEMU waits for 60 of them before the box gets the first.
    await until('what is ahead', () => received.length >= 60 * (16 + 4 + 192));
    plugged.pull();
    await until('the end', () => host.destroyed || host.readableEnded);
  });
});
