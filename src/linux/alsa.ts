/**
 * libasound.so.2, and a PCM stream of it with the calls of the period path (alsa-configure.ts opens it). Expected errors
 * are negative errno values, as in ALSA itself. Source: the ALSA library reference, module "PCM Interface".
 */
import koffi from 'koffi';
import { addressOf, errno, libc } from './libc.ts';

export type Pcm = bigint;
type Func = (...args: (bigint | number | string | ArrayBufferView | null)[]) => number;

export interface AlsaLibrary {
  readonly open: Func;
  readonly close: Func;
  readonly wait: Func;
  readonly availUpdate: (pcm: Pcm) => number | bigint;
  readonly readi: Func;
  readonly writei: Func;
  readonly start: Func;
  readonly drop: Func;
  readonly prepare: Func;
  readonly resume: Func;
  readonly link: Func;
  readonly availDelay: Func;
  readonly call: (name: string, ...args: Parameters<Func>) => number;
  /** snd_pcm_info_get_card, -1 = none. */
  readonly infoCard: (info: bigint) => number;
  readonly errorText: (code: number) => string;
}

let library: AlsaLibrary | { readonly error: string } | undefined;

/** Opens libasound on first use; without it there is a sentence instead of a library. */
export function loadAlsa(): AlsaLibrary | { readonly error: string } {
  library ??= openLibrary();
  return library;
}

function openLibrary(): AlsaLibrary | { readonly error: string } {
  let asound: ReturnType<typeof koffi.load>;
  try {
    asound = koffi.load('libasound.so.2');
  } catch {
    return { error: 'the ALSA library (libasound.so.2) is not installed' };
  }
  // ALSA prints to stderr whatever it stumbles over. Errors come back as values, so the printing goes to a C function
  // that takes no notice of its arguments.
  asound.func('int snd_lib_error_set_handler(void *)')(libc.symbol('getpid'));
  const strerror = asound.func('const char *snd_strerror(int)');
  const pointerCalls = new Map<string, Func>();
  return {
    open: asound.func('int snd_pcm_open(void *, const char *, int, int)') as Func,
    close: asound.func('int snd_pcm_close(void *)') as Func,
    wait: asound.func('int snd_pcm_wait(void *, int)') as Func,
    availUpdate: asound.func('long snd_pcm_avail_update(void *)') as AlsaLibrary['availUpdate'],
    readi: asound.func('long snd_pcm_readi(void *, void *, unsigned long)') as Func,
    writei: asound.func('long snd_pcm_writei(void *, void *, unsigned long)') as Func,
    start: asound.func('int snd_pcm_start(void *)') as Func,
    drop: asound.func('int snd_pcm_drop(void *)') as Func,
    prepare: asound.func('int snd_pcm_prepare(void *)') as Func,
    resume: asound.func('int snd_pcm_resume(void *)') as Func,
    link: asound.func('int snd_pcm_link(void *, void *)') as Func,
    availDelay: asound.func('int snd_pcm_avail_delay(void *, void *, void *)') as Func,
    infoCard: asound.func('int snd_pcm_info_get_card(void *)') as Func,
    // Set-up calls, declared by the kinds of their arguments: everything but a number is a pointer.
    call(name, ...args) {
      const kinds = args.map((a) => (typeof a === 'number' ? 'unsigned long' : 'void *')).join(', ');
      const key = `${name}(${kinds})`;
      let func = pointerCalls.get(key);
      if (func === undefined) {
        func = asound.func(`int ${key}`) as Func;
        pointerCalls.set(key, func);
      }
      return func(...args);
    },
    errorText: (code) => String(strerror(code)),
  };
}

/** In the order in which they are asked for: most bits first, as far as a Float32 keeps them. */
export const SAMPLE_FORMATS = ['S32_LE', 'S24_LE', 'S24_3LE', 'FLOAT_LE', 'S16_LE'] as const;
export type SampleFormat = (typeof SAMPLE_FORMATS)[number];

/** What a stream was granted; frames are samples per channel. */
export interface PcmParameters {
  readonly format: SampleFormat;
  /** Of a frame. */
  readonly channels: number;
  /** The most that the device has with this format; a plug-in that makes up any number of them counts as `channels`. */
  readonly maxChannels: number;
  readonly periodFrames: number;
  readonly bufferFrames: number;
  /** Number of the sound card; undefined where a plug-in does not say. */
  readonly card: number | undefined;
}

/** A configured, not yet started stream. Every number returned is >= 0 or a negative errno value. */
export class AlsaPcm {
  readonly parameters: PcmParameters;
  readonly #alsa: AlsaLibrary;
  readonly #pcm: Pcm;

  readonly #isCapture: boolean;
  /** Frames available, frames of delay; larger than needed, since addressOf wants it so. */
  readonly #delays = new BigInt64Array(16);
  readonly #delayAddress = addressOf(this.#delays);

  /** Use `openPcm` of alsa-configure.ts. */
  constructor(alsa: AlsaLibrary, pcm: Pcm, direction: 'capture' | 'playback', parameters: PcmParameters) {
    this.#alsa = alsa;
    this.#pcm = pcm;
    this.#isCapture = direction === 'capture';
    this.parameters = parameters;
  }

  /** Blocks until a period can be transferred or `timeoutMs` has passed: 1 ready, 0 time-out. Period path. */
  wait(timeoutMs: number): number {
    return this.#alsa.wait(this.#pcm, timeoutMs);
  }

  /** Frames that can be transferred now. Period path. */
  available(): number {
    const frames = this.#alsa.availUpdate(this.#pcm);
    // A plug-in whose clock stands still or jumps back may count beyond 2^53, which comes as a BigInt: an xrun.
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

  /**
   * Frames between the buffer and the jack, of a stream that runs: what a driver keeps in a queue of its own, as USB's
   * does (snd_usb_pcm_delay in sound/usb/pcm.c).
   */
  queuedFrames(): number {
    const out = this.#delays;
    if (this.#alsa.availDelay(this.#pcm, this.#delayAddress, this.#delayAddress + 8n) < 0) return 0;
    const available = Number(out[0]);
    const delay = Number(out[1]);
    const inBuffer = this.#isCapture ? available : this.parameters.bufferFrames - available;
    return Math.max(0, delay - inBuffer);
  }

  close(): void {
    this.#alsa.close(this.#pcm);
  }
}
