/** The port between the engine and whatever paces it: a sound card, or the clock with files. */
import type { CardProblem } from '../box/problems.ts';

/** Longest period that a card may give instead, frames; anything up to it will do. */
export const MAX_PERIOD_FRAMES = 512;

/** A period was transferred, or may be. */
export const READY = 0;
/** An xrun: a period came too late for the card, or the card was suspended. Call `recover`. */
export const XRUN = 1;
/** The device is gone, or its clock stands still: close it, and open it again later. */
export const LOST = 2;
/** Result of the calls of the period path; a number, since the period path makes no objects. */
export type DeviceResult = typeof READY | typeof XRUN | typeof LOST;

/** What the device granted, for logs and the status page. */
export interface GrantedDevice {
  /** One line for people: names, format, period, buffer. */
  readonly description: string;
  /** 1...MAX_PERIOD_FRAMES */
  readonly periodFrames: number;
  /** Delay from input to output that the card's buffers make, frames; 0 where no sound card is involved. */
  readonly bufferFrames: number;
  /** Channels of the card: 0 = it has no such direction, null = a source or sink stands there. */
  readonly inputs: number | null;
  readonly outputs: number | null;
}

/** Why a device does not open: a code that screens have words for, and a sentence for logs. */
export interface DeviceError {
  readonly problem: CardProblem;
  readonly error: string;
}

/** All calls but `queuedFrames` and `close` are period path: they do not allocate, and block only in `wait`. */
export interface AudioDevice {
  readonly granted: GrantedDevice;
  /** Blocks until a period is due. */
  wait(): DeviceResult;
  /** Reads one period, stereo interleaved, +-1.0. */
  read(into: Float32Array): DeviceResult;
  /** Writes one period, stereo interleaved, +-1.0. */
  write(from: Float32Array): DeviceResult;
  /** Delay that the driver's own queues add to `bufferFrames`, frames. Once the device runs; not period path. */
  queuedFrames(): number;
  /** How many microseconds after its due time the last `wait` returned, as far as the device can tell. */
  wakeUpLatencyUs(): number;
  /** Starts both directions anew and in step, output filled with silence. */
  recover(): DeviceResult;
  /** Gives the card back; sources and sinks belong to the caller. */
  close(): void;
}

/** Input without a sound card: a file, a generated signal. Period path. */
export interface Source {
  readonly description: string;
  read(into: Float32Array, frames: number): void;
}

/** Output without a sound card: a file, nothing. Period path but for `close`. */
export interface Sink {
  readonly description: string;
  write(from: Float32Array, frames: number): void;
  close(): void;
}

/** What the kinds 'card' mean from now on: ALSA names, null = the card has no such direction; or why there is none. */
export type CardOrder =
  | {
      readonly capture: string | null;
      readonly playback: string | null;
      /** For where the settings name no number of periods. */
      readonly periods: number;
    }
  | { readonly missing: DeviceError };
