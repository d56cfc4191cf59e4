/**
 * One ALSA PCM stream through libasound.so.2: open, configure, and the calls of the period path. Expected errors are
 * negative errno values, as in ALSA itself. Source: the ALSA library reference, module "PCM Interface".
 */
import koffi from 'koffi';
import { addressOf, errno, libc } from './libc.ts';

type Pcm = bigint;
type Func = (...args: (bigint | number | string | ArrayBufferView | null)[]) => number;

interface AlsaLibrary {
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
  readonly call: (name: string, ...args: Parameters<Func>) => number;
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

const STREAM_PLAYBACK = 0;
const STREAM_CAPTURE = 1;
const MODE_NONBLOCK = 1;
const ACCESS_RW_INTERLEAVED = 3;
const FORMATS = { S32_LE: 10, S16_LE: 2 } as const;

export type SampleFormat = keyof typeof FORMATS;

/** What a stream was granted; frames are samples per channel. */
export interface PcmParameters {
  readonly format: SampleFormat;
  readonly channels: 1 | 2;
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

export interface PcmRequest {
  readonly name: string;
  readonly direction: 'capture' | 'playback';
  readonly rate: number;
  readonly periodFrames: number;
  readonly periods: number;
}

/** A configured, not yet started stream. Every number returned is >= 0 or a negative errno value. */
export class AlsaPcm {
  readonly parameters: PcmParameters;
  readonly #alsa: AlsaLibrary;
  readonly #pcm: Pcm;

  /** Use `openPcm`. */
  constructor(alsa: AlsaLibrary, pcm: Pcm, parameters: PcmParameters) {
    this.#alsa = alsa;
    this.#pcm = pcm;
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

  close(): void {
    this.#alsa.close(this.#pcm);
  }
}

/** ALSA's refusal: a sentence, and the errno value where there is one. */
export interface PcmError {
  readonly error: string;
  readonly code: number;
}

/**
 * Opens and configures a stream: interleaved, exactly `rate`, S32_LE or else S16_LE, two channels or else one, period
 * and buffer as near to the request as the device can.
 */
export function openPcm(request: PcmRequest): AlsaPcm | PcmError {
  const alsa = loadAlsa();
  if ('error' in alsa) return { error: alsa.error, code: -errno.ENOENT };
  const handle = new BigUint64Array(16);
  const stream = request.direction === 'capture' ? STREAM_CAPTURE : STREAM_PLAYBACK;
  const opened = alsa.open(addressOf(handle), request.name, stream, MODE_NONBLOCK);
  if (opened < 0) return { error: `${request.name} (${request.direction}): ${alsa.errorText(opened)}`, code: opened };
  const pcm = handle[0] as bigint;
  const configured = configure(alsa, pcm, request);
  if ('error' in configured) {
    alsa.close(pcm);
    return { error: `${request.name} (${request.direction}): ${configured.error}`, code: configured.code };
  }
  return new AlsaPcm(alsa, pcm, configured);
}

function configure(alsa: AlsaLibrary, pcm: Pcm, request: PcmRequest): PcmParameters | PcmError {
  const out = new BigUint64Array(16);
  const outAddress = addressOf(out);
  const take = (name: string): bigint => {
    alsa.call(name, outAddress);
    return out[0] as bigint;
  };
  const hw = take('snd_pcm_hw_params_malloc');
  const sw = take('snd_pcm_sw_params_malloc');
  /** Runs one step; `what` says what the device can't do. */
  const step = (what: string, result: number): PcmError | undefined =>
    result < 0 ? { error: `${what}: ${alsa.errorText(result)}`, code: result } : undefined;
  const set = (name: string, ...args: (bigint | number)[]): number =>
    alsa.call(`snd_pcm_hw_params_${name}`, pcm, hw, ...args);
  const near = (name: string, value: number): number => {
    out[0] = BigInt(value);
    const result = alsa.call(
      `snd_pcm_hw_params_${name}`,
      pcm,
      hw,
      outAddress,
      ...(name.includes('period') ? [0n] : []),
    );
    return result;
  };
  const get = (name: string): number => {
    out[0] = 0n;
    alsa.call(`snd_pcm_hw_params_${name}`, hw, outAddress, ...(name.includes('period') ? [0n] : []));
    return Number(out[0] as bigint);
  };
  try {
    const formats = Object.keys(FORMATS) as SampleFormat[];
    let failed =
      step('no configuration', alsa.call('snd_pcm_hw_params_any', pcm, hw)) ??
      step('no interleaved access', set('set_access', ACCESS_RW_INTERLEAVED)) ??
      step(`no ${request.rate} Hz`, set('set_rate', request.rate, 0));
    if (failed) return failed;
    const format = formats.find((f) => set('set_format', FORMATS[f]) >= 0);
    if (format === undefined) return { error: `neither ${formats.join(' nor ')}`, code: -errno.EINVAL };
    const channels = ([2, 1] as const).find((c) => set('set_channels', c) >= 0);
    if (channels === undefined) return { error: 'neither stereo nor mono', code: -errno.EINVAL };
    failed =
      step(`no period near ${request.periodFrames}`, near('set_period_size_near', request.periodFrames)) ??
      step('no such buffer', near('set_buffer_size_near', get('get_period_size') * request.periods)) ??
      step('parameters refused', alsa.call('snd_pcm_hw_params', pcm, hw));
    if (failed) return failed;
    const periodFrames = get('get_period_size');
    const bufferFrames = get('get_buffer_size');
    failed =
      step('no software parameters', alsa.call('snd_pcm_sw_params_current', pcm, sw)) ??
      // Started by hand, both directions together: an automatic start would put them out of step.
      step('start threshold', alsa.call('snd_pcm_sw_params_set_start_threshold', pcm, sw, bufferFrames * 1024)) ??
      step('wake-up threshold', alsa.call('snd_pcm_sw_params_set_avail_min', pcm, sw, periodFrames)) ??
      step('software parameters refused', alsa.call('snd_pcm_sw_params', pcm, sw));
    return failed ?? { format, channels, periodFrames, bufferFrames };
  } finally {
    alsa.call('snd_pcm_hw_params_free', hw);
    alsa.call('snd_pcm_sw_params_free', sw);
  }
}
