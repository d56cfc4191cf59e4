import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageDatagram } from '../../../src/jamulus/messages/message.ts';
import { createRig, join, peerOf } from './engine-rig.ts';
import { raw } from './formats.ts';

const PING = messageDatagram({ type: 'CLM_PING_MS', timeMs: 5 });
const AUDIO = Uint8Array.from({ length: 300 }, (_, i) => i + 1);
const TIMEOUT_TICKS = 1_440_000 / 128;

it('A stranger is reported with their message, or the beginning of their audio', () => {
  const rig = createRig();
  rig.put(peerOf(9), PING);
  rig.put(peerOf(8), AUDIO);
  rig.tick();
  expect(rig.reports()).toEqual([
    { type: 'unknownPeer', peer: peerOf(9), datagram: PING },
    { type: 'unknownPeer', peer: peerOf(8), datagram: AUDIO.slice(0, 8) },
  ]);
});

it("A player's messages are reported with channel and generation, in order, and don't keep the channel alive", () => {
  const rig = createRig();
  rig.order({ type: 'openChannel', channelId: 3, generation: 65535, peer: peerOf(1) });
  rig.tick();
  for (let tick = 0; tick < TIMEOUT_TICKS - 2; tick++) {
    if (tick % 1000 === 0) rig.put(peerOf(1), PING);
    rig.tick();
  }
  const reports = rig.reports();
  expect(reports.length).toBe(12);
  expect(reports[0]).toEqual({ type: 'message', channelId: 3, generation: 65535, datagram: PING });
  rig.tick(3);
  expect(rig.reports()).toEqual([{ type: 'channelEnded', channelId: 3, generation: 65535 }]);
});

it('The end of a channel is told until it is closed, and its peer is a stranger at once', () => {
  const rig = createRig();
  const player = join(rig, 0, raw(128, 1), false);
  player.sendRaw(new Int16Array(128));
  rig.tick(TIMEOUT_TICKS + 1);
  expect(rig.room.jitterBlocks[0]).toBe(0);
  rig.tick(800);
  const ended = { type: 'channelEnded', channelId: 0, generation: 1 };
  expect(rig.reports()).toEqual([ended, ended, ended]);
  rig.put(player.peer, AUDIO);
  rig.tick();
  expect(rig.reports()).toMatchObject([{ type: 'unknownPeer' }]);
  rig.order({ type: 'closeChannel', channelId: 0 });
  rig.tick(1000);
  expect(rig.reports()).toEqual([]);
});

it('Anything that is no message keeps a channel alive, whatever its size', () => {
  const rig = createRig();
  const { peer } = join(rig, 0, raw(128, 1), false);
  rig.tick(TIMEOUT_TICKS - 10);
  rig.put(peer, Uint8Array.of(255));
  rig.tick(TIMEOUT_TICKS - 10);
  expect(rig.reports()).toEqual([]);
  expect(rig.count('wrongSize')).toBe(1);
});

it('The next user of a channel has a fresh one', () => {
  const rig = createRig();
  const anna = join(rig, 0, raw(128, 1, 1, false));
  const ben = join(rig, 1, raw(128, 1, 1, false));
  rig.order({ type: 'setGain', listener: 0, source: 1, gain: 0 });
  rig.order({ type: 'closeChannel', channelId: 1 });
  rig.order({ type: 'openChannel', channelId: 1, generation: 77, peer: peerOf(50) });
  rig.tick();
  anna.heard();
  ben.sendRaw(new Int16Array(128).fill(5000));
  rig.tick();
  expect(rig.reports()).toMatchObject([{ type: 'unknownPeer', peer: ben.peer }]);
  expect(Math.max(...anna.heard())).toBe(0);
  expect(rig.room.gains[1]).toBe(1);
});

it('A flood of strangers costs a bounded number of reports and no player anything', () => {
  const rig = createRig();
  const anna = join(rig, 0, raw(128, 1, 1, false));
  const ben = join(rig, 1, raw(128, 1, 1, false));
  for (let tick = 0; tick < 100; tick++) {
    // More than 100000 a second; the players' own datagrams somewhere among them.
    for (let n = 0; n < 400; n++) {
      const junk = n % 3 === 0 ? PING : n % 3 === 1 ? AUDIO : new Uint8Array(2000);
      rig.put(Uint8Array.of(...new Uint8Array(14), n, tick, n, 7), junk);
      if (n === 399) anna.sendRaw(new Int16Array(128).fill(tick + 1));
    }
    rig.tick();
    expect(ben.heard()[0]).toBe(tick + 1);
  }
  expect(rig.reports().length).toBeLessThanOrEqual(400);
  expect(rig.count('unknownDatagrams')).toBe(40_000);
  expect(rig.count('unknownDropped')).toBe(40_000 - 400);
});

it('Even when nobody fetches reports, what players say has room that strangers cannot take', () => {
  const rig = createRig();
  join(rig, 0, raw(128, 1), false);
  for (let tick = 0; tick < 10_000; tick++) {
    for (let n = 0; n < 4; n++) rig.put(peerOf(100 + n), PING);
    rig.tick();
  }
  rig.put(peerOf(1), PING);
  rig.tick();
  expect(rig.reports().at(-1)).toMatchObject({ type: 'message', channelId: 0 });
});

it('Whatever a player sends, the room goes on and answers them', () => {
  const rig = createRig();
  const { peer } = join(rig, 0, raw(128, 1), false);
  rig.got(peer);
  const almost = fc.uint8Array({ minLength: 255, maxLength: 259 });
  const long = fc.integer({ min: 9, max: 20_000 }).map((length) => {
    const datagram = new Uint8Array(length);
    datagram[5] = (length - 9) & 255;
    datagram[6] = (length - 9) >> 8;
    return datagram;
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 600 }), almost, long), { maxLength: 20 }), (datagrams) => {
      for (const datagram of datagrams) rig.put(peer, datagram);
      rig.tick(2);
      expect(rig.got(peer).length).toBe(2);
      rig.reports();
    }),
  );
});

it('150 peers are told apart, of both address families', () => {
  const rig = createRig({ maxChannels: 150 });
  const peers = Array.from({ length: 150 }, (_, id) =>
    id % 2 === 0 ? peerOf(id) : Uint8Array.of(0x20, 1, 13, 184, ...new Uint8Array(11), id, 200, id >> 4),
  );
  for (const [channelId, peer] of peers.entries()) rig.order({ type: 'openChannel', channelId, generation: 1, peer });
  for (const peer of peers) rig.put(peer, PING);
  rig.tick();
  expect(rig.reports().map((report) => 'channelId' in report && report.channelId)).toEqual([...peers.keys()]);
});
