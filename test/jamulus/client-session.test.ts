import { describe, expect, it } from 'vitest';
import type { SessionOutput } from '../../src/jamulus/session-types.ts';
import { ALICE, greeting, joined, startHarness, streams } from './harness.ts';

function silences(outputs: readonly SessionOutput[]) {
  return outputs.flatMap((output) => (output.type === 'silence' ? [output.on] : []));
}

describe('connecting', () => {
  it('starts the stream without sequence numbers and says nothing until the server has spoken', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    expect(streams(harness.outputs)).toEqual([
      { frameSamples: 128, channels: 1, frameBytes: 25, blockFactor: 1, sequenceNumbers: false, raw: false },
    ]);
    expect(harness.outputs).toContainEqual({ type: 'jitter', auto: true, blocks: 10 });
    expect(silences(harness.outputs)).toEqual([false]);
    expect(harness.eventsOf('recorderState')).toEqual([{ type: 'recorderState', state: 'unknown' }]);
    harness.take(harness.session.setProfile(ALICE.profile, harness.nowMs));
    harness.take(harness.session.sendChat('anyone there?', harness.nowMs));
    expect(harness.heardNow()).toEqual([]);
    expect(harness.session.state()).toBe('connecting');
  });

  it('answers the greeting as a 3.9.1 client does and introduces itself at the first audio', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    harness.say(...greeting(1));
    expect(harness.session.state()).toBe('connected');
    expect(harness.heardNow()).toEqual([
      'SPLIT_MESS_SUPPORTED',
      'NETW_TRANSPORT_PROPS',
      'JITT_BUF_SIZE',
      'CHANNEL_INFOS',
      'NETW_TRANSPORT_PROPS',
    ]);
    harness.audio();
    harness.audio();
    expect(harness.heardNow()).toEqual([
      'CHANNEL_INFOS',
      'REQ_CONN_CLIENTS_LIST',
      'JITT_BUF_SIZE',
      'REQ_CHANNEL_LEVEL_LIST',
    ]);
    expect(harness.eventsOf('connected')).toEqual([{ type: 'connected', channelId: 1 }]);
  });

  it('numbers the frames first and announces it then, from server version 3.6.0 on', () => {
    const harness = startHarness();
    const order: string[] = [];
    const note = (outputs: readonly SessionOutput[]) => {
      for (const output of outputs) if (output.type !== 'event') order.push(output.type);
      harness.take(outputs);
    };
    note(harness.session.connect(harness.nowMs));
    harness.say({ type: 'VERSION_AND_OS', os: 2, version: '3.5.12' });
    expect(streams(harness.outputs)).toHaveLength(1);
    harness.say({ type: 'VERSION_AND_OS', os: 2, version: '3.6.0' });
    expect(streams(harness.outputs).at(-1)).toMatchObject({ sequenceNumbers: true, frameBytes: 25 });
    expect(harness.heard.at(-1)).toMatchObject({ basePacketBytes: 26, sequenceNumbers: true });
    expect(harness.eventsOf('serverVersion').at(-1)).toMatchObject({ version: '3.6.0', os: 'linux' });
  });

  it('says once, after 5 s, that nothing has answered, and keeps trying', () => {
    const harness = startHarness();
    harness.connected = false;
    harness.take(harness.session.connect(harness.nowMs));
    harness.wait(4999);
    expect(harness.eventsOf('noAnswer')).toHaveLength(0);
    harness.wait(60_000);
    expect(harness.eventsOf('noAnswer')).toHaveLength(1);
    expect(harness.session.state()).toBe('connecting');
    harness.connected = true;
    harness.say(...greeting(0));
    expect(harness.session.state()).toBe('connected');
  });

  it('tells of a full server once per attempt, however often the server says it', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    for (let i = 0; i < 900; i++) harness.say({ type: 'CLM_SERVER_FULL' });
    expect(harness.eventsOf('serverFull')).toHaveLength(1);
    expect(harness.session.state()).toBe('connecting');
    harness.wait(6000);
    expect(harness.eventsOf('noAnswer')).toHaveLength(0);
    harness.take(harness.session.leave(harness.nowMs));
    harness.wait(1000);
    harness.take(harness.session.connect(harness.nowMs));
    harness.say({ type: 'CLM_SERVER_FULL' });
    expect(harness.eventsOf('serverFull')).toHaveLength(2);
  });

  it('gives a channel back that is left over from before, and starts again', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    harness.audio(); // no CLIENT_ID came: this is an old channel
    expect(streams(harness.outputs).at(-1)).toBeNull();
    expect(harness.heardNow()).toEqual([]);
    harness.wait(400);
    expect(harness.heardNow()).toEqual(['CLM_DISCONNECTION', 'CLM_DISCONNECTION', 'CLM_DISCONNECTION']);
    expect(streams(harness.outputs).at(-1)).toMatchObject({ frameBytes: 25 });
    expect(harness.session.state()).toBe('connecting');
    harness.say(...greeting(0));
    harness.audio();
    expect(harness.session.state()).toBe('connected');
    expect(harness.heardNow()).toHaveLength(9);
  });

  it('makes do with such a channel if the server does not let it go', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    harness.audio();
    harness.wait(400);
    harness.heardNow();
    harness.audio();
    expect(harness.heardNow()).toEqual([
      'NETW_TRANSPORT_PROPS',
      'CHANNEL_INFOS',
      'REQ_CONN_CLIENTS_LIST',
      'JITT_BUF_SIZE',
      'REQ_CHANNEL_LEVEL_LIST',
    ]);
  });

  it('while connected changes nothing', () => {
    const harness = joined();
    expect(harness.session.connect(harness.nowMs)).toEqual([]);
  });
});

