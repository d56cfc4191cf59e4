import { describe, expect, it } from 'vitest';
import { messageDatagram } from '../../../src/jamulus/messages/message.ts';
import { transportProps } from '../../../src/jamulus/transport.ts';
import { infos, NOON, peerOf, player, puppet, startWorld, type World } from './room-world.ts';

const JUNK = Uint8Array.of(255);

function knock(world: World, port: number) {
  const client = puppet(world, port);
  world.toRoom(client.peer, JUNK);
  world.wait(0);
  return client;
}

describe('admission', () => {
  it('greets a newcomer in the order of the specification', () => {
    const world = startWorld({ rawAudio: true, welcome: '<i>Hi</i>', licenceRequired: true, recorder: 'not-enabled' });
    const client = knock(world, 22134);
    expect(client.heard).toEqual([
      { type: 'CLIENT_ID', channelId: 0 },
      { type: 'RAWAUDIO_SUPPORTED' },
      { type: 'CONN_CLIENTS_LIST', clients: [] },
      { type: 'REQ_SPLIT_MESS_SUPPORT' },
      { type: 'REQ_NETW_TRANSPORT_PROPS' },
      { type: 'REQ_JITT_BUF_SIZE' },
      { type: 'REQ_CHANNEL_INFOS' },
      { type: 'CHAT_TEXT', text: '<b>Server Welcome Message:</b> <i>Hi</i>' },
      { type: 'LICENCE_REQUIRED', required: true },
      { type: 'VERSION_AND_OS', os: 2, version: '3.12.4-box' },
      { type: 'RECORDER_STATE', state: 'not-enabled' },
    ]);
  });

  it('leaves out what the room does not have', () => {
    const types = knock(startWorld(), 22134).heard.map(({ type }) => type);
    for (const type of ['RAWAUDIO_SUPPORTED', 'CHAT_TEXT', 'LICENCE_REQUIRED'] as const) {
      expect(types).not.toContain(type);
    }
  });

  it('gives the lowest free channel', () => {
    const world = startWorld();
    const [, second] = [player(world, 1001, 'A'), player(world, 1002, 'B'), player(world, 1003, 'C')];
    second.say({ type: 'CLM_DISCONNECTION' });
    expect(knock(world, 1004).heard[0]).toEqual({ type: 'CLIENT_ID', channelId: 1 });
    expect(knock(world, 1005).heard[0]).toEqual({ type: 'CLIENT_ID', channelId: 3 });
  });

  it('opens no channel for a message, not even a broken one’s neighbour, and acknowledges nothing to strangers', () => {
    const world = startWorld();
    const stranger = puppet(world, 1001);
    stranger.say(infos('Mallory'));
    world.take(world.room.unknownPeer(peerOf(1002), new Uint8Array(0), world.nowMs, NOON));
    expect(world.outputs).toEqual([]);
  });

  it('says to everybody who comes when it is full that it is full, and lets them in when there is room', () => {
    const world = startWorld({ maxChannels: 1 });
    const first = player(world, 1001, 'A');
    const second = knock(world, 1002);
    expect(second.heardNow()).toEqual([{ type: 'CLM_SERVER_FULL' }]);
    expect(world.events()).toContainEqual({ type: 'full' });
    world.room.setMaxChannels(2);
    world.toRoom(second.peer, JUNK);
    world.wait(0);
    expect(second.heardNow()[0]).toEqual({ type: 'CLIENT_ID', channelId: 1 });
    expect(first.heardOf('CLM_SERVER_FULL')).toEqual([]);
  });

  it('takes a second datagram of the same address, before the room thread knows it, for the same client', () => {
    const world = startWorld();
    const once = world.room.unknownPeer(peerOf(1001), JUNK, 0, NOON);
    expect(once.filter(({ type }) => type === 'order')).toHaveLength(1);
    expect(world.room.unknownPeer(peerOf(1001), JUNK, 1, NOON)).toEqual([]);
    expect(world.room.channels()).toHaveLength(1);
  });

  it('gives the channel of somebody who has never answered to a newcomer who finds none', () => {
    const world = startWorld({ maxChannels: 2 });
    const ghost = puppet(world, 1001);
    ghost.acknowledges = false;
    world.toRoom(ghost.peer, JUNK);
    const present = player(world, 1002, 'B');
    world.wait(1900);
    expect(knock(world, 1003).heard).toEqual([{ type: 'CLM_SERVER_FULL' }]);
    world.wait(200);
    expect(knock(world, 1004).heard[0]).toEqual({ type: 'CLIENT_ID', channelId: 0 });
    expect(world.room.counters().displaced).toBe(1);
    // Nobody ever saw the ghost.
    expect(world.events().filter(({ type }) => type === 'left')).toEqual([]);
    expect(present.heardNow()).toEqual([]);
  });
});

