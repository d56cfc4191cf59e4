import { beforeEach, describe, expect, test } from 'vitest';
import { until } from '../audio/engine-rig.ts';
import { person } from '../jamulus/harness.ts';
import { ANNA, silences } from './box-rig.ts';
import { startVisit, type VisitRig } from './visit-rig.ts';

let server: VisitRig['server'];
let box: VisitRig['box'];
let nextAudio: VisitRig['nextAudio'];

beforeEach(async () => {
  ({ server, box, nextAudio } = await startVisit());
});

describe('Joining', () => {
  test('brings the player’s profile to the server exactly as it is set, and their sound', async () => {
    await box.join(server.address);
    await until(() => server.messages('CHANNEL_INFOS').length > 0);
    expect(server.messages('CHANNEL_INFOS')[0]).toEqual({ type: 'CHANNEL_INFOS', ...ANNA });
    // Props for 73 bytes stereo; with numbers once the version is known.
    await until(() => server.messages('NETW_TRANSPORT_PROPS').some(({ sequenceNumbers }) => sequenceNumbers));
    expect(server.messages('NETW_TRANSPORT_PROPS').at(-1)).toEqual({
      type: 'NETW_TRANSPORT_PROPS',
      basePacketBytes: 74,
      blockFactor: 1,
      channels: 2,
      sampleRate: 48000,
      codec: 3,
      sequenceNumbers: true,
    });
    const sizes = server.audio().map(({ length }) => length);
    expect(sizes[0]).toBe(73);
    expect((await nextAudio(50)).every(({ length }) => length === 74)).toBe(true);
    // What the server sends back is heard.
    await until(() => box.state().engine.output.level[0] > 0.08);
    // A profile that changes while playing is told at once (privacy C2).
    box.store.dispatch({ type: 'setProfile', profile: { ...ANNA, name: '', city: '' } });
    await until(() => server.messages('CHANNEL_INFOS').some(({ name }) => name === ''));
    expect(server.messages('CHANNEL_INFOS').at(-1)).toEqual({ type: 'CHANNEL_INFOS', ...ANNA, name: '', city: '' });
  });

  test('shows who is there, with ping, version, levels and welcome', async () => {
    server.manner.others = [person(0, 'Ben'), person(7, 'Carla')];
    server.manner.welcome = 'Be <i>kind</i>';
    await box.join(server.address);
    await until(() => box.state().visit.people.length === 3 && box.state().visit.people[1]?.name === ANNA.name);
    expect(box.state().visit.people.map(({ name, isOwn }) => [name, isOwn])).toEqual([
      ['Ben', false],
      [ANNA.name, true],
      ['Carla', false],
    ]);
    expect(box.state().visit.welcome).toBe('Be kind');
    expect(box.state().visit.server?.version).toBe('3.9.1');
    server.say({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: [3, 5, 8] });
    await until(() => box.state().visit.people[2]?.level === 8);
    await until(() => box.state().visit.pingMs !== null);
    box.store.dispatch({ type: 'setMix', channelId: 7, change: { gain: 0.5, pan: 0.25 } });
    await until(() => server.messages('CHANNEL_PAN').length > 0 && server.messages('CHANNEL_GAIN').length > 0);
    expect(server.messages('CHANNEL_GAIN').at(-1)).toMatchObject({ channelId: 7, gain: 0.5 });
    expect(server.messages('CHANNEL_PAN').at(-1)).toMatchObject({ channelId: 7, pan: 0.25 });
  });

  test('a full server is said so, and once there is room the box is in', async () => {
    server.manner.full = true;
    box.connect(server.address);
    await until(() => box.state().problem === 'server-full');
    expect(box.state().link.kind).toBe('connecting');
    server.manner.full = false;
    await until(() => box.state().link.kind === 'connected');
    expect(box.state().problem).toBeNull();
  });
});

