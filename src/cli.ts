/** The command line: words in, checked options out, or one clear line about the first mistake. */
import type { InputChoice, OutputChoice } from './audio/audio-thread.ts';
import { PERIODS, type PeriodFrames } from './audio/device.ts';
import { type BoxSettings, NO_MIXES } from './box/initial-state.ts';
import { BOOST, DEFAULT_SOUND, INPUT_GAIN_DB } from './box/sound.ts';
import type { JitterChoice, ServerTarget, TransportChoice } from './box/state.ts';
import { HELP } from './cli-help.ts';
import { type Args, choice, decimal, filled, has, mistake, readArgs, text, whole, wholeIn } from './cli-values.ts';
import { countryCodeOfIso } from './jamulus/countries.ts';
import type { SkillLevel } from './jamulus/enumerations.ts';
import { INSTRUMENTS } from './jamulus/instruments.ts';
import { MAX_JITTER_BLOCKS } from './jamulus/limits.ts';
import { parseServerAddress } from './jamulus/server-address.ts';
import type { AudioQuality, Profile } from './jamulus/session-types.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from './jamulus/text.ts';

/** An input as it was asked for: a file is not opened yet. */
export type InputWish =
  | Exclude<InputChoice, { kind: 'samples' }>
  | { readonly kind: 'file'; readonly path: string; readonly loop: boolean };

export interface CliOptions {
  /** State of the box at start. `server` is null if none was named. */
  readonly box: BoxSettings;
  readonly input: InputWish;
  readonly output: OutputChoice;
  readonly periodFrames: PeriodFrames;
  /** Periods of the sound card's buffer, 2…4. */
  readonly periods: number;
  /** No sound card was named: while there is none, a tone stands in for it. */
  readonly toneUntilFound: boolean;
  /** First UDP port to try, 0 = any; undefined = the default of sessions.md §1 (22134 + random 0…99). */
  readonly firstPort: number | undefined;
  /** Traffic class byte, 0…255. */
  readonly trafficClass: number;
  /** Undefined: stay an ordinary thread. */
  readonly realtime: { readonly priority: number; readonly core: number | undefined } | undefined;
  /** File for the engine's statistics. */
  readonly statsPath: string | undefined;
}

export type CliResult = { readonly options: CliOptions } | { readonly help: string } | { readonly error: string };

const DEFAULT_DEVICE = 'alsa:default';
const DEFAULT_PERIOD_FRAMES = 64;
const DEFAULT_TRAFFIC_CLASS = 128;
const DEFAULT_PRIORITY = 80;

/**
 * @param argv without the program's own name
 * @param boxId four hexadecimal digits, for the neutral name "Box-7F3A"
 */
export function parseArgs(argv: readonly string[], boxId: string): CliResult {
  const args = readArgs(argv);
  if (has(args, 'help')) return { help: HELP };
  const options = checkOptions(args, boxId);
  const error = args.mistakes[0];
  return error === undefined ? { options } : { error };
}

function checkOptions(args: Args, boxId: string): CliOptions {
  const periodFrames = choice(args, 'period', PERIODS) ?? DEFAULT_PERIOD_FRAMES;
  return {
    box: boxSettings(args, boxId, periodFrames),
    input: input(args),
    output: output(args),
    periodFrames,
    periods: whole(args, 'periods', 2, 4) ?? 2,
    toneUntilFound: !args.values.has('input') && !args.values.has('output'),
    firstPort: whole(args, 'port', 0, 65535),
    trafficClass: trafficClass(args),
    realtime: realtime(args),
    statsPath: filled(args, 'stats'),
  };
}

function boxSettings(args: Args, boxId: string, periodFrames: PeriodFrames): BoxSettings {
  const monitorLevelGiven = args.values.get('monitor') !== '';
  return {
    server: server(args),
    profile: profile(args, boxId),
    transport: transport(args, periodFrames),
    jitter: jitter(args),
    consent: { acceptRecording: has(args, 'accept-recording'), acceptLicence: has(args, 'accept-licence') },
    sound: {
      ...DEFAULT_SOUND,
      mode: choice(args, 'channels', ['mono', 'stereo', 'mono-in-stereo-out'] as const) ?? DEFAULT_SOUND.mode,
      inputGainDb: decimal(args, 'gain', INPUT_GAIN_DB.min, INPUT_GAIN_DB.max) ?? DEFAULT_SOUND.inputGainDb,
      boost: whole(args, 'boost', BOOST.min, BOOST.max) ?? DEFAULT_SOUND.boost,
      monitorOn: has(args, 'monitor'),
      monitorLevel: (monitorLevelGiven ? decimal(args, 'monitor', 0, 100) : undefined) ?? DEFAULT_SOUND.monitorLevel,
    },
    startMuted: has(args, 'muted'),
    mixes: NO_MIXES,
  };
}

function server(args: Args): ServerTarget | null {
  const address = args.values.get('server');
  if (address === undefined) return null;
  const parsed = parseServerAddress(address);
  if (parsed.ok) return { address, label: address };
  const why = {
    empty: 'HOST or HOST:PORT',
    'bad-port': 'a port is a number from 1 to 65535',
    'bad-host': 'this is no host name and no address',
    'ipv6-needs-brackets': 'write an IPv6 address in brackets, [2001:db8::1]:22124',
  };
  mistake(args, `--server: ${why[parsed.error]}: ${address || 'nothing'}`);
  return null;
}

