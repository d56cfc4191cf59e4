/** The promises of a room about its players' data, as far as its session keeps them. */
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/jamulus/frame.ts';
import { encodeUtf8 } from '../../../src/jamulus/text.ts';
import { silenceFrame, streamFormat } from '../../../src/jamulus/transport.ts';
import { createEncoder } from '../../../src/opus/codec.ts';
import { testOpus } from '../../support/opus.ts';
import { boxClient, lossyLink, player, puppet, startWorld } from './room-world.ts';

describe('S1: names and addresses are logged by nobody, or players are told', () => {
  it('tells of a log in the feature bits and the welcome text', () => {
    for (const logging of [true, false]) {
      const world = startWorld({ logging, welcome: 'x'.repeat(1600) });
      const client = puppet(world, 1001);
      client.say({ type: 'CLM_REQ_SERVER_FEATURES' }, { type: 'CLM_REQ_WELCOME_MESSAGE' });
      expect((client.heardOf('CLM_SERVER_FEATURES')[0]!.features & (1 << 9)) !== 0).toBe(logging);
      const { text } = client.heardOf('CLM_WELCOME_MESSAGE')[0]!;
      expect(text.includes('keeps a log of names and addresses')).toBe(logging);
      expect(text).toHaveLength(1600);
    }
  });

  it('says nothing on the console, and no event carries what was said', () => {
    const written: unknown[] = [];
    const original = { log: process.stdout.write, error: process.stderr.write };
    process.stdout.write = (chunk: unknown) => written.push(chunk) > 0;
    process.stderr.write = (chunk: unknown) => written.push(chunk) > 0;
    try {
      const world = startWorld();
      const bob = player(world, 1001, 'Bob');
      bob.say({ type: 'CHAT_TEXT', text: 'a secret' });
      bob.say({ type: 'CLM_DISCONNECTION' });
      expect(JSON.stringify(world.events())).not.toContain('secret');
      expect(JSON.stringify(world.room.channels())).not.toContain('Bob');
    } finally {
      process.stdout.write = original.log;
      process.stderr.write = original.error;
    }
    expect(written).toEqual([]);
  });
});

describe('S2: profiles and chat are never stored', () => {
  it('nothing of a player is left in the session when they have gone', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    player(world, 1002, 'Alice');
    bob.say({ type: 'CHAT_TEXT', text: 'a secret' }, { type: 'CLM_DISCONNECTION' });
    world.wait(1000);
    expect(world.room.channels().map(({ info }) => info.name)).toEqual(['Alice']);
    const late = player(world, 1003, 'Carol');
    expect(JSON.stringify(late.heard)).not.toMatch(/Bob|secret/);
  });
});

describe('S3: the recorder state is told at joining and at each change', () => {
  it('to everybody, before the first sample is recorded and after the last one', () => {
    const world = startWorld({ recorder: 'not-enabled' });
    const bob = player(world, 1001, 'Bob');
    const states = () => bob.heardOf('RECORDER_STATE').map(({ state }) => state);
    expect(states()).toEqual(['not-enabled']);
    for (const state of ['recording', 'recording', 'not-enabled'] as const) {
      world.outputs.length = 0;
      world.take(world.room.setRecorder(state, world.nowMs));
      const steps = world.outputs.map(({ type }) => type);
      if (state === 'recording' && steps.length > 0) expect(steps).toEqual(['send', 'order']);
      if (state === 'not-enabled') expect(steps).toEqual(['order', 'send']);
      world.wait(0);
      const features = puppet(world, 1002);
      features.say({ type: 'CLM_REQ_SERVER_FEATURES' });
      const bits = features.heardOf('CLM_SERVER_FEATURES').at(-1)!.features;
      expect(bits & 0b1100).toBe(state === 'recording' ? 0b1100 : 0b0100);
      expect(world.recording).toBe(state === 'recording');
    }
    expect(states()).toEqual(['not-enabled', 'recording', 'not-enabled']);
    world.take(world.room.setRecorder('recording', world.nowMs));
    const late = player(world, 1003, 'Carol');
    expect(late.heardOf('RECORDER_STATE')).toEqual([{ type: 'RECORDER_STATE', state: 'recording' }]);
  });

  it('a client of ours shows what the room does, over a link that loses half', () => {
    const world = startWorld({ recorder: 'not-enabled' }, lossyLink(1, 0.5));
    const client = boxClient(world, 1001);
    client.do((session, nowMs) => session.connect(nowMs));
    world.wait(30_000);
    world.take(world.room.setRecorder('recording', world.nowMs));
    world.wait(30_000);
    expect(client.eventsOf('recorderState').map(({ state }) => state)).toEqual(['unknown', 'not-enabled', 'recording']);
  });
});

