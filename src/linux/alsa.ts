/**
 * One ALSA PCM stream: open it, and the calls of the period path. Expected errors are negative errno values, as in ALSA
 * itself. Source: the ALSA library reference, module "PCM Interface".
 */
import { configurePcm, faultOf, type PcmError, type PcmParameters, type PcmRequest } from './alsa-configure.ts';
import { type AlsaLibrary, loadAlsa, type Pcm } from './alsa-library.ts';
import { addressOf, errno } from './libc.ts';

const STREAM_PLAYBACK = 0;
const STREAM_CAPTURE = 1;
const MODE_NONBLOCK = 1;

/** A configured, not yet started stream. Every number returned is >= 0 or a negative errno value. */
export class AlsaPcm {
  readonly parameters: PcmParameters;
  readonly #alsa: AlsaLibrary;
  readonly #pcm: Pcm;
  readonly #direction: PcmRequest['direction'];

  /** Use `openPcm`. */
  constructor(alsa: AlsaLibrary, pcm: Pcm, direction: PcmRequest['direction'], parameters: PcmParameters) {
    this.#alsa = alsa;
    this.#pcm = pcm;
    this.#direction = direction;
    this.parameters = parameters;
  }

  /** Blocks until a period can be transferred or `timeoutMs` has passed: 1 ready, 0 time-out. Period path. */
  wait(timeoutMs: number): number {
    return this.#alsa.wait(this.#pcm, timeoutMs);
  }

  /** Frames that can be transferred now. Period path. */
  available(): number {
    const frames = this.#alsa.availUpdate(this.#pcm);
    // A plug-in whose clock stands still or jumps back may count beyond 2^53, which comes as a BigInt: out of step.
    return typeof frames === 'number' ? frames : -errno.EPIPE;
  }

  /** Reads up to `frames` to the memory at `address`; frames read. Period path. */
  read(address: bigint, frames: number): number {
    return this.#alsa.readi(this.#pcm, address, frames);
  }

  /** Writes up to `frames` from the memory at `address`; frames written. Period path. */
  write(address: bigint, frames: number): number {
    return this.#alsa.writei(this.#pcm, address, frames);
  }

  start(): number {
    return this.#alsa.start(this.#pcm);
  }

  /** Stops at once and throws away what is pending. */
  drop(): number {
    return this.#alsa.drop(this.#pcm);
  }

  prepare(): number {
    return this.#alsa.prepare(this.#pcm);
  }

  resume(): number {
    return this.#alsa.resume(this.#pcm);
  }

  /** Makes `other` start and stop together with this stream; -ENOSYS where the plug-in can't. */
  link(other: AlsaPcm): number {
    return this.#alsa.link(this.#pcm, other.#pcm);
  }

  /** Number of the hardware card behind it; undefined: a plug-in or another machine, with a clock that nobody knows. */
  hardwareCard(): number | undefined {
    const out = new BigUint64Array(16);
    if (this.#alsa.call('snd_pcm_info_malloc', addressOf(out)) < 0) return undefined;
    const info = out[0] as bigint;
    const known = this.#alsa.call('snd_pcm_info', this.#pcm, info) >= 0;
    const card = known ? this.#alsa.call('snd_pcm_info_get_card', info) : -1;
    this.#alsa.call('snd_pcm_info_free', info);
    return card < 0 ? undefined : card;
  }

  /** Frames between the card's buffer and its jack: what a driver keeps in its own queue, as USB's does. While it runs. */
  queuedFrames(): number {
    const out = new BigInt64Array(16);
    const [available, delay] = [addressOf(out), addressOf(out) + 8n];
    if (this.#alsa.call('snd_pcm_avail_delay', this.#pcm, available, delay) < 0) return 0;
    const [free, all] = [Number(out[0]), Number(out[1])];
    const inBuffer = this.#direction === 'capture' ? free : this.parameters.bufferFrames - free;
    return Math.max(0, all - inBuffer);
  }

  close(): void {
    this.#alsa.close(this.#pcm);
  }
}

/** Opens and configures a stream. */
export function openPcm(request: PcmRequest): AlsaPcm | PcmError {
  const alsa = loadAlsa();
  if ('error' in alsa) return { fault: 'no-sound-card', error: alsa.error, code: -errno.ENOENT, duringSetUp: false };
  const handle = new BigUint64Array(16);
  const { name, direction } = request;
  const stream = direction === 'capture' ? STREAM_CAPTURE : STREAM_PLAYBACK;
  const opened = alsa.open(addressOf(handle), name, stream, MODE_NONBLOCK);
  if (opened < 0) {
    const error = `${name} (${direction}): ${alsa.errorText(opened)}`;
    return { fault: faultOf(opened) ?? 'card-failed', error, code: opened, duringSetUp: false };
  }
  const pcm = handle[0] as bigint;
  const configured = configurePcm(alsa, pcm, request);
  if (!('fault' in configured)) return new AlsaPcm(alsa, pcm, direction, configured);
  alsa.close(pcm);
  return { ...configured, error: `${name} (${direction}): ${configured.error}`, duringSetUp: true };
}
