import { describe, expect, it } from 'vitest';
import { faderToGain } from '../../src/jamulus/gain.ts';
import { greeting, type Harness, joined, person, startHarness } from './harness.ts';

/** Gains and pans heard since the last call: "g0=0.5" is gain 0.5 for channel 0. */
function mixHeard(harness: Harness, from: { index: number }): string[] {
  const fresh = harness.heard.slice(from.index);
  from.index = harness.heard.length;
  return fresh.flatMap((message) => {
    if (message.type === 'CHANNEL_GAIN') return [`g${message.channelId}=${message.gain}`];
    if (message.type === 'CHANNEL_PAN') return [`p${message.channelId}=${message.pan}`];
    return [];
  });
}

/** A joined session, and a way to change it that gives what the server hears of it once the limiter is through. */
function mixing(settings: Parameters<typeof joined>[0] = {}) {
  const harness = joined(settings);
  const from = { index: harness.heard.length };
  const { session } = harness;
  const settle = (): string[] => {
    harness.wait(60);
    return mixHeard(harness, from);
  };
  return {
    harness,
    gain: (channelId: number, value: number) => harness.take(session.setGain(channelId, value, harness.nowMs)),
    pan: (channelId: number, value: number) => harness.take(session.setPan(channelId, value, harness.nowMs)),
    mute: (channelId: number, value: boolean) => harness.take(session.setMuted(channelId, value, harness.nowMs)),
    solo: (channelId: number, value: boolean) => harness.take(session.setSolo(channelId, value, harness.nowMs)),
    heard: () => mixHeard(harness, from),
    settle,
  };
}

describe('faders', () => {
  it('send gain and pan, clamped to 0…1', () => {
    const mix = mixing();
    mix.gain(0, 0.5);
    expect(mix.settle()).toEqual(['g0=0.5']);
    mix.gain(0, -3);
    mix.pan(7, 99);
    expect(mix.settle()).toEqual(['g0=0', 'p7=1']);
  });

  it('that end where they were send nothing', () => {
    const mix = mixing();
    mix.gain(0, 1);
    mix.pan(0, 0.5);
    expect(mix.settle()).toEqual([]);
  });

  it('of channels that are not there, and impossible numbers, are ignored', () => {
    const mix = mixing();
    mix.gain(5, 0.5);
    mix.gain(150, 0.5);
    mix.gain(-1, 0.5);
    mix.gain(0, Number.NaN);
    mix.pan(0, Number.POSITIVE_INFINITY);
    expect(mix.settle()).toEqual([]);
    expect(mix.harness.session.counters().ignored).toBe(5);
  });
});

describe('mute and solo', () => {
  it('mute is gain 0, and unmute the gain of the fader, moved meanwhile or not', () => {
    const mix = mixing();
    mix.gain(0, 0.5);
    mix.mute(0, true);
    expect(mix.settle()).toEqual(['g0=0.5', 'g0=0']);
    mix.gain(0, 0.25);
    expect(mix.settle()).toEqual([]);
    mix.mute(0, false);
    expect(mix.settle()).toEqual(['g0=0.25']);
  });

  it('solo silences everybody else', () => {
    const mix = mixing();
    mix.solo(7, true);
    expect(mix.settle()).toEqual(['g0=0', 'g1=0']);
    mix.solo(0, true);
    expect(mix.settle()).toEqual(['g0=1']);
    mix.solo(7, false);
    expect(mix.settle()).toEqual(['g7=0']);
    mix.solo(0, false);
    expect(mix.settle()).toEqual(['g1=1', 'g7=1']);
  });

  it('mute wins over solo', () => {
    const mix = mixing();
    mix.mute(7, true);
    expect(mix.settle()).toEqual(['g7=0']);
    mix.solo(7, true);
    expect(mix.settle()).toEqual(['g0=0', 'g1=0']);
    mix.solo(7, false);
    expect(mix.settle()).toEqual(['g0=1', 'g1=1']);
  });

  it('the solo of a musician who leaves ends with them', () => {
    const mix = mixing();
    mix.solo(7, true);
    mix.settle();
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(0, 'Bob'), person(1, 'Alice')] });
    expect(mix.settle()).toEqual(['g0=1', 'g1=1']);
  });

  it('a newcomer is silent while somebody else is solo', () => {
    const mix = mixing();
    mix.solo(0, true);
    mix.settle();
    mix.harness.say({
      type: 'CONN_CLIENTS_LIST',
      clients: [person(0, 'Bob'), person(1, 'Alice'), person(7, 'Carol'), person(9, 'Dave')],
    });
    expect(mix.settle()).toEqual(['g9=0']);
  });
});

