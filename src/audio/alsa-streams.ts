/** Opens the streams of a sound card, in both directions as far as it has them, or says why they don't fit together. */

import type { CardRefusal } from '../box/card-fault.ts';
import { AlsaPcm, openPcm } from '../linux/alsa.ts';
import type { ChannelPair, PcmError, PcmRequest } from '../linux/alsa-configure.ts';
import { sleepMs } from '../linux/clock.ts';
import { errno } from '../linux/libc.ts';
import { MAX_PERIOD_FRAMES, MIN_PERIOD_FRAMES, SAMPLE_RATE } from './device.ts';

export interface StreamsRequest {
  /** ALSA names; undefined = this direction is not wanted, or there is none. */
  readonly capture: string | undefined;
  readonly playback: string | undefined;
  readonly periodFrames: number;
  readonly periods: number;
  readonly inputChannels?: ChannelPair | undefined;
  readonly outputChannels?: ChannelPair | undefined;
}

/** Of one period, and at least one of them. */
export interface Streams {
  readonly capture: AlsaPcm | undefined;
  readonly playback: AlsaPcm | undefined;
  readonly periodFrames: number;
}

/** A card that has just been plugged in shows its devices one after the other. */
const SETTLING_MS = 300;

/** @returns streams that the caller has to close */
export function openStreams(request: StreamsRequest): Streams | CardRefusal {
  const first = openBoth(request);
  if ('fault' in first) return first;
  const frames = periodsOf(first);
  const longest = Math.max(...frames);
  if (frames.every((one) => one === longest)) return checked({ ...first, periodFrames: longest });
  // What one direction can't do in short periods, both do in longer ones.
  closeBoth(first);
  const second = openBoth({ ...request, periodFrames: longest });
  if ('fault' in second) return second;
  return checked({ ...second, periodFrames: longest });
}

interface Both {
  readonly capture: AlsaPcm | undefined;
  readonly playback: AlsaPcm | undefined;
}

function openBoth(request: StreamsRequest): Both | CardRefusal {
  let capture = openDirection(request, 'capture');
  let playback = openDirection(request, 'playback');
  const isOneCard = request.capture === request.playback;
  if (isOneCard && (lacksOther(capture, playback) || lacksOther(playback, capture))) {
    sleepMs(SETTLING_MS);
    capture = again(capture, request, 'capture');
    playback = again(playback, request, 'playback');
    if (lacksOther(capture, playback)) capture = undefined;
    else if (lacksOther(playback, capture)) playback = undefined;
  }
  const failures = [capture, playback].filter((one) => isError(one));
  // A card that is there but unfit says more than one that is not.
  const failed = failures.find(({ fault }) => fault !== 'no-sound-card') ?? failures[0];
  if (failed === undefined) return { capture: opened(capture), playback: opened(playback) };
  closeBoth({ capture: opened(capture), playback: opened(playback) });
  return { fault: failed.fault, error: failed.error };
}

type Result = AlsaPcm | PcmError | undefined;

function openDirection(request: StreamsRequest, direction: PcmRequest['direction']): Result {
  const name = request[direction];
  if (name === undefined) return undefined;
  const { periodFrames, periods, inputChannels, outputChannels } = request;
  const channels = direction === 'capture' ? inputChannels : outputChannels;
  return openPcm({ name, direction, rate: SAMPLE_RATE, periodFrames, periods, channels });
}

function again(result: Result, request: StreamsRequest, direction: PcmRequest['direction']): Result {
  return isError(result) ? openDirection(request, direction) : result;
}

function isError(result: Result): result is PcmError {
  return result !== undefined && !(result instanceof AlsaPcm);
}

function opened(result: Result): AlsaPcm | undefined {
  return result instanceof AlsaPcm ? result : undefined;
}

/** The card plays but has no device for the direction of `result`: ENOENT, ENXIO of hardware, EINVAL of a plug-in. */
function lacksOther(result: Result, other: Result): boolean {
  if (!isError(result) || !(other instanceof AlsaPcm) || result.duringSetUp) return false;
  return [-errno.ENOENT, -errno.ENXIO, -errno.EINVAL].includes(result.code);
}

function periodsOf({ capture, playback }: Both): readonly number[] {
  return [capture, playback].flatMap((pcm) => pcm?.parameters.periodFrames ?? []);
}

/** @returns the streams, or a refusal when they are closed */
function checked(streams: Streams): Streams | CardRefusal {
  const refusal = whyNot(streams);
  if (refusal === undefined) return streams;
  closeBoth(streams);
  return refusal;
}

function whyNot(streams: Streams): CardRefusal | undefined {
  const { capture, playback } = streams;
  const frames = periodsOf(streams);
  const [one = 0, other = one] = frames;
  if (frames.length === 0) return { fault: 'no-sound-card', error: 'the sound card has neither input nor output' };
  if (one !== other) {
    return { fault: 'card-period', error: `input and output have periods of ${one} and ${other} frames` };
  }
  if (one < MIN_PERIOD_FRAMES || one > MAX_PERIOD_FRAMES) {
    return {
      fault: 'card-period',
      error: `the card gives a period of ${one} frames, not ${MIN_PERIOD_FRAMES} to ${MAX_PERIOD_FRAMES}`,
    };
  }
  return twoClocks(capture?.hardwareCard(), playback?.hardwareCard());
}

/** Numbers of the hardware cards behind both directions; undefined where a plug-in or nothing is. */
export function twoClocks(capture: number | undefined, playback: number | undefined): CardRefusal | undefined {
  if (capture === undefined || playback === undefined || capture === playback) return undefined;
  return {
    fault: 'two-clocks',
    error: `two cards have two clocks (input card ${capture}, output card ${playback}): choose one card for both`,
  };
}

function closeBoth({ capture, playback }: Both): void {
  capture?.close();
  playback?.close();
}
