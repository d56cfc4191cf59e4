/** Our client's session against our room's, over links that lose, delay and repeat: in the end both agree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoxClient, boxClient, lossyLink, startWorld, type World } from './room-world.ts';

const profile = (name: string) => ({ name, city: '', countryCode: 0, instrument: 3, skill: 'expert' }) as const;

function connect(world: World, port: number, name: string): BoxClient {
  const client = boxClient(world, port, {
    profile: profile(name),
    transport: { quality: 'max', channels: 2, frameSamples: 64, blockFactor: 1 },
  });
  client.do((session, nowMs) => session.connect(nowMs));
  return client;
}

/** What the client last heard of the list. */
function listOf(client: BoxClient): [number, string][] {
  return client
    .eventsOf('clientList')
    .at(-1)!
    .clients.map(({ channelId, name }) => [channelId, name]);
}

function roomList(world: World): [number, string][] {
  return world.room.channels().map(({ channelId, info }) => [channelId, info.name]);
}

function expectAgreement(world: World, clients: readonly BoxClient[]): void {
  for (const client of clients) {
    expect(client.session.state()).toBe('connected');
    expect(listOf(client)).toEqual(roomList(world));
    const channel = [...world.threadChannels.values()].find(({ peer }) => String(peer) === String(client.peer))!;
    expect(channel.format).toEqual(client.format);
    expect(client.format).toMatchObject({ sequenceNumbers: true, raw: true, frameBytes: 256 });
    expect(channel.identified).toBe(true);
    expect(client.eventsOf('connected').at(-1)!.channelId).toBe(channel.channelId);
  }
  expect(world.room.channels().every(({ queuedFrames }) => queuedFrames === 0)).toBe(true);
}

describe('over any link', () => {
  it('clients and room come to agree about list, format, mix, mutes, recorder and buffer', () => {
    const anyLink = fc.record({ seed: fc.nat(), loss: fc.double({ min: 0, max: 0.4, noNaN: true }) });
    fc.assert(
      fc.property(anyLink, fc.integer({ min: 1, max: 5 }), ({ seed, loss }, count) => {
        const world = startWorld({ rawAudio: true, welcome: 'Hi', recorder: 'not-enabled' }, lossyLink(seed, loss));
        const clients = Array.from({ length: count }, (_, i) => connect(world, 1001 + i, `P${i}`));
        world.wait(60_000);
        expectAgreement(world, clients);

        world.take(world.room.setRecorder('recording', world.nowMs));
        world.take(world.room.jitterBlocks(new Uint8Array(150).fill(5), world.nowMs));
        const last = clients.at(-1)!;
        last.do((session, nowMs) => session.setProfile(profile('Renamed'), nowMs));
        const first = world.room.channels()[0]!.channelId;
        last.do((session, nowMs) => session.setMuted(first, true, nowMs));
        world.wait(60_000);
        expectAgreement(world, clients);
        expect(roomList(world).map(([, name]) => name)).toContain('Renamed');
        for (const client of clients) {
          expect(client.eventsOf('recorderState').at(-1)!.state).toBe('recording');
          expect(client.eventsOf('serverJitterBlocks').at(-1)!.blocks).toBe(5);
        }
        const own = last.eventsOf('connected').at(-1)!.channelId;
        expect(world.threadChannels.get(own)!.gains.get(first)).toBe(0);
        const muted = clients.find((client) => client.eventsOf('connected').at(-1)!.channelId === first)!;
        expect(muted.eventsOf('muteState').at(-1)).toEqual({ type: 'muteState', channelId: own, muted: true });
      }),
      { numRuns: 25 },
    );
  });

  it('one who leaves or vanishes is gone from every list', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, vanishes) => {
        const world = startWorld({ rawAudio: true }, lossyLink(seed, 0.2));
        const stay = connect(world, 1001, 'Stays');
        const go = connect(world, 1002, 'Goes');
        world.wait(30_000);
        if (vanishes) {
          world.vanish(go);
          const gone = world.room.channels().find(({ info }) => info.name === 'Goes')!;
          world.take(world.room.channelEnded(gone.channelId, gone.generation, world.nowMs));
        } else {
          go.do((session, nowMs) => session.leave(nowMs));
        }
        world.wait(30_000);
        expect(listOf(stay).map(([, name]) => name)).toEqual(['Stays']);
        expect(world.room.channels().filter(({ present }) => present)).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });

  it('one who comes back from the same address within the time-out is taken in', () => {
    const world = startWorld({ rawAudio: true }, lossyLink(7, 0.1));
    const before = connect(world, 1001, 'Alice');
    world.wait(10_000);
    world.vanish(before); // its program is killed, and started again
    const after = connect(world, 1001, 'Alice');
    world.wait(10_000);
    expectAgreement(world, [after]);
    expect(roomList(world)).toHaveLength(1);
  });

  it('clients take the room’s goodbye, and its reopening', () => {
    const world = startWorld({ rawAudio: true });
    const client = connect(world, 1001, 'Alice');
    world.wait(1000);
    world.take(world.room.close(world.nowMs));
    world.wait(1000);
    expect(client.events.at(-1)).toEqual({ type: 'ended', reason: 'server-said-goodbye' });
    client.do((session, nowMs) => session.connect(nowMs));
    world.wait(2000);
    expectAgreement(world, [client]);
  });
});
