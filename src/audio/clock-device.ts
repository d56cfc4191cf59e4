/** A device without a sound card: the monotonic clock paces it, files or generators are its jacks. */
import type { PeriodFrames } from '../box/periods.ts';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import { Deadline } from '../linux/clock.ts';
import { type AudioDevice, type DeviceResult, type GrantedDevice, READY, type Sink, type Source } from './device.ts';

/** Behind by more than this (the machine has stalled), the clock is set anew instead of being caught up with. */
const GIVE_UP_LATE_US = 200_000;

export function clockDevice(source: Source, sink: Sink, periodFrames: PeriodFrames): AudioDevice {
  return new ClockDevice(source, sink, periodFrames);
}

class ClockDevice implements AudioDevice {
  readonly granted: GrantedDevice;
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #frames: number;
  readonly #deadline: Deadline;

  constructor(source: Source, sink: Sink, periodFrames: PeriodFrames) {
    this.#source = source;
    this.#sink = sink;
    this.#frames = periodFrames;
    this.#deadline = new Deadline((periodFrames * 1e9) / SAMPLE_RATE);
    this.granted = {
      description: `no sound card: in from ${source.description}, out to ${sink.description}, ${periodFrames} frames by the clock`,
      periodFrames,
      bufferFrames: 0,
      inputs: null,
      outputs: null,
    };
  }

  wait(): DeviceResult {
    this.#deadline.sleepUntilNext();
    if (this.#deadline.lateUs() > GIVE_UP_LATE_US) this.#deadline.restart();
    return READY;
  }

  read(into: Float32Array): DeviceResult {
    this.#source.read(into, this.#frames);
    return READY;
  }

  write(from: Float32Array): DeviceResult {
    this.#sink.write(from, this.#frames);
    return READY;
  }

  queuedFrames(): number {
    return 0;
  }

  wakeUpLatencyUs(): number {
    return this.#deadline.lateUs();
  }

  recover(): DeviceResult {
    this.#deadline.restart();
    return READY;
  }

  close(): void {}
}