describe('the client list', () => {
  it('goes to all when a client introduces themselves or changes, and not when they repeat themselves', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const alice = player(world, 1002, 'Alice');
    const names = bob
      .heardOf('CONN_CLIENTS_LIST')
      .at(-1)!
      .clients.map(({ channelId, name }) => [channelId, name]);
    expect(names).toEqual([
      [0, 'Bob'],
      [1, 'Alice'],
    ]);
    bob.heardNow();
    alice.say(infos('Alice'));
    expect(bob.heardNow()).toEqual([]);
    alice.say(infos('Alicia'));
    expect(bob.heardNow().map(({ type }) => type)).toEqual(['CONN_CLIENTS_LIST']);
    expect(alice.heardNow().map(({ type }) => type)).toEqual(['CONN_CLIENTS_LIST']);
  });

  it('goes to those who stay when one leaves, and to one who asks', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const alice = player(world, 1002, 'Alice');
    bob.heardNow();
    alice.say({ type: 'CLM_DISCONNECTION' });
    const told = bob.heardNow();
    expect(told).toMatchObject([{ type: 'CONN_CLIENTS_LIST', clients: [{ name: 'Bob' }] }]);
    bob.say({ type: 'REQ_CONN_CLIENTS_LIST' });
    expect(bob.heardNow()).toEqual(told);
    expect(world.events().at(-1)).toEqual({ type: 'left', channelId: 1, reason: 'left' });
  });

  it('holds those who have not introduced themselves yet, with empty names', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    knock(world, 1002);
    bob.heardNow();
    bob.say({ type: 'REQ_CONN_CLIENTS_LIST' });
    expect(bob.heardNow()).toMatchObject([{ clients: [{ name: 'Bob' }, { channelId: 1, name: '' }] }]);
  });

  it('is told later, and once, when somebody changes their name all the time', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const alice = player(world, 1002, 'Alice');
    bob.heardNow();
    for (let i = 0; i < 100; i++) alice.say(infos(`Alice ${i}`));
    expect(bob.heardNow().length).toBeLessThan(12);
    world.wait(1000);
    expect(bob.heardNow()).toMatchObject([{ clients: [{ name: 'Bob' }, { name: 'Alice 99' }] }]);
    expect(world.room.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('reaches a client in its last state once they acknowledge again', () => {
    const world = startWorld();
    const deaf = player(world, 1001, 'Deaf');
    const other = player(world, 1002, 'Other');
    deaf.acknowledges = false;
    for (let i = 0; i < 200; i++) {
      world.wait(2000);
      other.say(infos(`Other ${i}`));
    }
    expect(world.room.channels()[0]!.queuedFrames).toBeLessThanOrEqual(32);
    deaf.acknowledges = true;
    world.wait(60_000);
    expect(deaf.heardOf('CONN_CLIENTS_LIST').at(-1)).toMatchObject({ clients: [{}, { name: 'Other 199' }] });
    expect(world.room.channels()[0]!.queuedFrames).toBe(0);
  });

  it('ends with a channel whose time is up, once, and not with one that has got the ID since', () => {
    const world = startWorld();
    player(world, 1001, 'Bob');
    const { generation } = world.room.channels()[0]!;
    world.take(world.room.channelEnded(0, generation, world.nowMs));
    expect(world.events().at(-1)).toEqual({ type: 'left', channelId: 0, reason: 'timeout' });
    player(world, 1002, 'Alice');
    expect(world.room.channelEnded(0, generation, world.nowMs)).toEqual([]);
    expect(world.room.receive(0, generation, messageDatagram({ type: 'CLM_DISCONNECTION' }), 0, 0)).toEqual([]);
    expect(world.room.channels().map(({ info }) => info.name)).toEqual(['Alice']);
  });
});

