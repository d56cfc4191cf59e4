/** Opens the ALSA streams of a sound card, one or two of them, so that they can run in step; or says why not. */

import type { PeriodFrames } from '../box/periods.ts';
import type { ChannelPair } from '../box/sound-settings.ts';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import type { AlsaPcm } from '../linux/alsa.ts';
import { type Direction, isThere, openPcm, type PcmError } from '../linux/alsa-configure.ts';
import { sleepMs } from '../linux/clock.ts';
import { errno } from '../linux/libc.ts';
import { type DeviceError, MAX_PERIOD_FRAMES } from './device.ts';

export interface StreamOptions {
  /** ALSA names; undefined = no stream. They may be different devices of one card. */
  readonly capture: string | undefined;
  readonly playback: string | undefined;
  readonly periodFrames: PeriodFrames;
  /** Periods of buffer, 2...4. */
  readonly periods: number;
  /** Which channels are wanted, left and right, from 1 on. */
  readonly inputChannels: ChannelPair;
  readonly outputChannels: ChannelPair;
}

/** How long to wait for a missing device of a card that has just been plugged in: its devices come one after the other. */
const SETTLING_MS = 300;

/** Configured, not yet started. A direction that the device lacks is undefined, as one that was not asked for. */
export interface Streams {
  readonly capture: AlsaPcm | undefined;
  readonly playback: AlsaPcm | undefined;
}

export function openStreams(options: StreamOptions): Streams | DeviceError {
  const capture = openStream(options, 'capture', options.periodFrames);
  if (isError(capture)) return capture;
  // One period for both, where the devices can.
  const playback = openStream(options, 'playback', capture?.parameters.periodFrames ?? options.periodFrames);
  if (isError(playback)) {
    capture?.close();
    return playback;
  }
  const streams = alike(options, { capture, playback });
  if (isError(streams)) return streams;
  const unfit = whyUnfit(options, streams);
  if (unfit === undefined) return streams;
  closeStreams(streams);
  return unfit;
}

export function closeStreams({ capture, playback }: Streams): void {
  capture?.close();
  playback?.close();
}

function openStream(
  options: StreamOptions,
  direction: Direction,
  periodFrames: number,
): AlsaPcm | undefined | PcmError {
  const name = options[direction];
  if (name === undefined) return undefined;
  const [left, right] = direction === 'capture' ? options.inputChannels : options.outputChannels;
  const { periods } = options;
  const channels = Math.max(2, left, right);
  const request = { name, direction, rate: SAMPLE_RATE, periodFrames, periods, channels };
  let pcm = openPcm(request);
  const isMissing = (): boolean => isError(pcm) && isOtherWayOnly(name, direction, pcm);
  if (isMissing()) {
    sleepMs(SETTLING_MS);
    pcm = openPcm(request);
  }
  return isMissing() ? undefined : pcm;
}

/** The device is there, but has no such direction: ALSA's own devices say ENOENT then, a plug-in made of two EINVAL. */
export function isOtherWayOnly(name: string, direction: Direction, { code, opened }: PcmError): boolean {
  if (opened || (code !== -errno.ENOENT && code !== -errno.EINVAL)) return false;
  return isThere(name, direction === 'capture' ? 'playback' : 'capture');
}

/** Capture once more with the period of playback, where that one could not have the period of capture. */
function alike(options: StreamOptions, { capture, playback }: Streams): Streams | PcmError {
  if (capture === undefined || playback === undefined) return { capture, playback };
  const { periodFrames } = playback.parameters;
  if (capture.parameters.periodFrames === periodFrames) return { capture, playback };
  capture.close();
  const again = openStream(options, 'capture', periodFrames);
  if (!isError(again)) return { capture: again, playback };
  playback.close();
  return again;
}

type Named = Pick<StreamOptions, 'capture' | 'playback'>;
type Granted = { readonly [D in Direction]: Pick<AlsaPcm, 'parameters'> | undefined };

/** Why what was granted won't do; undefined if it will. */
export function whyUnfit(names: Named, { capture, playback }: Granted): DeviceError | undefined {
  const { capture: from, playback: to } = names;
  const pacer = capture ?? playback;
  if (pacer === undefined) {
    const missing = [
      ...(from === undefined ? [] : [`${from} has no input`]),
      ...(to === undefined ? [] : [`${to} has no output`]),
    ];
    return { problem: 'sound-failed', error: missing.join(', ') || 'neither input nor output is a sound card' };
  }
  const cards = [capture?.parameters.card, playback?.parameters.card];
  if (cards[0] !== undefined && cards[1] !== undefined && cards[0] !== cards[1]) {
    const error = `two cards have two clocks: choose one card for both (input ${from}, output ${to})`;
    return { problem: 'two-clocks', error };
  }
  const { periodFrames } = pacer.parameters;
  if (periodFrames > MAX_PERIOD_FRAMES) {
    return {
      problem: 'card-period',
      error: `the shortest period is ${periodFrames} frames, above ${MAX_PERIOD_FRAMES}`,
    };
  }
  const bufferFrames = playback?.parameters.bufferFrames ?? Number.POSITIVE_INFINITY;
  if (bufferFrames < 2 * periodFrames) {
    return {
      problem: 'card-period',
      error: `a buffer of ${bufferFrames} frames is too small for periods of ${periodFrames}`,
    };
  }
  return undefined;
}

function isError<T extends object, E extends DeviceError>(opened: T | E | undefined): opened is E {
  return opened !== undefined && 'error' in opened;
}
