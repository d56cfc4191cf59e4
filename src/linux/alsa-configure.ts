/** What an ALSA stream is asked for and what it grants: rate, format, channels, period and buffer. */

import type { CardFault, CardRefusal } from '../box/card-fault.ts';
import type { AlsaLibrary, Pcm } from './alsa-library.ts';
import { addressOf, errno } from './libc.ts';

const ACCESS_RW_INTERLEAVED = 3;
/** By ALSA's numbers, the most exact first. S24_LE holds its samples in the low three bytes of four. */
const FORMATS = { S32_LE: 10, S24_3LE: 32, S24_LE: 6, FLOAT_LE: 14, S16_LE: 2 } as const;
export const MAX_CARD_CHANNELS = 32;

export type SampleFormat = keyof typeof FORMATS;

/** Channels of the card that are left and right, counted from 1. Twice the same: one channel for both sides. */
export type ChannelPair = readonly [left: number, right: number];

/** What a stream was granted; frames are samples per channel. */
export interface PcmParameters {
  readonly format: SampleFormat;
  readonly channels: number;
  readonly pair: ChannelPair;
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

export interface PcmRequest {
  readonly name: string;
  readonly direction: 'capture' | 'playback';
  readonly rate: number;
  readonly periodFrames: number;
  readonly periods: number;
  /** Undefined: the first two, or the only one. */
  readonly channels?: ChannelPair | undefined;
}

/** ALSA's refusal: also the negative errno value. */
export interface PcmError extends CardRefusal {
  readonly code: number;
  /** It has been opened, and what was asked of it then failed. */
  readonly duringSetUp: boolean;
}

type Refusal = Omit<PcmError, 'duringSetUp'>;

/**
 * Configures an open stream: interleaved, exactly `rate`, the most exact of our formats, no more channels than needed,
 * period and buffer as near to the request as the device can.
 */
export function configurePcm(alsa: AlsaLibrary, pcm: Pcm, request: PcmRequest): PcmParameters | Refusal {
  const memory = { hw: 0n, sw: 0n };
  const out = new BigUint64Array(16);
  const outAddress = addressOf(out);
  const take = (name: string): bigint => {
    alsa.call(name, outAddress);
    return out[0] as bigint;
  };
  memory.hw = take('snd_pcm_hw_params_malloc');
  memory.sw = take('snd_pcm_sw_params_malloc');
  try {
    return configure(createSpace(alsa, pcm, memory.hw, out), alsa, pcm, memory.sw, request);
  } finally {
    alsa.call('snd_pcm_hw_params_free', memory.hw);
    alsa.call('snd_pcm_sw_params_free', memory.sw);
  }
}

/** ALSA's set of the configurations that are still possible. */
type Space = ReturnType<typeof createSpace>;

function createSpace(alsa: AlsaLibrary, pcm: Pcm, hw: bigint, out: BigUint64Array) {
  const outAddress = addressOf(out);
  /** These take a pointer to a direction of rounding, too; nothing is rounded here. */
  const more = (name: string): bigint[] => (/period|rate/.test(name) ? [0n] : []);
  const set = (name: string, ...args: (bigint | number)[]): number =>
    alsa.call(`snd_pcm_hw_params_set_${name}`, pcm, hw, ...args);
  return {
    /** Everything that the device can. */
    any: (): number => alsa.call('snd_pcm_hw_params_any', pcm, hw),
    set,
    near(name: string, value: number): number {
      out[0] = BigInt(value);
      return set(`${name}_near`, outAddress, ...more(name));
    },
    get(name: string): number {
      out[0] = 0n;
      alsa.call(`snd_pcm_hw_params_get_${name}`, hw, outAddress, ...more(name));
      return Number(out[0] as bigint);
    },
    take: (): number => alsa.call('snd_pcm_hw_params', pcm, hw),
    refusal: (fault: CardFault, what: string, code: number): Refusal => ({
      fault: faultOf(code) ?? fault,
      error: `${what}: ${alsa.errorText(code)}`,
      code,
    }),
  };
}

/** What an errno value says by itself; undefined: it depends on what was asked. */
export function faultOf(code: number): CardFault | undefined {
  if (code === -errno.EBUSY) return 'card-busy';
  if (code === -errno.ENOENT || code === -errno.ENODEV || code === -errno.ENXIO) return 'no-sound-card';
  return undefined;
}

function configure(
  space: Space,
  alsa: AlsaLibrary,
  pcm: Pcm,
  sw: bigint,
  request: PcmRequest,
): PcmParameters | Refusal {
  const shape = chooseShape(space, request);
  if ('fault' in shape) return shape;
  /** Runs one step; `what` says what the device can't do. */
  const step = (fault: CardFault, what: string, result: number): Refusal | undefined =>
    result < 0 ? space.refusal(fault, what, result) : undefined;
  let failed =
    step('card-period', `no period near ${request.periodFrames}`, space.near('period_size', request.periodFrames)) ??
    step('card-period', 'no such buffer', space.near('buffer_size', space.get('period_size') * request.periods)) ??
    step('card-failed', 'parameters refused', space.take());
  if (failed) return failed;
  const periodFrames = space.get('period_size');
  const bufferFrames = space.get('buffer_size');
  const software = (name: string, ...args: (bigint | number)[]): number =>
    alsa.call(`snd_pcm_sw_params${name}`, pcm, sw, ...args);
  failed =
    step('card-failed', 'no software parameters', software('_current')) ??
    // Started by hand, both directions together: an automatic start would put them out of step.
    step('card-failed', 'start threshold', software('_set_start_threshold', bufferFrames * 1024)) ??
    step('card-failed', 'wake-up threshold', software('_set_avail_min', periodFrames)) ??
    step('card-failed', 'software parameters refused', software(''));
  return failed ?? { ...shape, periodFrames, bufferFrames };
}

type Shape = Pick<PcmParameters, 'format' | 'channels' | 'pair'>;

/** Leaves the space narrowed to the shape. A card may have some formats with some numbers of channels only. */
function chooseShape(space: Space, { rate, channels: wanted }: PcmRequest): Shape | Refusal {
  const unfit = narrowToRate(space, rate);
  if (unfit !== undefined) return unfit;
  const all = Object.keys(FORMATS) as SampleFormat[];
  const begin = (format: SampleFormat): boolean =>
    narrowToRate(space, rate) === undefined && space.set('format', FORMATS[format]) >= 0;
  const formats = all.filter(begin);
  if (formats.length === 0) return { fault: 'card-format', error: `none of ${all.join(', ')}`, code: -errno.EINVAL };
  const pair = wanted ?? [1, 2];
  const fewest = Math.max(...pair);
  let most = 0;
  for (const format of formats) {
    if (!begin(format)) continue;
    most = Math.max(most, space.get('channels_max'));
    for (let channels = fewest; channels <= Math.min(most, MAX_CARD_CHANNELS); channels++) {
      if (space.set('channels', channels) >= 0) return { format, channels, pair };
    }
  }
  if (wanted === undefined) {
    const format = formats.find((one) => begin(one) && space.set('channels', 1) >= 0);
    if (format !== undefined) return { format, channels: 1, pair: [1, 1] };
  }
  const has = `the card has ${most === 1 ? '1 channel' : `${most} channels`}`;
  return { fault: 'card-channels', error: `no channels ${pair.join(' and ')}: ${has}`, code: -errno.EINVAL };
}

function narrowToRate(space: Space, rate: number): Refusal | undefined {
  const any = space.any();
  if (any < 0) return space.refusal('card-failed', 'no configuration', any);
  const access = space.set('access', ACCESS_RW_INTERLEAVED);
  if (access < 0) return space.refusal('card-format', 'no interleaved access', access);
  const [least, most] = [space.get('rate_min'), space.get('rate_max')];
  const result = space.set('rate', rate, 0);
  if (result >= 0) return undefined;
  const has = least === most ? `${least} Hz only` : `${least} to ${most} Hz`;
  return space.refusal('card-rate', `no ${rate} Hz (${has})`, result);
}
