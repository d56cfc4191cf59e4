/**
 * A sound card through ALSA: capture and playback kept in step, or one direction with a file or generator for the
 * other. Recovery from xruns and suspends restarts both directions together, so that the delay stays what it was.
 */
import { AlsaPcm, openPcm, type SampleFormat } from '../linux/alsa.ts';
import { sleepMs } from '../linux/clock.ts';
import { addressOf, errno } from '../linux/libc.ts';
import {
  type AudioDevice,
  type DeviceResult,
  type GrantedDevice,
  isPeriodFrames,
  LOST,
  OUT_OF_STEP,
  type PeriodFrames,
  READY,
  SAMPLE_RATE,
  type Sink,
  type Source,
} from './device.ts';
import { floatToS16, floatToS32, s16ToFloat, s32ToFloat } from './sample-format.ts';

export interface AlsaDeviceOptions {
  /** ALSA name of the input, or what stands in for it. */
  readonly capture: string | Source;
  /** ALSA name of the output, or what stands in for it. */
  readonly playback: string | Sink;
  readonly periodFrames: PeriodFrames;
  /** Periods of buffer, 2...4. */
  readonly periods: number;
}

/** A card whose clock stands still this long is taken for lost. */
const STALLED_MS = 500;
/** How long the output may take to make room for a period that the input says is due. */
const ROOM_MS = 20;
/** Wake-ups without a period after which the card's clock is taken for broken. */
const WAKE_UPS = 64;
/** A suspended card gets half a second to wake up. */
const RESUME_TRIES = 50;

/** Opens and starts the card, or says in one sentence why not. */
export function openAlsaDevice(options: AlsaDeviceOptions): AudioDevice | { readonly error: string } {
  const capture = openDirection(options, 'capture');
  if (capture instanceof Object && 'error' in capture) return capture;
  const playback = openDirection(options, 'playback');
  if (playback instanceof Object && 'error' in playback) {
    if (capture instanceof AlsaPcm) capture.close();
    return playback;
  }
  const device = AlsaDevice.create(options, capture, playback);
  if ('error' in device) {
    if (capture instanceof AlsaPcm) capture.close();
    if (playback instanceof AlsaPcm) playback.close();
    return device;
  }
  const started = device.recover();
  if (started === READY) return device;
  device.close();
  return { error: `${device.granted.description}: does not start` };
}

function openDirection(
  options: AlsaDeviceOptions,
  direction: 'capture' | 'playback',
): AlsaPcm | undefined | { readonly error: string } {
  const name = options[direction];
  if (typeof name !== 'string') return undefined;
  return openPcm({
    name,
    direction,
    rate: SAMPLE_RATE,
    periodFrames: options.periodFrames,
    periods: options.periods,
  });
}

/** Interleaved samples on their way between ALSA and floats: one stream's format and channel count. */
class Transfer {
  readonly address: bigint;
  readonly #format: SampleFormat;
  readonly #channels: 1 | 2;
  readonly #s32: Int32Array;
  readonly #s16: Int16Array;
  readonly #mono: Float32Array;
  readonly frameBytes: number;