/** In the capture it was 20 ms, but that client's 50 ms timer took 52 ms. */
const SWEEP_STEP_MS = (20 * 50) / 52;

describe('the rate limit', () => {
  it('lets the first change out at once and then the last value every 50 ms', () => {
    const mix = mixing();
    const heard: string[][] = [];
    for (let position = 0; position <= 100; position += 10) {
      mix.gain(0, faderToGain(position));
      heard.push(mix.heard());
      mix.harness.wait(SWEEP_STEP_MS);
    }
    mix.harness.wait(100);
    heard.push(mix.heard());
    // As captured from 3.12dev for the same movement: 0, 20, 50, 70, 100.
    const wire = heard.flat().map((text) => Math.round(Number(text.slice(3)) * 32768));
    expect(wire).toEqual([0, 1304, 4369, 9782, 32768]);
  });

  it('holds gain and pan together', () => {
    const mix = mixing();
    mix.gain(0, 0.5);
    mix.pan(0, 0.25);
    mix.gain(7, 0.75);
    expect(mix.heard()).toEqual(['g0=0.5']);
    expect(mix.settle()).toEqual(['p0=0.25', 'g7=0.75']);
  });

  it('is two pings when the ping is 25 ms or more, within reason', () => {
    const mix = mixing();
    const held = (pingMs: number) => {
      mix.harness.say({ type: 'CLM_PING_MS', timeMs: mix.harness.nowMs - pingMs });
      mix.harness.wait(5000);
      mix.heard();
      const startMs = mix.harness.nowMs;
      mix.gain(0, 0.5);
      mix.gain(0, 0.25);
      mix.heard();
      while (mix.heard().length === 0) mix.harness.wait(1);
      mix.gain(0, 1);
      return mix.harness.nowMs - startMs;
    };
    expect(held(24)).toBe(50);
    expect(held(25)).toBe(50);
    expect(held(60)).toBe(120);
    expect(held(9000)).toBe(2000);
  });
});

describe('what is remembered of a musician', () => {
  const remembered = { gain: 0.5, pan: 0.25, muted: false, solo: false };
  const settings = { rememberedMix: (name: string) => (name === 'Bob' ? remembered : undefined) };

  it('is sent when they appear', () => {
    const harness = startHarness(settings);
    const from = { index: 0 };
    harness.take(harness.session.connect(harness.nowMs));
    harness.say(...greeting(1));
    harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(0, 'Bob'), person(1, 'Alice')] });
    expect(mixHeard(harness, from)).toEqual(['g0=0.5', 'p0=0.25']);
    expect(harness.eventsOf('clientList').at(-1)!.clients[0]!.mix).toEqual(remembered);
    harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(0, 'Bob'), person(1, 'Alice')] });
    harness.wait(100);
    expect(mixHeard(harness, from)).toEqual([]);
  });

  it('is sent when they have introduced themselves, if they were listed without a name', () => {
    const mix = mixing(settings);
    mix.settle();
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(1, 'Alice'), person(2, '')] });
    expect(mix.settle()).toEqual([]);
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(1, 'Alice'), person(2, 'Bob')] });
    expect(mix.settle()).toEqual(['g2=0.5', 'p2=0.25']);
  });

  it('does not follow somebody who takes their name later', () => {
    const mix = mixing(settings);
    mix.settle();
    mix.gain(7, 0.125);
    mix.settle();
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(1, 'Alice'), person(7, 'Bob')] });
    expect(mix.settle()).toEqual([]);
    expect(mix.harness.eventsOf('clientList').at(-1)!.clients[1]!.mix.gain).toBe(0.125);
  });

  it('is sent again when they come back on the channel, because the server begins anew', () => {
    const mix = mixing(settings);
    mix.settle();
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(1, 'Alice')] });
    mix.harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(0, 'Bob'), person(1, 'Alice')] });
    expect(mix.settle()).toEqual(['g0=0.5', 'p0=0.25']);
  });

  it('is asked for with the name and whether it is the own channel', () => {
    const asked: [string, boolean][] = [];
    joined({
      rememberedMix(name, isOwn) {
        asked.push([name, isOwn]);
        return undefined;
      },
    });
    expect(asked).toEqual([
      ['Bob', false],
      ['Alice', true],
      ['Carol', false],
    ]);
  });

  it('is taken with a grain of salt', () => {
    const mix = mixing({ rememberedMix: () => ({ gain: 7, pan: Number.NaN, muted: false, solo: false }) });
    expect(mix.settle()).toEqual([]);
  });
});
