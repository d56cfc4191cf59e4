import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badLine, loseAll, passAll, type Relay, startRelay } from './relay.ts';
import { randomFrom } from './signal.ts';
import { until } from './wait.ts';

describe('The UDP relay', () => {
  let server: Socket;
  let client: Socket;
  let relay: Relay;
  const atServer: string[] = [];
  const atClient: string[] = [];

  beforeEach(async () => {
    atServer.length = 0;
    atClient.length = 0;
    server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    server.on('message', (bytes, from) => {
      atServer.push(bytes.toString());
      server.send(`re ${bytes}`, from.port, from.address);
    });
    relay = await startRelay(server.address().port);
    client = createSocket('udp4');
    client.on('message', (bytes) => atClient.push(bytes.toString()));
  });
  afterEach(() => {
    for (const closable of [client, relay, server]) closable.close();
  });
  const send = (text: string) => client.send(text, relay.port, '127.0.0.1');

  it('carries datagrams both ways and keeps them', async () => {
    send('hello');
    await until('the answer', () => atClient.length === 1);
    expect(atClient).toEqual(['re hello']);
    expect(relay.datagrams.map(({ direction, bytes }) => `${direction} ${bytes}`)).toEqual([
      'toServer hello',
      'toClient re hello',
    ]);
  });

  it('lets nothing through a cut line, and everything again after it', async () => {
    relay.setPolicy(loseAll);
    send('lost');
    await until('the lost one', () => relay.count('toServer') === 1);
    relay.setPolicy(passAll);
    send('found');
    await until('the answer', () => atClient.length === 1);
    expect(atServer).toEqual(['found']);
  });

  it('doubles and delays as its policy says', async () => {
    relay.setPolicy(({ direction, bytes }) =>
      direction === 'toServer' && bytes.toString() === 'slow' ? [60, 70] : [0],
    );
    send('slow');
    send('fast');
    await until('all answers', () => atClient.length === 3);
    expect(atServer).toEqual(['fast', 'slow', 'slow']);
  });

  it('loses the share of datagrams that a bad line loses', () => {
    const policy = badLine({ random: randomFrom(5), lost: 0.1, doubled: 0.05, delayMs: 20, jitterMs: 10 });
    const datagram = { direction: 'toServer', clientPort: 1, atMs: 0, bytes: Buffer.alloc(1) } as const;
    const fates = Array.from({ length: 5000 }, () => policy(datagram));
    expect(fates.filter((fate) => fate.length === 0).length / 5000).toBeCloseTo(0.1, 1);
    expect(fates.filter((fate) => fate.length === 2).length / 5000).toBeCloseTo(0.045, 1);
    expect(fates.flat().every((delayMs) => delayMs >= 20 && delayMs < 30)).toBe(true);
  });
});