describe('transport', () => {
  const stereo = { frameSamples: 128, channels: 2, blockFactor: 1, sequenceNumbers: true } as const;

  it('is ordered as announced, once', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const format = { ...stereo, frameBytes: 71, raw: false };
    bob.say(transportProps(format), transportProps(format));
    expect(world.orders().filter(({ type }) => type === 'setTransport')).toEqual([
      { type: 'setTransport', channelId: 0, format },
    ]);
  });

  it('is raw by its frame size, where the room takes raw audio', () => {
    for (const rawAudio of [true, false]) {
      const world = startWorld({ rawAudio });
      player(world, 1001, 'Bob').say(transportProps({ ...stereo, frameBytes: 512, raw: true }));
      expect(world.threadChannels.get(0)!.format!.raw).toBe(rawAudio);
    }
  });

  it('answers CELT with OPUS_SUPPORTED and changes nothing', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    bob.say({ ...transportProps({ ...stereo, frameBytes: 71, raw: false }), codec: 1 });
    expect(bob.heardNow()).toContainEqual({ type: 'OPUS_SUPPORTED' });
    expect(world.threadChannels.get(0)!.format).toBeNull();
  });

  it('refuses frames beyond the bounds of the room thread', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    for (const frameBytes of [1025, 19_999]) bob.say(transportProps({ ...stereo, frameBytes, raw: false }));
    expect(world.threadChannels.get(0)!.format).toBeNull();
    expect(world.room.counters().rejected).toBe(2);
  });
});

describe('the personal mix', () => {
  it('is ordered, and the other one told when they are muted and no longer', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const alice = player(world, 1002, 'Alice');
    bob.heardNow();
    const gains = [0, 0, 0.5, 1];
    alice.say(...gains.map((gain) => ({ type: 'CHANNEL_GAIN', channelId: 0, gain }) as const));
    alice.say({ type: 'CHANNEL_PAN', channelId: 0, pan: 0.25 });
    expect(bob.heardNow()).toEqual([
      { type: 'MUTE_STATE_CHANGED', channelId: 1, muted: true },
      { type: 'MUTE_STATE_CHANGED', channelId: 1, muted: false },
    ]);
    expect(world.orders().slice(-5)).toEqual([
      ...gains.map((gain) => ({ type: 'setGain', listener: 1, source: 0, gain })),
      { type: 'setPan', listener: 1, source: 0, pan: 0.25 },
    ]);
  });

  it('starts anew with a new user of the channel, and who was muted hears that they are not', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    const alice = player(world, 1002, 'Alice');
    alice.say({ type: 'CHANNEL_GAIN', channelId: 0, gain: 0 });
    bob.say({ type: 'CHANNEL_GAIN', channelId: 1, gain: 0 });
    alice.say({ type: 'CLM_DISCONNECTION' });
    bob.heardNow();
    const carol = knock(world, 1003);
    expect(bob.heardNow()).toEqual([{ type: 'MUTE_STATE_CHANGED', channelId: 1, muted: false }]);
    expect(carol.heardOf('MUTE_STATE_CHANGED')).toEqual([]);
    bob.say({ type: 'CHANNEL_GAIN', channelId: 1, gain: 0 });
    expect(carol.heardOf('MUTE_STATE_CHANGED')).toEqual([{ type: 'MUTE_STATE_CHANGED', channelId: 0, muted: true }]);
  });

  it('takes nothing for channels that nobody has', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    bob.say({ type: 'CHANNEL_GAIN', channelId: 7, gain: 0 }, { type: 'CHANNEL_PAN', channelId: 149, pan: 0 });
    expect(world.orders().filter(({ type }) => type === 'setGain' || type === 'setPan')).toEqual([]);
  });
});

