import { expect, it } from 'vitest';
import { whyUnfit } from '../../src/audio/alsa-streams.ts';
import type { PcmParameters } from '../../src/linux/alsa.ts';

const FITS: PcmParameters = {
  ...{ format: 'S32_LE', channels: 2, maxChannels: 2, periodFrames: 64, bufferFrames: 128 },
  card: 1,
};
const NAMES = { capture: 'hw:1', playback: 'hw:2' };

function problem(capture: Partial<PcmParameters> | null, playback: Partial<PcmParameters> | null) {
  const stream = (change: Partial<PcmParameters> | null) => change && { parameters: { ...FITS, ...change } };
  return whyUnfit(NAMES, { capture: stream(capture) ?? undefined, playback: stream(playback) ?? undefined })?.problem;
}

it('two cards have two clocks; a plug-in that names no card may be of either', () => {
  expect(problem({ card: 1 }, { card: 2 })).toBe('two-clocks');
  expect(problem({ card: 0 }, { card: 1 })).toBe('two-clocks');
  expect(problem({ card: 1 }, { card: 1 })).toBeUndefined();
  expect(problem({ card: undefined }, { card: 2 })).toBeUndefined();
  expect(problem({ card: 1 }, null)).toBeUndefined();
  expect(
    whyUnfit(NAMES, { capture: { parameters: FITS }, playback: { parameters: { ...FITS, card: 2 } } })?.error,
  ).toBe('two cards have two clocks: choose one card for both (input hw:1, output hw:2)');
});

it('periods up to 512 frames will do, with an output buffer of at least two', () => {
  expect(problem({ periodFrames: 513 }, null)).toBe('card-period');
  expect(problem({ periodFrames: 512, bufferFrames: 1024 }, { periodFrames: 512, bufferFrames: 1024 })).toBeUndefined();
  expect(problem({}, { bufferFrames: 127 })).toBe('card-period');
  expect(problem({ periodFrames: 48 }, { periodFrames: 64 })).toBeUndefined();
});

it('a card without the direction that is wanted of it says so', () => {
  expect(whyUnfit({ capture: undefined, playback: 'hw:2' }, { capture: undefined, playback: undefined })).toEqual({
    problem: 'sound-failed',
    error: 'hw:2 has no output',
  });
});
