/**
 * A sound card through ALSA: capture and playback kept in step, or one direction with a file, a generator or nothing for
 * the other. Recovery from xruns and suspends restarts both directions together, so that the delay stays what it was.
 */

import type { CardRefusal } from '../box/card-fault.ts';
import type { AlsaPcm } from '../linux/alsa.ts';
import type { ChannelPair } from '../linux/alsa-configure.ts';
import { sleepMs } from '../linux/clock.ts';
import { errno } from '../linux/libc.ts';
import { openStreams, type Streams } from './alsa-streams.ts';
import {
  type AudioDevice,
  type DeviceResult,
  type GrantedDevice,
  LOST,
  OUT_OF_STEP,
  type PeriodFrames,
  READY,
  type Sink,
  type Source,
} from './device.ts';
import { PcmTransfer } from './pcm-transfer.ts';

export interface AlsaDeviceOptions {
  /** ALSA name of the input, what stands in for it, or undefined: the card has none, and silence is read. */
  readonly capture: string | Source | undefined;
  /** ALSA name of the output, what stands in for it, or undefined: the card has none, and nothing is heard. */
  readonly playback: string | Sink | undefined;
  readonly periodFrames: PeriodFrames;
  /** Periods of buffer, 2...4. */
  readonly periods: number;
  /** Undefined: the first two channels, or the only one. */
  readonly inputChannels?: ChannelPair | undefined;
  readonly outputChannels?: ChannelPair | undefined;
}

/** A card whose clock stands still this long is taken for lost. */
const STALLED_MS = 500;
/** How long the output may take to make room for a period that the input says is due. */
const ROOM_MS = 20;
/** Wake-ups without a period after which the card's clock is taken for broken. */
const WAKE_UPS = 64;
/** A suspended card gets half a second to wake up. */
const RESUME_TRIES = 50;

/**
 * Opens and starts the card, or says why not. Where one name stands for both directions and the card has only one, the
 * other is taken for undefined.
 */
export function openAlsaDevice(options: AlsaDeviceOptions): AudioDevice | CardRefusal {
  const { capture, playback, ...request } = options;
  const streams = openStreams({ ...request, capture: nameOf(capture), playback: nameOf(playback) });
  if ('fault' in streams) return streams;
  const device = new AlsaDevice(options, streams);
  if (device.recover() === READY) return device;
  device.close();
  return { fault: 'card-failed', error: `${device.granted.description}: does not start` };
}

function nameOf(side: string | Source | Sink | undefined): string | undefined {
  return typeof side === 'string' ? side : undefined;
}

/** One direction for people. */
function describe(side: string | Source | Sink | undefined, pcm: AlsaPcm | undefined): string {
  if (pcm === undefined) return side === undefined || typeof side === 'string' ? 'none' : side.description;
  const { format, channels, pair, periodFrames, bufferFrames } = pcm.parameters;
  const [left, right] = pair;
  const used = channels > 2 || left !== 1 || right !== channels ? ` (${left}, ${right})` : '';
  return `${nameOf(side) ?? ''} ${format} ${channels} ch${used} ${periodFrames}/${bufferFrames}`;
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

  constructor({ capture: input, playback: output }: AlsaDeviceOptions, { capture, playback, periodFrames }: Streams) {
    const pacer = capture ?? playback;
    if (pacer === undefined) throw new Error('streams without a stream');
    this.#pacer = pacer;
    this.#capture = capture;
    this.#playback = playback;
    this.#in = capture && new PcmTransfer(capture.parameters);
    this.#out = playback && new PcmTransfer(playback.parameters);
    this.#source = typeof input === 'string' ? undefined : input;
    this.#sink = typeof output === 'string' ? undefined : output;
    this.#frames = periodFrames;
    this.#linked = capture !== undefined && playback !== undefined && capture.link(playback) === 0;
    const hasInput = capture !== undefined || this.#source !== undefined;
    const hasOutput = playback !== undefined || this.#sink !== undefined;
    this.granted = {
      description:
        `in ${describe(input, capture)}, out ${describe(output, playback)}` +
        (capture && playback ? `, ${this.#linked ? 'linked' : 'not linked'}` : ''),
      sides: hasInput && hasOutput ? 'both' : hasInput ? 'input' : 'output',
      periodFrames,
      bufferFrames: (playback?.parameters.bufferFrames ?? 0) + (capture ? periodFrames : 0),
    };
  }

  queuedFrames(): number {
    return (this.#capture?.queuedFrames() ?? 0) + (this.#playback?.queuedFrames() ?? 0);
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
      if (this.#source === undefined) into.fill(0, 0, 2 * this.#frames);
      else this.#source.read(into, this.#frames);
      return READY;
    }
    const read = capture.read(transfer.address, this.#frames);
    if (read !== this.#frames) return read < 0 ? classify(read) : OUT_OF_STEP;
    transfer.toStereo(into, read);
    return READY;
  }

  write(from: Float32Array): DeviceResult {
    const playback = this.#playback;
    const transfer = this.#out;
    if (playback === undefined || transfer === undefined) {
      this.#sink?.write(from, this.#frames);
      return READY;
    }
    transfer.fromStereo(from, this.#frames);
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
