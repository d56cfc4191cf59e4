/**
 * Opens an ALSA stream with what the box needs, as near as the device can, or says why it can't. Source: the ALSA library
 * reference, modules "PCM Interface" and "Hardware Parameters".
 */
import type { CardProblem } from '../box/problems.ts';
import {
  type AlsaLibrary,
  AlsaPcm,
  loadAlsa,
  type Pcm,
  type PcmParameters,
  SAMPLE_FORMATS,
  type SampleFormat,
} from './alsa.ts';
import { addressOf, errno } from './libc.ts';

/** ALSA's refusal: a sentence, the box's code for it, and ALSA's (negative errno). */
export interface PcmError {
  readonly error: string;
  readonly problem: CardProblem;
  readonly code: number;
  /** The device opened, but does not give what is needed. */
  readonly opened: boolean;
}

export type Direction = 'capture' | 'playback';

export interface PcmRequest {
  /** ALSA's name of the device. */
  readonly name: string;
  readonly direction: Direction;
  readonly rate: number;
  readonly periodFrames: number;
  readonly periods: number;
  /** Least number of channels, where the device has them. */
  readonly channels: number;
}

const STREAMS = { playback: 0, capture: 1 } as const;
const MODE_NONBLOCK = 1;
const ACCESS_RW_INTERLEAVED = 3;
/** SND_PCM_FORMAT_… */
const FORMAT_NUMBERS: Readonly<Record<SampleFormat, number>> = {
  S16_LE: 2,
  S24_LE: 6,
  S32_LE: 10,
  FLOAT_LE: 14,
  S24_3LE: 32,
};
/** Plug-ins that convert claim thousands of channels; no card has more than these. */
const MOST_CHANNELS = 128;

/**
 * Opens and configures a stream: interleaved, exactly `rate`, the first of SAMPLE_FORMATS that goes with enough channels,
 * no more channels than needed, period and buffer as near to the request as the device can.
 */
export function openPcm(request: PcmRequest): AlsaPcm | PcmError {
  const alsa = loadAlsa();
  if ('error' in alsa) return { error: alsa.error, problem: 'sound-failed', code: -errno.ENOENT, opened: false };
  const where = `${request.name} (${request.direction})`;
  const pcm = open(alsa, request.name, request.direction);
  if (typeof pcm === 'number') {
    return { error: `${where}: ${alsa.errorText(pcm)}`, problem: problemOfOpening(pcm), code: pcm, opened: false };
  }
  const configured = new Configuration(alsa, pcm).configure(request);
  if ('error' in configured) {
    alsa.close(pcm);
    return { ...configured, error: `${where}: ${configured.error}` };
  }
  return new AlsaPcm(alsa, pcm, request.direction, configured);
}

/** True if the device is there in this direction, though another program may have it. */
export function isThere(name: string, direction: Direction): boolean {
  const alsa = loadAlsa();
  if ('error' in alsa) return false;
  const pcm = open(alsa, name, direction);
  if (typeof pcm === 'number') return pcm === -errno.EBUSY;
  alsa.close(pcm);
  return true;
}

/** @returns the handle, or a negative errno */
function open(alsa: AlsaLibrary, name: string, direction: Direction): Pcm | number {
  const handle = new BigUint64Array(16);
  const opened = alsa.open(addressOf(handle), name, STREAMS[direction], MODE_NONBLOCK);
  return opened < 0 ? opened : (handle[0] as bigint);
}

function problemOfOpening(code: number): CardProblem {
  switch (-code) {
    case errno.EBUSY:
    case errno.EAGAIN:
      return 'card-busy';
    case errno.ENOENT:
    case errno.ENODEV:
    case errno.ENXIO:
      return 'no-sound-card';
    default:
      return 'sound-failed';
  }
}

interface Layout {
  readonly format: SampleFormat;
  readonly channels: number;
  readonly maxChannels: number;
}

/** The parameter space of one stream, narrowed step by step. */
class Configuration {
  readonly #alsa: AlsaLibrary;
  readonly #pcm: Pcm;
  readonly #hw: bigint;
  readonly #out = new BigUint64Array(16);

  constructor(alsa: AlsaLibrary, pcm: Pcm) {
    this.#alsa = alsa;
    this.#pcm = pcm;
    this.#hw = this.#allocate('snd_pcm_hw_params_malloc');
  }

  configure(request: PcmRequest): PcmParameters | PcmError {
    const saved = this.#allocate('snd_pcm_hw_params_malloc');
    try {
      return (
        this.#step('sound-failed', 'no configuration', this.#alsa.call('snd_pcm_hw_params_any', this.#pcm, this.#hw)) ??
        this.#step('card-format', 'no interleaved samples', this.#set('set_access', ACCESS_RW_INTERLEAVED)) ??
        this.#rate(request.rate) ??
        this.#rest(request, saved)
      );
    } finally {
      this.#alsa.call('snd_pcm_hw_params_free', saved);
      this.#alsa.call('snd_pcm_hw_params_free', this.#hw);
    }
  }