describe('raw audio', () => {
  const max = { transport: { ...ALICE.transport, quality: 'max' } } as const;

  it('is sent at quality "max" as soon as the server has offered it', () => {
    const harness = startHarness(max);
    harness.take(harness.session.connect(harness.nowMs));
    expect(streams(harness.outputs)).toMatchObject([{ frameBytes: 82, raw: false }]);
    harness.say({ type: 'CLIENT_ID', channelId: 0 }, { type: 'RAWAUDIO_SUPPORTED' });
    expect(streams(harness.outputs).at(-1)).toMatchObject({ frameBytes: 256, raw: true });
    expect(harness.heard.at(-1)).toMatchObject({ type: 'NETW_TRANSPORT_PROPS', basePacketBytes: 256 });
    expect(harness.eventsOf('rawAudioOffered')).toHaveLength(1);
  });

  it('is not sent at other qualities, but as soon as "max" is chosen', () => {
    const harness = joined();
    harness.say({ type: 'RAWAUDIO_SUPPORTED' });
    expect(streams(harness.outputs).at(-1)).toMatchObject({ raw: false });
    harness.take(harness.session.setTransport(max.transport, harness.nowMs));
    expect(streams(harness.outputs).at(-1)).toMatchObject({ raw: true, sequenceNumbers: true });
  });

  it('is forgotten at the next connection and when the server starts anew', () => {
    const harness = joined(max);
    harness.say({ type: 'RAWAUDIO_SUPPORTED' });
    expect(streams(harness.outputs).at(-1)).toMatchObject({ raw: true });
    harness.restartServer();
    harness.say({ type: 'CLIENT_ID', channelId: 0 });
    expect(streams(harness.outputs).at(-1)).toMatchObject({ raw: false, frameBytes: 82 });
    harness.say({ type: 'RAWAUDIO_SUPPORTED' });
    harness.take(harness.session.leave(harness.nowMs));
    harness.wait(1000);
    harness.take(harness.session.connect(harness.nowMs));
    expect(streams(harness.outputs).at(-1)).toMatchObject({ raw: false, sequenceNumbers: false });
  });
});

describe('a licence', () => {
  it('keeps the musician silent until they accept it', () => {
    const harness = joined();
    harness.say({ type: 'LICENCE_REQUIRED', required: true });
    expect(silences(harness.outputs).at(-1)).toBe(true);
    expect(harness.eventsOf('licenceRequired')).toHaveLength(1);
    harness.take(harness.session.acceptLicence(harness.nowMs));
    expect(silences(harness.outputs).at(-1)).toBe(false);
    expect(harness.session.acceptLicence(harness.nowMs)).toEqual([]);
  });

  it('that is not required leaves the sound alone', () => {
    const harness = joined();
    harness.say({ type: 'LICENCE_REQUIRED', required: false });
    expect(silences(harness.outputs)).toEqual([false]);
    expect(harness.eventsOf('licenceRequired')).toEqual([]);
  });
});