describe('the jitter buffer', () => {
  const sizes = (blocks: number) => [blocks];

  it('is automatic at first, and its changes are told', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    for (const blocks of [10, 6, 6, 7]) world.take(world.room.jitterBlocks(sizes(blocks), world.nowMs));
    world.wait(0);
    expect(bob.heardNow()).toEqual([
      { type: 'JITT_BUF_SIZE', blocks: 6 },
      { type: 'JITT_BUF_SIZE', blocks: 7 },
    ]);
  });

  it('has the size that a client wants, of which nothing is told', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    bob.say({ type: 'JITT_BUF_SIZE', blocks: 4 });
    world.take(world.room.jitterBlocks(sizes(4), world.nowMs));
    world.take(world.room.jitterBlocks(sizes(5), world.nowMs));
    bob.say({ type: 'JITT_BUF_SIZE', blocks: 21 });
    world.take(world.room.jitterBlocks(sizes(4), world.nowMs));
    world.wait(0);
    expect(bob.heardNow()).toEqual([]);
    expect(world.threadChannels.get(0)!.jitter.auto).toBe(true);
  });
});

describe('chat', () => {
  it('comes to all, the sender too, escaped, with colour, time and name', () => {
    const world = startWorld();
    const anna = player(world, 1001, 'Anna');
    const bob = player(world, 1002, 'B<b>');
    anna.say({ type: 'CHAT_TEXT', text: 'a<b>c' });
    const line = '<font color="mediumblue">(12:51:20 PM) <b>Anna</b></font> a&lt;b&gt;c';
    expect(anna.heardOf('CHAT_TEXT')).toEqual([{ type: 'CHAT_TEXT', text: line }]);
    expect(bob.heardOf('CHAT_TEXT')).toEqual([{ type: 'CHAT_TEXT', text: line }]);
    bob.say({ type: 'CHAT_TEXT', text: '"&"' });
    expect(anna.heardOf('CHAT_TEXT').at(-1)!.text).toBe(
      '<font color="red">(12:51:20 PM) <b>B&lt;b&gt;</b></font> &quot;&amp;&quot;',
    );
  });

  it('of the longest kind arrives split, and cut to what a client takes', () => {
    const world = startWorld();
    const anna = player(world, 1001, 'Anna');
    anna.say({ type: 'CHAT_TEXT', text: 'x'.repeat(1600) });
    expect(anna.heardOf('CHAT_TEXT').at(-1)!.text).toMatch(/ x{1600}$/);
    anna.say({ type: 'CHAT_TEXT', text: '"'.repeat(1600) });
    const { text } = anna.heardOf('CHAT_TEXT').at(-1)!;
    expect(text.length).toBeGreaterThan(1790);
    expect(text).toMatch(/(&quot;)+$/);
  });

  it('is not relayed when empty, nor faster than anybody talks', () => {
    const world = startWorld();
    const anna = player(world, 1001, 'Anna');
    anna.say({ type: 'CHAT_TEXT', text: '' });
    for (let i = 0; i < 100; i++) anna.say({ type: 'CHAT_TEXT', text: String(i) });
    expect(anna.heardOf('CHAT_TEXT')).toHaveLength(10);
    world.wait(3000);
    for (let i = 0; i < 100; i++) anna.say({ type: 'CHAT_TEXT', text: String(i) });
    expect(anna.heardOf('CHAT_TEXT')).toHaveLength(13);
    expect(world.events().filter(({ type }) => type === 'chatRelayed')).toHaveLength(13);
  });
});

describe('levels', () => {
  it('go to every client in the order of the list', () => {
    const world = startWorld();
    const clients = [player(world, 1001, 'A'), player(world, 1002, 'B'), player(world, 1003, 'C')];
    clients[1]!.say({ type: 'CLM_DISCONNECTION' });
    world.take(world.room.levels([3, 5, 8]));
    world.wait(0);
    expect(clients.map((client) => client.heardOf('CLM_CHANNEL_LEVEL_LIST').map(({ levels }) => levels))).toEqual([
      [[3, 8]],
      [],
      [[3, 8]],
    ]);
  });
});

