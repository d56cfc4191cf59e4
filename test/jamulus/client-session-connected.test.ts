import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/jamulus/messages/message.ts';
import { ALICE, joined, person, startHarness, streams } from './harness.ts';

describe('while connected', () => {
  it('the listed musicians, their levels and who mutes whom are passed on', () => {
    const harness = joined();
    const clients = harness.eventsOf('clientList').at(-1)!.clients;
    expect(clients.map(({ channelId, name, isOwn }) => [channelId, name, isOwn])).toEqual([
      [0, 'Bob', false],
      [1, 'Alice', true],
      [7, 'Carol', false],
    ]);
    harness.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [3, 0, 9] });
    expect(harness.eventsOf('levels')).toEqual([
      {
        type: 'levels',
        levels: [
          { channelId: 0, level: 3 },
          { channelId: 1, level: 0 },
          { channelId: 7, level: 9 },
        ],
      },
    ]);
    harness.say({ type: 'MUTE_STATE_CHANGED', channelId: 7, muted: true });
    expect(harness.eventsOf('muteState')).toEqual([{ type: 'muteState', channelId: 7, muted: true }]);
    harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(7, 'Carol'), person(1, 'Alice')] });
    const later = harness.eventsOf('clientList').at(-1)!.clients;
    expect(later.map(({ channelId, hasMutedMe }) => [channelId, hasMutedMe])).toEqual([
      [1, false],
      [7, true],
    ]);
  });

  it('level lists that do not fit the client list are discarded', () => {
    const harness = joined();
    harness.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [3, 0] });
    harness.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [3, 0, 1, 1] });
    expect(harness.eventsOf('levels')).toEqual([]);
    expect(harness.session.counters().ignored).toBe(2);
  });

  it('channels from 150 on are ignored', () => {
    const harness = joined();
    const before = harness.session.counters().ignored;
    harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(1, 'Alice'), person(150, 'X'), person(255, 'Y')] });
    harness.say({ type: 'MUTE_STATE_CHANGED', channelId: 150, muted: true });
    harness.say({ type: 'CLIENT_ID', channelId: 150 });
    expect(harness.eventsOf('clientList').at(-1)!.clients).toHaveLength(1);
    expect(harness.eventsOf('muteState')).toEqual([]);
    expect(harness.eventsOf('connected')).toHaveLength(1);
    expect(harness.session.counters().ignored - before).toBe(4);
  });

  it('the welcome text is told apart from chat', () => {
    const harness = joined();
    harness.say({ type: 'CHAT_TEXT', text: '<b>Server Welcome Message:</b> Welcome to the <i>Cellar</i>' });
    harness.say({ type: 'CHAT_TEXT', text: '<b>Bob</b> hi' });
    expect(harness.eventsOf('welcome')).toEqual([{ type: 'welcome', html: 'Welcome to the <i>Cellar</i>' }]);
    expect(harness.eventsOf('chat')).toEqual([{ type: 'chat', html: '<b>Bob</b> hi' }]);
  });

  it('chat is cut to 1600 units, split, and empty text is not sent', () => {
    const harness = joined();
    harness.take(harness.session.sendChat('', harness.nowMs));
    expect(harness.heardNow()).toEqual([]);
    harness.take(harness.session.sendChat('é'.repeat(2000), harness.nowMs));
    expect(harness.heard.at(-1)).toEqual({ type: 'CHAT_TEXT', text: 'é'.repeat(1600) });
  });

  it('the recorder state is told, and unknown again at the next connection', () => {
    const harness = joined();
    harness.say({ type: 'RECORDER_STATE', state: 'recording' });
    expect(harness.eventsOf('recorderState').at(-1)?.state).toBe('recording');
    harness.take(harness.session.leave(harness.nowMs));
    harness.wait(1000);
    harness.take(harness.session.connect(harness.nowMs));
    expect(harness.eventsOf('recorderState').at(-1)?.state).toBe('unknown');
  });

  it('pings every 500 ms and tells the round-trip time', () => {
    const harness = joined();
    harness.wait(2000);
    const pings = harness.heard.filter((message) => message.type === 'CLM_PING_MS');
    expect(pings.map(({ timeMs }) => timeMs)).toEqual([1500, 2000, 2500, 3000]);
    harness.nowMs += 17.6;
    harness.say({ type: 'CLM_PING_MS', timeMs: 3000 });
    expect(harness.eventsOf('ping')).toEqual([{ type: 'ping', ms: 17 }]);
    harness.say({ type: 'CLM_PING_MS', timeMs: 3999 }); // from the future
    harness.say({ type: 'CLM_PING_MS', timeMs: (3000 - 60_000) >>> 0 });
    expect(harness.eventsOf('ping')).toHaveLength(1);
  });

  it('pings go on when the millisecond clock passes 32 bits', () => {
    const harness = startHarness();
    harness.nowMs = 2 ** 32 - 510;
    harness.take(harness.session.connect(harness.nowMs));
    harness.wait(500);
    expect(harness.heard).toEqual([{ type: 'CLM_PING_MS', timeMs: 2 ** 32 - 10 }]);
    harness.nowMs += 30;
    harness.say({ type: 'CLM_PING_MS', timeMs: 2 ** 32 - 10 });
    expect(harness.eventsOf('ping')).toEqual([{ type: 'ping', ms: 30 }]);
    harness.wait(470);
    expect(harness.heard.at(-1)).toEqual({ type: 'CLM_PING_MS', timeMs: 490 });
  });

  it('a new profile and a new format are announced, an unchanged format is not', () => {
    const harness = joined();
    harness.take(harness.session.setProfile({ ...ALICE.profile, name: 'Alice B.' }, harness.nowMs));
    expect(harness.heard.at(-1)).toMatchObject({ type: 'CHANNEL_INFOS', name: 'Alice B.' });
    harness.heardNow();
    harness.take(harness.session.setTransport(ALICE.transport, harness.nowMs));
    expect(harness.heardNow()).toEqual([]);
    harness.take(harness.session.setTransport({ ...ALICE.transport, channels: 2, blockFactor: 2 }, harness.nowMs));
    expect(streams(harness.outputs).at(-1)).toMatchObject({ frameBytes: 47, blockFactor: 2, sequenceNumbers: true });
    expect(harness.heard.at(-1)).toMatchObject({ basePacketBytes: 48, blockFactor: 2, channels: 2 });
  });

  it('the jitter buffers follow the one switch "auto"', () => {
    const harness = joined();
    const set = (auto: boolean, clientBlocks: number, serverBlocks: number) => {
      harness.take(harness.session.setJitter({ auto, clientBlocks, serverBlocks }, harness.nowMs));
      return harness.heardNow().length === 0 ? undefined : (harness.heard.at(-1) as { blocks: number }).blocks;
    };
    harness.say({ type: 'JITT_BUF_SIZE', blocks: 6 });
    expect(set(true, 4, 5)).toBeUndefined();
    expect(set(false, 4, 5)).toBe(5);
    expect(harness.outputs.at(-1)).toEqual({ type: 'jitter', auto: false, blocks: 4 });
    harness.say({ type: 'JITT_BUF_SIZE', blocks: 7 });
    expect(set(false, 3, 5)).toBeUndefined();
    expect(set(false, 3, 99)).toBe(20);
    expect(set(true, 3, 20)).toBe(21);
    expect(harness.eventsOf('serverJitterBlocks')).toEqual([{ type: 'serverJitterBlocks', blocks: 6 }]);
  });

  it('everything out of place is acknowledged, counted and ignored', () => {
    const harness = joined();
    const before = { events: harness.events().length, ...harness.session.counters() };
    const strange: Message[] = [
      { type: 'CHANNEL_GAIN', channelId: 1, gain: 1 },
      { type: 'CHANNEL_INFOS', ...person(0, 'X') },
      { type: 'REQ_CONN_CLIENTS_LIST' },
      { type: 'JITT_BUF_SIZE', blocks: 21 },
      { type: 'CLM_SERVER_LIST', servers: [] },
      { type: 'CLM_REQ_VERSION_AND_OS' },
    ];
    harness.say(...strange);
    expect(harness.session.counters().ignored - before.ignored).toBe(strange.length);
    expect(harness.events()).toHaveLength(before.events);
    expect(harness.heardNow()).toEqual([]);
    harness.take(harness.session.receive(Uint8Array.of(1, 2, 3), harness.nowMs));
    expect(harness.session.counters().notMessages).toBe(1);
  });
});

describe('on a bad line', () => {
  it('messages are repeated every 400 ms until the server has them', () => {
    const harness = joined();
    harness.connected = false;
    harness.take(harness.session.sendChat('hello', harness.nowMs));
    harness.wait(3999);
    expect(harness.session.counters().retransmissions).toBe(9);
    harness.connected = true;
    harness.wait(1);
    expect(harness.heardNow()).toEqual(['CHAT_TEXT']);
  });
});