describe('a server that starts anew', () => {
  it('makes the session forget what it knew and say everything again', () => {
    const harness = joined();
    harness.say({ type: 'RECORDER_STATE', state: 'recording' }, { type: 'LICENCE_REQUIRED', required: true });
    harness.restartServer();
    harness.say(...greeting(0));
    expect(harness.heardNow()).toEqual([
      'SPLIT_MESS_SUPPORTED',
      'NETW_TRANSPORT_PROPS',
      'JITT_BUF_SIZE',
      'CHANNEL_INFOS',
      'NETW_TRANSPORT_PROPS',
    ]);
    expect(
      harness
        .events()
        .map(({ type }) => type)
        .slice(-6),
    ).toEqual(['serverRestarted', 'recorderState', 'connected', 'clientList', 'serverVersion', 'recorderState']);
    expect(silences(harness.outputs).at(-1)).toBe(false);
    harness.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [1, 2, 3] });
    expect(harness.eventsOf('levels')).toEqual([]);
  });
});

describe('the end', () => {
  it('by leaving stops the stream at once and says goodbye three times, 100 ms apart', () => {
    const harness = joined();
    const startMs = harness.nowMs;
    harness.take(harness.session.leave(startMs));
    expect(streams(harness.outputs).at(-1)).toBeNull();
    expect(harness.heardNow()).toEqual([]);
    const times: number[] = [];
    while (harness.session.state() === 'leaving') {
      harness.wait(harness.session.nextTickMs() - harness.nowMs);
      times.push(harness.nowMs - startMs);
    }
    expect(times).toEqual([100, 200, 300]);
    expect(harness.heardNow()).toEqual(['CLM_DISCONNECTION', 'CLM_DISCONNECTION', 'CLM_DISCONNECTION']);
    expect(harness.events().at(-1)).toEqual({ type: 'ended', reason: 'left' });
    expect(harness.session.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves the server’s messages unanswered while leaving and after', () => {
    const harness = joined();
    harness.take(harness.session.leave(harness.nowMs));
    harness.say({ type: 'REQ_CHANNEL_INFOS' }, { type: 'CLM_DISCONNECTION' });
    harness.wait(1000);
    harness.say({ type: 'CLIENT_ID', channelId: 3 });
    harness.take(harness.session.sendChat('still here', harness.nowMs));
    expect(harness.heardNow()).toEqual(['CLM_DISCONNECTION', 'CLM_DISCONNECTION', 'CLM_DISCONNECTION']);
    expect(harness.eventsOf('ended')).toHaveLength(1);
    expect(harness.session.state()).toBe('disconnected');
  });

  it('is followed by a bounded number of goodbyes to audio that still arrives', () => {
    const harness = joined();
    harness.take(harness.session.leave(harness.nowMs));
    harness.wait(1000);
    harness.heardNow();
    for (let i = 0; i < 1000; i++) {
      harness.nowMs += 20;
      harness.audio();
    }
    expect(harness.heardNow()).toEqual(new Array(10).fill('CLM_DISCONNECTION'));
  });

  it('comes with the server’s goodbye', () => {
    const harness = joined();
    harness.say({ type: 'CLM_DISCONNECTION' });
    expect(harness.outputs.slice(-2)).toEqual([
      { type: 'stream', format: null },
      { type: 'event', event: { type: 'ended', reason: 'server-said-goodbye' } },
    ]);
    expect(harness.session.state()).toBe('disconnected');
  });

  it('comes 30 s after the last server audio, whatever else the server says', () => {
    const harness = joined();
    for (let i = 0; i < 29; i++) {
      harness.wait(1000);
      harness.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [1, 2, 3] });
    }
    harness.audio();
    harness.wait(29_999);
    expect(harness.session.state()).toBe('connected');
    harness.wait(1);
    expect(harness.events().at(-1)).toEqual({ type: 'ended', reason: 'timeout' });
  });

  it('does not come without server audio as long as there was none', () => {
    const harness = startHarness();
    harness.take(harness.session.connect(harness.nowMs));
    harness.say(...greeting(0));
    harness.wait(300_000);
    expect(harness.session.state()).toBe('connected');
  });

  it('can be followed by a new connection', () => {
    const harness = joined();
    harness.say({ type: 'CLM_DISCONNECTION' });
    harness.restartServer();
    harness.take(harness.session.connect(harness.nowMs));
    harness.heardNow();
    harness.say(...greeting(4));
    expect(harness.heardNow()).toHaveLength(5);
    expect(harness.eventsOf('connected').at(-1)).toEqual({ type: 'connected', channelId: 4 });
    expect(harness.eventsOf('serverRestarted')).toEqual([]);
  });
});