  #rest(request: PcmRequest, saved: bigint): PcmParameters | PcmError {
    this.#alsa.call('snd_pcm_hw_params_copy', saved, this.#hw);
    const layout = this.#layout(request.channels, saved);
    if ('error' in layout) return layout;
    const { periodFrames: period, periods } = request;
    const failed =
      this.#step('card-period', `no period near ${period} frames`, this.#near('period_size', period)) ??
      this.#step('card-period', 'no such buffer', this.#near('buffer_size', this.#get('period_size') * periods)) ??
      this.#step('sound-failed', 'parameters refused', this.#alsa.call('snd_pcm_hw_params', this.#pcm, this.#hw));
    if (failed) return failed;
    const periodFrames = this.#get('period_size');
    const bufferFrames = this.#get('buffer_size');
    return (
      this.#software(periodFrames, bufferFrames) ?? { ...layout, periodFrames, bufferFrames, card: this.#cardNumber() }
    );
  }

  #rate(rate: number): PcmError | undefined {
    const result = this.#set('set_rate', rate, 0);
    const lowest = this.#get('rate_min');
    const highest = this.#get('rate_max');
    const has = lowest === highest ? `${lowest}` : `${lowest} to ${highest}`;
    return this.#step('card-rate', `no ${rate} Hz, only ${has} Hz`, result);
  }

  /** A format with enough channels; else the one with the most. */
  #layout(wanted: number, saved: bigint): Layout | PcmError {
    let best: Layout | undefined;
    for (const format of SAMPLE_FORMATS) {
      const layout = this.#tryLayout(format, wanted, saved);
      if (layout === undefined) continue;
      if (layout.channels >= wanted) return layout;
      if (best === undefined || layout.channels > best.channels) best = layout;
    }
    const again = best && this.#tryLayout(best.format, wanted, saved);
    return (
      again ?? {
        error: `none of ${SAMPLE_FORMATS.join(', ')}`,
        problem: 'card-format',
        code: -errno.EINVAL,
        opened: true,
      }
    );
  }

  /** Narrows the saved space to a format and the fewest channels that are enough, or as many as there are. */
  #tryLayout(format: SampleFormat, wanted: number, saved: bigint): Layout | undefined {
    this.#alsa.call('snd_pcm_hw_params_copy', this.#hw, saved);
    if (this.#set('set_format', FORMAT_NUMBERS[format]) < 0) return undefined;
    const most = this.#get('channels_max');
    this.#out[0] = BigInt(Math.min(wanted, most));
    if (this.#set('set_channels_min', addressOf(this.#out)) < 0) return undefined;
    if (this.#set('set_channels_first', addressOf(this.#out)) < 0) return undefined;
    const channels = this.#get('channels');
    return { format, channels, maxChannels: most > MOST_CHANNELS ? channels : most };
  }

  #software(periodFrames: number, bufferFrames: number): PcmError | undefined {
    const sw = this.#allocate('snd_pcm_sw_params_malloc');
    const call = (name: string, ...args: number[]): number =>
      this.#alsa.call(`snd_pcm_sw_params${name}`, this.#pcm, sw, ...args);
    const failed =
      this.#step('sound-failed', 'no software parameters', call('_current')) ??
      // Started by hand, both directions together: an automatic start would put them out of step.
      this.#step('sound-failed', 'start threshold', call('_set_start_threshold', bufferFrames * 1024)) ??
      this.#step('sound-failed', 'wake-up threshold', call('_set_avail_min', periodFrames)) ??
      this.#step('sound-failed', 'software parameters refused', call(''));
    this.#alsa.call('snd_pcm_sw_params_free', sw);
    return failed;
  }

  #cardNumber(): number | undefined {
    const info = this.#allocate('snd_pcm_info_malloc');
    const card = this.#alsa.call('snd_pcm_info', this.#pcm, info) < 0 ? -1 : this.#alsa.infoCard(info);
    this.#alsa.call('snd_pcm_info_free', info);
    return card < 0 ? undefined : card;
  }

  /** What the device can't do, if `result` is an error. One that has gone in the meantime could do it all the same. */
  #step(problem: CardProblem, what: string, result: number): PcmError | undefined {
    if (result >= 0) return undefined;
    const isGone = result === -errno.ENODEV;
    // "Invalid argument" says less than `what`.
    const error = result === -errno.EINVAL ? what : `${what}: ${this.#alsa.errorText(result)}`;
    return { error, problem: isGone ? 'card-gone' : problem, code: result, opened: true };
  }

  #allocate(name: string): bigint {
    this.#alsa.call(name, addressOf(this.#out));
    return this.#out[0] as bigint;
  }

  #set(name: string, ...args: (bigint | number)[]): number {
    return this.#alsa.call(`snd_pcm_hw_params_${name}`, this.#pcm, this.#hw, ...args);
  }

  #near(what: 'period_size' | 'buffer_size', value: number): number {
    this.#out[0] = BigInt(value);
    const direction = what === 'period_size' ? [0n] : [];
    return this.#set(`set_${what}_near`, addressOf(this.#out), ...direction);
  }

  #get(what: 'period_size' | 'buffer_size' | 'channels' | 'channels_max' | 'rate_min' | 'rate_max'): number {
    this.#out[0] = 0n;
    const hasDirection = what === 'period_size' || what.startsWith('rate');
    this.#alsa.call(`snd_pcm_hw_params_get_${what}`, this.#hw, addressOf(this.#out), ...(hasDirection ? [0n] : []));
    return Number(this.#out[0] as bigint);
  }
}
