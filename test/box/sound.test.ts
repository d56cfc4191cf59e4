import { describe, expect, it } from 'vitest';
import { soundControls } from '../../src/box/sound.ts';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import { jitterSettings } from '../../src/box/transport.ts';
import { makeBox, musician, playing } from './box.ts';

describe('what I send and what I hear', () => {
  it('starts muted when asked to', () => {
    expect(soundControls(makeBox({ startMuted: true }).state()).muted).toBe(true);
    expect(soundControls(makeBox().state()).muted).toBe(false);
  });

  it('tells the audio engine its controls at start and whenever one changes, never otherwise', () => {
    const box = makeBox();
    expect(box.all().filter((effect) => effect.type === 'sound')).toHaveLength(1);
    box.send({ type: 'setSound', change: { inputGainDb: 20 * Math.log10(2) } });
    expect(box.last()).toEqual([{ type: 'sound', sound: expect.objectContaining({ inputGain: 2 }) }]);
    box.send({ type: 'setSound', change: { boost: 1 } });
    expect(box.last()).toEqual([]);
  });

  it('has direct sound off at first, and at its own level when on', () => {
    const box = makeBox();
    expect(soundControls(box.state()).monitorGain).toBe(0);
    box.send({ type: 'setSound', change: { monitorOn: true, monitorPan: 1 } });
    expect(soundControls(box.state())).toMatchObject({ monitorGain: 1, monitorPan: 1 });
  });

  it('limits numbers to their ranges and ignores what is none', () => {
    const box = makeBox();
    box.send({ type: 'setSound', change: { inputGainDb: 90, boost: 12.4, inputPan: -1, masterLevel: Number.NaN } });
    expect(box.state().sound).toMatchObject({ inputGainDb: 24, boost: 10, inputPan: 0, masterLevel: 100 });
  });

  it('announces a change between mono and stereo to the server at once', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'setSound', change: { mode: 'mono' } });
    const transport = { quality: 'high', channels: 1, frameSamples: 64, blockFactor: 1 };
    expect(box.calls()).toEqual([{ method: 'setTransport', transport }]);
    box.send({ type: 'setSound', change: { mode: 'mono-in-stereo-out' } });
    expect(box.calls().at(-1)).toEqual({ method: 'setTransport', transport: { ...transport, channels: 2 } });
  });

  it('opens the sound card with other channels when they are chosen, and only then', () => {
    const box = makeBox();
    box.send({ type: 'setSound', change: { inputChannels: [3, 4] } });
    const channels = { inputChannels: [3, 4], outputChannels: [1, 2] };
    expect(box.last()).toEqual([{ type: 'channels', channels }]);
    box.send({ type: 'setSound', change: { inputChannels: [3, 4], boost: 2 } });
    expect(box.last().map(({ type }) => type)).toEqual(['sound']);
    for (const pair of [
      [0, 1],
      [1, 33],
      [1.5, 2],
      [Number.NaN, 2],
    ] as const) {
      box.send({ type: 'setSound', change: { inputChannels: pair, outputChannels: pair } });
      expect(box.last()).toEqual([]);
    }
    expect(box.state().sound).toMatchObject(channels);
  });

  it('lets a muted musician hear themselves at their own fader', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(3, 'Box-7F3A', { isOwn: true })] });
    box.send({ type: 'setMix', channelId: 3, change: { gain: 0.25 } });
    expect(soundControls(box.state()).ownFader).toBe(0.25);
    box.send({ type: 'setMix', channelId: 3, change: { muted: true } });
    expect(soundControls(box.state()).ownFader).toBe(0);
  });

  it('puts the clip lamps out when pressed', () => {
    const box = makeBox();
    box.send({ type: 'clipPressed' });
    expect(box.last()).toEqual([{ type: 'resetClip' }]);
  });

  it('takes default settings unchanged', () => {
    expect(makeBox().state().sound).toEqual({ ...DEFAULT_SOUND, mute: 'off' });
  });
});

describe('the jitter buffer', () => {
  it('is small when Fast, automatic when Normal, and 26.7 ms when Safe, at every frame size', () => {
    const small = { quality: 'high', frameSamples: 64, blockFactor: 1 } as const;
    const large = { quality: 'high', frameSamples: 128, blockFactor: 2 } as const;
    expect(jitterSettings({ kind: 'fast' }, small)).toEqual({ auto: false, clientBlocks: 2, serverBlocks: 2 });
    expect(jitterSettings({ kind: 'fast' }, large)).toEqual({ auto: false, clientBlocks: 4, serverBlocks: 4 });
    expect(jitterSettings({ kind: 'normal' }, small).auto).toBe(true);
    expect(jitterSettings({ kind: 'safe' }, small).clientBlocks).toBe(20);
    expect(jitterSettings({ kind: 'safe' }, large).clientBlocks).toBe(10);
    const fixed = { kind: 'fixed', clientBlocks: 99, serverBlocks: Number.NaN } as const;
    expect(jitterSettings(fixed, small)).toEqual({ auto: false, clientBlocks: 20, serverBlocks: 1 });
  });

  it('is applied at once while connected', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'setJitter', jitter: { kind: 'fast' } });
    expect(box.calls()).toEqual([{ method: 'setJitter', jitter: { auto: false, clientBlocks: 2, serverBlocks: 2 } }]);
  });

  it('keeps its time when the frame size changes, and small frames travel alone', () => {
    const box = makeBox({
      jitter: { kind: 'safe' },
      transport: { quality: 'low', frameSamples: 128, blockFactor: 4 },
    });
    playing(box);
    box.send({ type: 'setTransport', change: { frameSamples: 64 } });
    expect(box.calls()).toEqual([
      { method: 'setTransport', transport: { quality: 'low', frameSamples: 64, blockFactor: 1, channels: 2 } },
      { method: 'setJitter', jitter: { auto: false, clientBlocks: 20, serverBlocks: 20 } },
    ]);
  });
});

describe('the profile', () => {
  it('takes effect while connected, cut to what the protocol carries', () => {
    const box = makeBox();
    playing(box);
    const profile = {
      name: 'A name of more than sixteen',
      city: '',
      countryCode: 0,
      instrument: 5,
      skill: 'expert',
    } as const;
    box.send({ type: 'setProfile', profile });
    expect(box.calls()).toEqual([{ method: 'setProfile', profile: { ...profile, name: 'A name of more t' } }]);
  });

  it('calls no session before there is one', () => {
    const box = makeBox();
    box.send({ type: 'setProfile', profile: { ...box.state().profile, city: 'Wellington' } });
    box.send({ type: 'setJitter', jitter: { kind: 'safe' } });
    box.send({ type: 'setTransport', change: { quality: 'max' } });
    expect(box.calls()).toEqual([]);
    expect(box.state()).toMatchObject({ profile: { city: 'Wellington' }, transport: { quality: 'max' } });
  });
});