describe('requests', () => {
  it('of anybody are answered: pings, version, list, features, welcome', () => {
    const world = startWorld({ rawAudio: true, ipv6: true, welcome: 'Hi', delayPanning: true, frameSamples: 64 });
    player(world, 1001, 'Bob');
    const stranger = puppet(world, 1002, [192, 168, 0, 7]);
    stranger.say(
      { type: 'CLM_PING_MS', timeMs: 12 },
      { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: 13, clients: 0 },
      { type: 'CLM_REQ_VERSION_AND_OS' },
      { type: 'CLM_REQ_CONN_CLIENTS_LIST' },
      { type: 'CLM_REQ_SERVER_FEATURES' },
      { type: 'CLM_REQ_WELCOME_MESSAGE' },
      { type: 'CLM_EMPTY_MESSAGE' },
    );
    expect(stranger.heard).toMatchObject([
      { type: 'CLM_PING_MS', timeMs: 12 },
      { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: 13, clients: 1 },
      { type: 'CLM_VERSION_AND_OS', os: 2, version: '3.12.4-box' },
      { type: 'CLM_CONN_CLIENTS_LIST', clients: [{ channelId: 0, name: 'Bob' }] },
      { type: 'CLM_SERVER_FEATURES', features: 1 | 16 | 32 | 64 | 128 | 256 },
      { type: 'CLM_WELCOME_MESSAGE', text: 'Hi' },
    ]);
    expect(world.room.channels()).toHaveLength(1);
  });

  it('for the directory are handed on, from players as from strangers', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    bob.say({ type: 'CLM_REQ_SERVER_LIST' });
    puppet(world, 1002).say({ type: 'CLM_UNREGISTER_SERVER' });
    const handed = world.outputs.filter((output) => output.type === 'directory');
    expect(handed.map(({ message }) => message.type)).toEqual(['CLM_REQ_SERVER_LIST', 'CLM_UNREGISTER_SERVER']);
  });

  it('of one address get no more answers than anybody needs, and all together no flood', () => {
    const world = startWorld({ welcome: 'x'.repeat(1600) });
    const request = messageDatagram({ type: 'CLM_REQ_WELCOME_MESSAGE' });
    const bytes = (outputs: readonly { type: string; datagram?: Uint8Array }[]) =>
      outputs.reduce((sum, { datagram }) => sum + (datagram?.length ?? 0), 0);
    let fromOne = 0;
    let fromMany = 0;
    for (let i = 0; i < 1000; i++) fromOne += world.room.unknownPeer(peerOf(i), request, 0, 0).length;
    expect(fromOne).toBe(40);
    for (let i = 0; i < 10_000; i++) {
      fromMany += bytes(world.room.unknownPeer(peerOf(5, [10, i >> 8, i & 255, 1]), request, 1, 0));
    }
    expect(fromMany).toBeLessThan(256 * 1024);
    expect(world.room.counters().limited).toBeGreaterThan(10_000);
  });
});

describe('the welcome text', () => {
  it('is cut to 1600 units and new for those who come after a change', () => {
    const world = startWorld({ welcome: 'x'.repeat(3000) });
    expect(knock(world, 1001).heardOf('CHAT_TEXT')[0]!.text).toBe(`<b>Server Welcome Message:</b> ${'x'.repeat(1600)}`);
    world.room.setWelcome('');
    expect(knock(world, 1002).heardOf('CHAT_TEXT')).toEqual([]);
  });
});

describe('closing the room', () => {
  it('says goodbye to all, if it is to, and closes their channels', () => {
    for (const goodbyeOnClose of [true, false]) {
      const world = startWorld({ goodbyeOnClose });
      const clients = [player(world, 1001, 'A'), player(world, 1002, 'B')];
      for (const client of clients) client.heardNow();
      world.take(world.room.close(world.nowMs));
      world.wait(0);
      const goodbye = goodbyeOnClose ? [{ type: 'CLM_DISCONNECTION' }] : [];
      for (const client of clients) expect(client.heardNow()).toEqual(goodbye);
      expect(world.threadChannels.size).toBe(0);
      expect(world.room.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

describe('messages beyond their rate', () => {
  it('are not acted upon and not acknowledged', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    for (let i = 0; i < 5000; i++) bob.say({ type: 'CHANNEL_GAIN', channelId: 0, gain: (i % 100) / 100 });
    expect(world.orders().length).toBeLessThan(2100);
    expect(world.room.counters().limited).toBeGreaterThan(0);
    // It goes on with the repetition.
    world.wait(10_000);
    expect(world.threadChannels.get(0)!.gains.get(0)).toBeGreaterThanOrEqual(0);
  });
});