describe('Playing', () => {
  test('chat goes both ways, and nowhere else: nothing of it is in the log (privacy C7)', async () => {
    await box.join(server.address);
    box.store.dispatch({ type: 'chatSent', text: 'secret of the band' });
    await until(() => box.state().visit.chat.length > 0);
    expect(server.messages('CHAT_TEXT').map(({ text }) => text)).toEqual(['secret of the band']);
    expect(box.state().visit.chat.at(-1)?.text).toContain('secret of the band');
    server.say({ type: 'CHAT_TEXT', text: '<b>Ben</b> another secret' });
    await until(() => box.state().visit.chat.length === 2);
    expect(box.state().visit.chat[1]?.text).toContain('another secret');
    for (const line of box.log) expect(line).not.toMatch(/secret|Ben|Anna|127\.0\.0\.1/);
    box.store.dispatch({ type: 'leavePressed' });
    expect(box.state().visit.chat).toEqual([]);
  });

  test('shows who has muted this box', async () => {
    server.manner.others = [person(0, 'Ben')];
    await box.join(server.address);
    await until(() => box.state().visit.people.length === 2);
    server.say({ type: 'MUTE_STATE_CHANGED', channelId: 0, muted: true });
    await until(() => box.state().visit.people[0]?.hasMutedMe === true);
    server.say({ type: 'MUTE_STATE_CHANGED', channelId: 0, muted: false });
    await until(() => box.state().visit.people[0]?.hasMutedMe === false);
  });

  test('MUTE leaves silence on the wire, and its release the sound', async () => {
    await box.join(server.address);
    await until(() => silences(server.audio().slice(-1))[0] === false);
    for (const muted of [true, false, true]) {
      box.store.dispatch({ type: 'mutePressed' });
      await until(() => silences(server.audio().slice(-1))[0] === muted);
      await nextAudio(5);
      expect(silences(await nextAudio(100))).not.toContain(!muted);
    }
  });
});

describe('The end', () => {
  test('by LEAVE: the sound stops, then the server hears goodbye three times and nothing any more', async () => {
    await box.join(server.address);
    await nextAudio(50);
    box.store.dispatch({ type: 'leavePressed' });
    await until(() => box.state().link.kind === 'idle');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const goodbye = server.arrivals.findIndex(
      (arrival) => arrival.kind === 'message' && arrival.message.type === 'CLM_DISCONNECTION',
    );
    const after = server.arrivals
      .slice(goodbye)
      .map((arrival) => (arrival.kind === 'audio' ? 'audio' : arrival.message.type));
    expect(after).toEqual(['CLM_DISCONNECTION', 'CLM_DISCONNECTION', 'CLM_DISCONNECTION']);
    expect(server.occupied()).toBe(false);
  });

  test('after which audio that still comes is answered by another goodbye', async () => {
    await box.join(server.address);
    box.store.dispatch({ type: 'leavePressed' });
    await until(() => box.state().link.kind === 'idle');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = server.messages('CLM_DISCONNECTION').length;
    server.sendRaw(new Uint8Array(74).fill(4));
    await until(() => server.messages('CLM_DISCONNECTION').length === before + 1);
  });

  test('by the server’s goodbye: the box says so and comes back by itself', async () => {
    await box.join(server.address);
    server.say({ type: 'CLM_DISCONNECTION' });
    await until(() => box.state().link.kind === 'waiting');
    expect(box.state().problem).toBe('connection-lost');
    const heard = server.messages('CHANNEL_INFOS').length;
    await until(() => box.state().link.kind === 'connected');
    await until(() => server.messages('CHANNEL_INFOS').length > heard || box.state().visit.pingMs !== null);
  });

  test('by quitting: first the goodbye, then the exit, with the report of the audio thread', async () => {
    await box.join(server.address);
    box.store.dispatch({ type: 'quit', code: 7 });
    const { code, report } = await box.exit;
    expect(code).toBe(7);
    expect(report?.seconds).toBeGreaterThan(0);
    await until(() => server.messages('CLM_DISCONNECTION').length === 3);
    const last = server.arrivals.at(-1);
    expect(last).toEqual({ kind: 'message', message: { type: 'CLM_DISCONNECTION' } });
    const { received } = server.counts;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.counts.received).toBe(received);
  });

  test('by quitting without a server comes at once', async () => {
    expect((await box.quit()).code).toBe(0);
    expect(server.counts.received).toBe(0);
  });
});
