/**
 * A sound card through ALSA: capture and playback kept in step, or one direction with a file or generator for the
 * other. Recovery from xruns and suspends restarts both directions together, so that the delay stays what it was.
 */
import type { PeriodFrames } from '../box/periods.ts';
import type { ChannelPair } from '../box/sound-settings.ts';
import type { AlsaPcm } from '../linux/alsa.ts';
import { sleepMs } from '../linux/clock.ts';
import { errno } from '../linux/libc.ts';
import { closeStreams, openStreams, type Streams } from './alsa-streams.ts';
import {
  type AudioDevice,
  type DeviceError,
  type DeviceResult,
  type GrantedDevice,
  LOST,
  READY,
  type Sink,
  type Source,
  XRUN,
} from './device.ts';
import { PcmTransfer } from './pcm-transfer.ts';

export interface AlsaDeviceOptions {
  /** ALSA name of the input, what stands in for it, or undefined: the card has none, and silence is read. */
  readonly capture: string | Source | undefined;
  /** ALSA name of the output, what stands in for it, or undefined: the card has none, and what is written is dropped. */
  readonly playback: string | Sink | undefined;
  readonly periodFrames: PeriodFrames;
  /** Periods of buffer, 2...4. */
  readonly periods: number;
  /** Left and right of the card's channels, from 1 on; without them the first two. */
  readonly inputChannels?: ChannelPair;
  readonly outputChannels?: ChannelPair;
}

/** A card whose clock stands still this long is taken for lost. */
const STALLED_MS = 500;
/** How long the output may take to make room for a period that the input says is due. */
const ROOM_MS = 20;
/** Wake-ups without a period after which the card's clock is taken for broken. */
const WAKE_UPS = 64;
/** Of a card's channels. */
const FIRST_PAIR: ChannelPair = [1, 2];
/** A suspended card gets half a second to wake up. */
const RESUME_TRIES = 50;

/**
 * Opens and starts the card, or says why not. Where one name stands for both directions and the card has one of them, it
 * opens all the same: see `GrantedDevice.inputs`.
 */
export function openAlsaDevice(options: AlsaDeviceOptions): AudioDevice | DeviceError {
  const { capture, playback } = options;
  const streams = openStreams({
    capture: typeof capture === 'string' ? capture : undefined,
    playback: typeof playback === 'string' ? playback : undefined,
    periodFrames: options.periodFrames,
    periods: options.periods,
    inputChannels: options.inputChannels ?? FIRST_PAIR,
    outputChannels: options.outputChannels ?? FIRST_PAIR,
  });
  if ('error' in streams) return streams;
  const pacer = streams.capture ?? streams.playback;
  if (pacer === undefined) return { problem: 'sound-failed', error: 'neither input nor output is a sound card' };
  const device = new AlsaDevice(options, streams, pacer);
  if (device.recover() === READY) return device;
  device.close();
  return { problem: 'sound-failed', error: `${device.granted.description}: does not start` };
}

class AlsaDevice implements AudioDevice {
  readonly granted: GrantedDevice;
  readonly #capture: AlsaPcm | undefined;
  readonly #playback: AlsaPcm | undefined;
  readonly #in: PcmTransfer | undefined;
  readonly #out: PcmTransfer | undefined;
  readonly #source: Source | undefined;
  readonly #sink: Sink | undefined;
  readonly #pacer: AlsaPcm;
  readonly #frames: number;
  readonly #linked: boolean;
  #late = 0;

  constructor(options: AlsaDeviceOptions, { capture, playback }: Streams, pacer: AlsaPcm) {
    const { periodFrames } = pacer.parameters;
    this.#capture = capture;
    this.#playback = playback;
    this.#in = capture && new PcmTransfer(capture, options.inputChannels ?? FIRST_PAIR);
    this.#out = playback && new PcmTransfer(playback, options.outputChannels ?? FIRST_PAIR);
    this.#source = typeof options.capture === 'string' ? undefined : options.capture;
    this.#sink = typeof options.playback === 'string' ? undefined : options.playback;
    this.#pacer = pacer;
    this.#frames = periodFrames;
    this.#linked = capture !== undefined && playback !== undefined && capture.link(playback) === 0;
    this.granted = {
      description:
        `in ${describe(options.capture, capture, this.#in)}, out ${describe(options.playback, playback, this.#out)}` +
        (capture && playback ? `, ${this.#linked ? 'linked' : 'not linked'}` : ''),
      periodFrames,
      bufferFrames: (playback?.parameters.bufferFrames ?? 0) + (capture ? periodFrames : 0),
      inputs: this.#source === undefined ? (capture?.parameters.maxChannels ?? 0) : null,
      outputs: this.#sink === undefined ? (playback?.parameters.maxChannels ?? 0) : null,
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

  queuedFrames(): number {
    return (this.#capture?.queuedFrames() ?? 0) + (this.#playback?.queuedFrames() ?? 0);
  }

  wakeUpLatencyUs(): number {
    return this.#late;
  }

  read(into: Float32Array): DeviceResult {
    const capture = this.#capture;
    const transfer = this.#in;
    if (capture === undefined || transfer === undefined) {
      if (this.#source === undefined) into.fill(0, 0, 2 * this.#frames);
      else this.#source.read(into, this.#frames);
      return READY;
    }
    const read = capture.read(transfer.address, this.#frames);
    if (read !== this.#frames) return read < 0 ? classify(read) : XRUN;
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
    return written < 0 ? classify(written) : XRUN;
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
    closeStreams({ capture: this.#capture, playback: this.#playback });
  }
}

/** One direction for people: name, format, channels used and there, period and buffer. */
function describe(
  jack: string | Source | Sink | undefined,
  pcm: AlsaPcm | undefined,
  transfer: PcmTransfer | undefined,
): string {
  if (typeof jack === 'object') return jack.description;
  if (pcm === undefined || transfer === undefined) return 'none';
  const { format, channels, maxChannels, periodFrames, bufferFrames } = pcm.parameters;
  const used = maxChannels > 2 ? `${transfer.pair.join('+')} of ${maxChannels}` : channels;
  return `${jack} ${format} ${used} ch ${periodFrames}/${bufferFrames}`;
}

function classify(code: number): DeviceResult {
  // EPIPE: xrun. ESTRPIPE: suspended. EAGAIN and EBADFD: in a state that a fresh start mends, if anything does.
  if (code === -errno.EPIPE || code === -errno.ESTRPIPE || code === -errno.EAGAIN) return XRUN;
  return LOST;
}