function profile(args: Args, boxId: string): Profile {
  return {
    name: text(args, 'name', MAX_NAME_UNITS) ?? `Box-${boxId}`,
    city: text(args, 'city', MAX_CITY_UNITS) ?? '',
    countryCode: country(args),
    instrument: instrument(args),
    skill: skill(args),
  };
}

function country(args: Args): number {
  const iso = args.values.get('country')?.toUpperCase() ?? '';
  const code = /^[A-Z]{2}$/.test(iso) ? countryCodeOfIso(iso) : 0;
  if (iso !== '' && code === 0) mistake(args, `--country: two letters like DE or NZ, not ${iso}`);
  return code;
}

function instrument(args: Args): number {
  const wanted = args.values.get('instrument')?.toLowerCase() ?? 'none';
  const last = INSTRUMENTS.length - 1;
  if (/^\d+$/.test(wanted)) return wholeIn(args, 'instrument', wanted, 0, last) ?? 0;
  const found = INSTRUMENTS.findIndex((name) => name.toLowerCase() === wanted);
  if (found < 0)
    mistake(args, `--instrument: a number from 0 to ${last} or a name like "Bass Guitar", not ${wanted || 'nothing'}`);
  return found;
}

function skill(args: Args): SkillLevel {
  const wanted = choice(args, 'skill', ['none', 'beginner', 'intermediate', 'expert'] as const) ?? 'none';
  return wanted === 'none' ? 'not-set' : wanted;
}

/** Small frames are for small periods: a larger period makes them come in bursts (audio.md §4). */
function transport(args: Args, periodFrames: PeriodFrames): TransportChoice {
  const blockFactor = choice(args, 'block-factor', [1, 2, 4] as const) ?? 1;
  const smallFits = periodFrames <= 64 && blockFactor === 1;
  const frameSamples = choice(args, 'frames', [64, 128] as const) ?? (smallFits ? 64 : 128);
  if (frameSamples === 64 && !smallFits) mistake(args, '--frames 64 needs --period 32 or 64 and --block-factor 1');
  const quality: AudioQuality = choice(args, 'quality', ['low', 'normal', 'high', 'max'] as const) ?? 'high';
  return { quality, frameSamples, blockFactor };
}

function jitter(args: Args): JitterChoice {
  const wanted = args.values.get('jitter')?.toLowerCase() ?? 'auto';
  if (wanted === 'auto' || wanted === 'normal') return { kind: 'normal' };
  if (wanted === 'fast' || wanted === 'safe') return { kind: wanted };
  const [, own, servers] = /^(\d+)(?:,(\d+))?$/.exec(wanted) ?? [];
  if (own === undefined) {
    mistake(
      args,
      `--jitter: auto, fast, safe, N or N,M with numbers from 1 to ${MAX_JITTER_BLOCKS}, not ${wanted || 'nothing'}`,
    );
    return { kind: 'normal' };
  }
  const clientBlocks = wholeIn(args, 'jitter', own, 1, MAX_JITTER_BLOCKS) ?? 1;
  const serverBlocks = wholeIn(args, 'jitter', servers ?? own, 1, MAX_JITTER_BLOCKS) ?? 1;
  return { kind: 'fixed', clientBlocks, serverBlocks };
}

function input(args: Args): InputWish {
  const wanted = filled(args, 'input') ?? DEFAULT_DEVICE;
  const loop = has(args, 'loop');
  const kind = (['tone', 'click', 'silence'] as const).find((name) => name === wanted);
  const alsa = alsaName(args, wanted);
  if (loop && (kind !== undefined || alsa !== undefined)) mistake(args, '--loop needs --input FILE');
  if (kind !== undefined) return { kind };
  return alsa === undefined ? { kind: 'file', path: wanted, loop } : { kind: 'alsa', name: alsa };
}

function output(args: Args): OutputChoice {
  const wanted = filled(args, 'output') ?? DEFAULT_DEVICE;
  if (wanted === 'none') return { kind: 'none' };
  const alsa = alsaName(args, wanted);
  return alsa === undefined ? { kind: 'file', path: wanted } : { kind: 'alsa', name: alsa };
}

function alsaName(args: Args, wanted: string): string | undefined {
  if (!wanted.startsWith('alsa:')) return undefined;
  if (wanted === 'alsa:') mistake(args, 'alsa: needs the name of a sound card, for example alsa:default');
  return wanted.slice('alsa:'.length);
}

function trafficClass(args: Args): number {
  const dscp = whole(args, 'dscp', 0, 63);
  const byte = whole(args, 'traffic-class', 0, 255);
  if (dscp !== undefined && byte !== undefined) mistake(args, '--dscp and --traffic-class say the same: give one');
  return dscp === undefined ? (byte ?? DEFAULT_TRAFFIC_CLASS) : 4 * dscp;
}

function realtime(args: Args): CliOptions['realtime'] {
  const priority = whole(args, 'priority', 1, 99);
  const core = whole(args, 'core', 0, 1023);
  if (!has(args, 'no-realtime')) return { priority: priority ?? DEFAULT_PRIORITY, core };
  if (priority !== undefined || core !== undefined) mistake(args, '--no-realtime goes without --priority and --core');
  return undefined;
}