  constructor(pcm: AlsaPcm) {
    this.#format = pcm.parameters.format;
    this.#channels = pcm.parameters.channels;
    this.frameBytes = this.#channels * (this.#format === 'S32_LE' ? 4 : 2);
    const bytes = new ArrayBuffer(Math.max(1024, pcm.parameters.bufferFrames * this.frameBytes));
    this.#s32 = new Int32Array(bytes);
    this.#s16 = new Int16Array(bytes);
    this.#mono = new Float32Array(pcm.parameters.periodFrames + 16);
    this.address = addressOf(this.#s32);
  }

  toFloat(into: Float32Array, frames: number): void {
    const mono = this.#channels === 1;
    const target = mono ? this.#mono : into;
    if (this.#format === 'S32_LE') s32ToFloat(this.#s32, target, frames * this.#channels);
    else s16ToFloat(this.#s16, target, frames * this.#channels);
    if (!mono) return;
    for (let i = 0; i < frames; i++) {
      const sample = target[i] as number;
      into[2 * i] = sample;
      into[2 * i + 1] = sample;
    }
  }

  fromFloat(from: Float32Array, frames: number): void {
    let source = from;
    if (this.#channels === 1) {
      source = this.#mono;
      for (let i = 0; i < frames; i++) source[i] = ((from[2 * i] as number) + (from[2 * i + 1] as number)) / 2;
    }
    if (this.#format === 'S32_LE') floatToS32(source, this.#s32, frames * this.#channels);
    else floatToS16(source, this.#s16, frames * this.#channels);
  }

  silence(): void {
    this.#s32.fill(0);
  }
}

class AlsaDevice implements AudioDevice {
  readonly granted: GrantedDevice;
  readonly #capture: AlsaPcm | undefined;
  readonly #playback: AlsaPcm | undefined;
  readonly #in: Transfer | undefined;
  readonly #out: Transfer | undefined;
  readonly #source: Source | undefined;
  readonly #sink: Sink | undefined;
  readonly #pacer: AlsaPcm;
  readonly #frames: number;
  readonly #linked: boolean;
  #late = 0;

  static create(
    options: AlsaDeviceOptions,
    capture: AlsaPcm | undefined,
    playback: AlsaPcm | undefined,
  ): AlsaDevice | { readonly error: string } {
    const pacer = capture ?? playback;
    if (pacer === undefined) return { error: 'neither input nor output is a sound card' };
    const { periodFrames } = pacer.parameters;
    if (!isPeriodFrames(periodFrames)) return { error: `the card gives a period of ${periodFrames} frames` };
    if (playback !== undefined && playback.parameters.periodFrames !== periodFrames) {
      return {
        error: `input and output have periods of ${periodFrames} and ${playback.parameters.periodFrames} frames`,
      };
    }
    const linked = capture !== undefined && playback !== undefined && capture.link(playback) === 0;
    return new AlsaDevice(options, pacer, periodFrames, capture, playback, linked);
  }

  private constructor(
    options: AlsaDeviceOptions,
    pacer: AlsaPcm,
    periodFrames: PeriodFrames,
    capture: AlsaPcm | undefined,
    playback: AlsaPcm | undefined,
    linked: boolean,
  ) {
    this.#capture = capture;
    this.#playback = playback;
    this.#in = capture && new Transfer(capture);
    this.#out = playback && new Transfer(playback);
    this.#source = typeof options.capture === 'string' ? undefined : options.capture;
    this.#sink = typeof options.playback === 'string' ? undefined : options.playback;
    this.#pacer = pacer;
    this.#frames = periodFrames;
    this.#linked = linked;
    const describe = (pcm: AlsaPcm | undefined, other: string | Source | Sink): string => {
      if (pcm === undefined) return typeof other === 'string' ? other : other.description;
      const { format, channels, periodFrames: period, bufferFrames: buffer } = pcm.parameters;
      return `${typeof other === 'string' ? other : ''} ${format} ${channels} ch ${period}/${buffer}`;
    };
    this.granted = {
      description:
        `in ${describe(capture, options.capture)}, out ${describe(playback, options.playback)}` +
        (capture && playback ? `, ${linked ? 'linked' : 'not linked'}` : ''),
      periodFrames,
      bufferFrames: (playback?.parameters.bufferFrames ?? 0) + (capture ? periodFrames : 0),
    };
  }

  wait(): DeviceResult {
    // Early wake-ups happen (plug-ins wake twice a period): wait on until a whole period is there.
    for (let i = 0; i < WAKE_UPS; i++) {
      const woken = this.#pacer.wait(STALLED_MS);
      if (woken === 0) return LOST;
      if (woken < 0 && woken !== -errno.EINTR) return classify(woken);
      const available = this.#pacer.available();
      if (available < 0) return classify(available);
      if (available >= this.#frames) {
        this.#late = (((available - this.#frames) * 1000) / 48) | 0;
        return READY;
      }
    }
    return LOST;
  }

  lateUs(): number {
    return this.#late;
  }

  read(into: Float32Array): DeviceResult {
    const capture = this.#capture;
    const transfer = this.#in;
    if (capture === undefined || transfer === undefined) {
      this.#source?.read(into, this.#frames);
      return READY;
    }
    const read = capture.read(transfer.address, this.#frames);
    if (read !== this.#frames) return read < 0 ? classify(read) : OUT_OF_STEP;
    transfer.toFloat(into, read);
    return READY;
  }

  write(from: Float32Array): DeviceResult {
    const playback = this.#playback;
    const transfer = this.#out;
    if (playback === undefined || transfer === undefined) {
      this.#sink?.write(from, this.#frames);
      return READY;
    }
    transfer.fromFloat(from, this.#frames);
    let written = playback.write(transfer.address, this.#frames);
    if (written === -errno.EAGAIN) {
      // The card took its last period a little later than it gave one: its room is about to come.
      const room = playback.wait(ROOM_MS);
      if (room < 0) return classify(room);
      written = playback.write(transfer.address, this.#frames);
    }
    if (written === this.#frames) return READY;
    return written < 0 ? classify(written) : OUT_OF_STEP;
  }

  recover(): DeviceResult {
    const capture = this.#capture;
    const playback = this.#playback;
    const transfer = this.#out;
    if (!this.#resumed()) return LOST;
    capture?.drop();
    playback?.drop();
    if (capture !== undefined && capture.prepare() < 0) return LOST;
    if (playback !== undefined && transfer !== undefined) {
      // Linked streams are prepared together, and a second prepare would be harmless.
      if (playback.prepare() < 0) return LOST;
      transfer.silence();
      if (playback.write(transfer.address, playback.parameters.bufferFrames) < 0) return LOST;
    }
    if (playback !== undefined && !this.#linked && playback.start() < 0) return LOST;
    if (capture !== undefined && capture.start() < 0) return LOST;
    return READY;
  }

  /** After a suspend the driver needs a moment; ENOSYS means that a prepare is all it takes. */
  #resumed(): boolean {
    for (let i = 0; i < RESUME_TRIES; i++) {
      const result = this.#pacer.resume();
      if (result === -errno.ENODEV) return false;
      if (result !== -errno.EAGAIN) return true;
      sleepMs(10);
    }
    return false;
  }

  close(): void {
    this.#capture?.close();
    this.#playback?.close();
  }
}

function classify(code: number): DeviceResult {
  // EPIPE: xrun. ESTRPIPE: suspended. EAGAIN and EBADFD: in a state that a fresh start mends, if anything does.
  if (code === -errno.EPIPE || code === -errno.ESTRPIPE || code === -errno.EAGAIN) return OUT_OF_STEP;
  return LOST;
}