describe('S5: players’ addresses never reach other players', () => {
  it('no datagram to anybody holds an address, and the list’s field is four zero bytes', () => {
    const world = startWorld();
    const address = [203, 113, 77, 241];
    const far = puppet(world, 47_113, address);
    world.toRoom(far.peer, Uint8Array.of(255));
    world.wait(0);
    far.say({ type: 'CHANNEL_INFOS', name: 'Far', city: '', countryCode: 0, instrument: 0, skill: 'not-set' });
    const near = player(world, 1002, 'Near');
    far.say({ type: 'CHAT_TEXT', text: 'hello' });
    near.say({ type: 'CLM_REQ_CONN_CLIENTS_LIST' });
    world.take(world.room.levels([1, 2]));
    const sent = world.outputs.filter((output) => output.type === 'send');
    const needles = [address, address.toReversed(), [...encodeUtf8(address.join('.'))], [47_113 >> 8, 47_113 & 255]];
    for (const { datagram } of sent) {
      const { body } = parseFrame(datagram)!;
      for (const needle of needles) expect(` ${body.join(' ')} `).not.toContain(` ${needle.join(' ')} `);
    }
    const lists = sent
      .map(({ datagram }) => parseFrame(datagram)!)
      .filter(({ id, body }) => id === 24 && body.length > 0);
    // Channel, country, instrument and skill are 8 bytes; then the field.
    expect(lists.length).toBeGreaterThan(0);
    for (const { body } of lists) expect([...body.subarray(8, 12)]).toEqual([0, 0, 0, 0]);
  });
});

describe('S7: a licence, if required, is accepted before a client is mixed', () => {
  it('mixes nobody to whom it has not been shown, then only who has fallen silent to ask', () => {
    const world = startWorld({ licenceRequired: true });
    const bob = puppet(world, 1001);
    bob.acknowledges = false;
    world.toRoom(bob.peer, Uint8Array.of(255));
    world.wait(1000);
    expect(world.threadChannels.get(0)!.mixing).toBe('no');
    bob.acknowledges = true;
    world.wait(1000);
    expect(bob.heardOf('LICENCE_REQUIRED')).toEqual([{ type: 'LICENCE_REQUIRED', required: true }]);
    expect(world.threadChannels.get(0)!.mixing).toBe('once-silent');
    expect(world.room.channels()[0]!.licence).toBe('shown');
  });

  it('asks those who are in when it comes to be required, and sets them free when it is no longer', () => {
    const world = startWorld();
    const bob = player(world, 1001, 'Bob');
    expect(world.threadChannels.get(0)!.mixing).toBe('yes');
    world.take(world.room.setLicenceRequired(true, world.nowMs));
    expect(world.threadChannels.get(0)!.mixing).toBe('no');
    world.wait(0);
    expect(world.threadChannels.get(0)!.mixing).toBe('once-silent');
    world.take(world.room.setLicenceRequired(false, world.nowMs));
    world.take(world.room.setLicenceRequired(true, world.nowMs));
    expect(world.threadChannels.get(0)!.mixing).toBe('no');
    world.wait(0);
    expect(world.threadChannels.get(0)!.mixing).toBe('once-silent');
    world.take(world.room.setLicenceRequired(false, world.nowMs));
    world.wait(0);
    expect(world.threadChannels.get(0)!.mixing).toBe('yes');
    expect(bob.heardOf('LICENCE_REQUIRED').map(({ required }) => required)).toEqual([true, false, true, false]);
  });

  it('a stream that falls silent is told from any sound by its coded frames, from the second on, in every format', async () => {
    const opus = await testOpus(12);
    for (const frameSamples of [64, 128] as const) {
      for (const channels of [1, 2] as const) {
        for (const quality of ['low', 'normal', 'high'] as const) {
          const settings = { quality, channels, frameSamples, blockFactor: 1 } as const;
          const format = streamFormat(settings, { sequenceNumbers: true, rawOffered: false });
          const encoder = createEncoder(opus, format);
          encoder.setFrameBytes(format.frameBytes);
          const frames: Uint8Array[] = [];
          for (let frame = 0; frame < 12; frame++) {
            for (let i = 0; i < encoder.pcm.length; i++) encoder.pcm[i] = frame < 10 ? Math.sin(i * frame) / 2 : 0;
            encoder.encode();
            frames.push(encoder.bytes.slice(0, format.frameBytes));
          }
          expect(frames.at(-1)).toEqual(silenceFrame(format));
          for (const sound of frames.slice(1, 10)) expect(sound).not.toEqual(silenceFrame(format));
        }
      }
    }
  });

  it('a client of ours sends silence from the question on, and sound when the musician has accepted', () => {
    const world = startWorld({ licenceRequired: true });
    const client = boxClient(world, 1001);
    client.do((session, nowMs) => session.connect(nowMs));
    world.wait(1000);
    expect(client.eventsOf('licenceRequired')).toHaveLength(1);
    expect(world.threadChannels.get(0)!.mixing).toBe('once-silent');
    client.do((session, nowMs) => session.acceptLicence(nowMs));
    client.do((session, nowMs) => session.setGain(0, 0.5, nowMs));
    world.wait(1000);
    expect(world.threadChannels.get(0)!.gains.get(0)).toBeCloseTo(0.5, 3);
  });
});
