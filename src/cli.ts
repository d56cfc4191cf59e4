/** The command line: words in, checked options out, or one clear line about the first mistake. */
import type { ServerTarget } from './box/server-target.ts';
import type { InputChoice, OutputChoice } from './audio/audio-thread.ts';
import { PERIODS, type PeriodFrames } from './audio/device.ts';
import { NO_MIXES } from './box/initial-state.ts';
import { BOOST, DEFAULT_SOUND, INPUT_GAIN_DB } from './box/sound.ts';
import type { JitterChoice, TransportChoice, BoxSettings } from './box/state.ts';
import { HELP } from './cli-help.ts';
import { type PageOption, page, type RpcOption, rpc } from './cli-remote.ts';
import { type Args, choice, decimal, filled, has, mistake, readArgs, text, whole, wholeIn } from './cli-values.ts';
import { countryCodeOfIso } from './jamulus/countries.ts';
import { SKILLS, type SkillLevel } from './jamulus/enumerations.ts';
import { INSTRUMENTS } from './jamulus/instruments.ts';
import { MAX_JITTER_BLOCKS } from './jamulus/limits.ts';
import { parseServerAddress } from './jamulus/server-address.ts';
import { AUDIO_QUALITIES, type AudioQuality, type Profile } from './jamulus/session-types.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from './jamulus/text.ts';

/** An input as it was asked for: a file is not opened yet. */
export type InputWish =
  | Exclude<InputChoice, { kind: 'samples' }>
  | { readonly kind: 'file'; readonly path: string; readonly loop: boolean };

export interface CliOptions {
  /** State of the box at start. `server` is the one that CONNECT goes to; null if none is known. */
  readonly box: BoxSettings;
  /** Connect there at once. */
  readonly connectTo: ServerTarget | null;
  /** A server stands on the command line: no directory is asked. */
  readonly serverNamed: boolean;
  /** The installer's file; undefined = the one on the boot partition. */
  readonly settingsPath: string | undefined;
  /** Folder of the machine state; undefined = the user's own. */
  readonly statePath: string | undefined;
  /** On the image: shutting down switches the machine off, and nothing but the musician is ever heard. */
  readonly appliance: boolean;
  /** Folder for what the box asks of root; undefined = the image's own. */
  readonly requestsPath: string | undefined;
  /** A status line in place of the panel. */
  readonly plain: boolean;
  /** Undefined: as the files say, and a practice room where no server is known. */
  readonly room: 'practice' | 'room' | 'none' | undefined;
  readonly page: PageOption;
  readonly rpc: RpcOption | undefined;
  readonly input: InputWish;
  readonly output: OutputChoice;
  readonly periodFrames: PeriodFrames;
  /** Periods of the sound card's buffer, 2…4; null = as the card needs it. */
  readonly periods: number | null;
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

/** What counts where the command line says nothing. */
export interface StartValues {
  readonly box: BoxSettings;
  /** Connect to the server of `box`. */
  readonly autoConnect: boolean;
  /** Names of sound cards; null = none. */
  readonly input: string | null;
  readonly output: string | null;
  readonly periodFrames: PeriodFrames;
  readonly periods: number | null;
}

const DEFAULT_CARD = 'default';
const DEFAULT_PERIOD_FRAMES = 64;
const DEFAULT_TRAFFIC_CLASS = 128;
const DEFAULT_PRIORITY = 80;

/**
 * @param argv without the program's own name
 * @param boxId four hexadecimal digits, for the neutral name "Box-7F3A"
 * @param values what the files of the box say
 */
export function parseArgs(argv: readonly string[], boxId: string, values = defaultValues(boxId)): CliResult {
  const args = readArgs(argv);
  if (has(args, 'help')) return { help: HELP };
  const options = checkOptions(args, values);
  const error = args.mistakes[0];
  return error === undefined ? { options } : { error };
}

function defaultValues(boxId: string): StartValues {
  return {
    box: {
      server: null,
      profile: { name: `Box-${boxId}`, city: '', countryCode: 0, instrument: 0, skill: 'not-set' },
      transport: { quality: 'high', frameSamples: 64, blockFactor: 1 },
      jitter: { kind: 'normal' },
      consent: { acceptRecording: false, acceptLicence: false },
      sound: DEFAULT_SOUND,
      startMuted: false,
      mixes: NO_MIXES,
    },
    autoConnect: false,
    input: DEFAULT_CARD,
    output: DEFAULT_CARD,
    periodFrames: DEFAULT_PERIOD_FRAMES,
    periods: null,
  };
}

function checkOptions(args: Args, values: StartValues): CliOptions {
  const periodFrames = choice(args, 'period', PERIODS) ?? values.periodFrames;
  const named = server(args);
  const appliance = has(args, 'appliance');
  const usesDefaultCard = !args.values.has('input') && values.input === DEFAULT_CARD;
  return {
    box: boxSettings(args, values.box, named, periodFrames),
    connectTo: named ?? (values.autoConnect ? values.box.server : null),
    serverNamed: named !== null,
    settingsPath: filled(args, 'settings'),
    statePath: filled(args, 'state'),
    appliance,
    requestsPath: filled(args, 'requests'),
    plain: has(args, 'plain'),
    room: room(args),
    page: page(args, has(args, 'plain')),
    rpc: rpc(args),
    input: input(args, values.input),
    output: output(args, values.output),
    periodFrames,
    periods: whole(args, 'periods', 2, 4) ?? values.periods,
    toneUntilFound: usesDefaultCard && !args.values.has('output') && values.output === DEFAULT_CARD && !appliance,
    firstPort: whole(args, 'port', 0, 65535),
    trafficClass: trafficClass(args),
    realtime: realtime(args),
    statsPath: filled(args, 'stats'),
  };
}

function boxSettings(
  args: Args,
  before: BoxSettings,
  named: ServerTarget | null,
  periodFrames: PeriodFrames,
): BoxSettings {
  const { sound, consent, mixes } = before;
  const monitorLevelGiven = args.values.get('monitor') !== '';
  return {
    server: named ?? before.server,
    profile: profile(args, before.profile),
    transport: transport(args, before.transport.quality, periodFrames),
    jitter: jitter(args, before.jitter),
    consent: {
      acceptRecording: has(args, 'accept-recording') || consent.acceptRecording,
      acceptLicence: has(args, 'accept-licence') || consent.acceptLicence,
    },
    sound: {
      ...sound,
      mode: choice(args, 'channels', ['mono', 'stereo', 'mono-in-stereo-out'] as const) ?? sound.mode,
      inputGainDb: decimal(args, 'gain', INPUT_GAIN_DB.min, INPUT_GAIN_DB.max) ?? sound.inputGainDb,
      boost: whole(args, 'boost', BOOST.min, BOOST.max) ?? sound.boost,
      monitorOn: has(args, 'monitor') || sound.monitorOn,
      monitorLevel: (monitorLevelGiven ? decimal(args, 'monitor', 0, 100) : undefined) ?? sound.monitorLevel,
    },
    startMuted: has(args, 'muted') || before.startMuted,
    mixes,
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

function profile(args: Args, before: Profile): Profile {
  return {
    name: text(args, 'name', MAX_NAME_UNITS) ?? before.name,
    city: text(args, 'city', MAX_CITY_UNITS) ?? before.city,
    countryCode: country(args) ?? before.countryCode,
    instrument: instrument(args) ?? before.instrument,
    skill: skill(args) ?? before.skill,
  };
}

function country(args: Args): number | undefined {
  const iso = args.values.get('country')?.toUpperCase();
  if (iso === undefined) return undefined;
  const code = /^[A-Z]{2}$/.test(iso) ? countryCodeOfIso(iso) : 0;
  if (iso !== '' && code === 0) mistake(args, `--country: two letters like DE or NZ, not ${iso}`);
  return code;
}

function instrument(args: Args): number | undefined {
  const wanted = args.values.get('instrument')?.toLowerCase();
  if (wanted === undefined) return undefined;
  const last = INSTRUMENTS.length - 1;
  if (/^\d+$/.test(wanted)) return wholeIn(args, 'instrument', wanted, 0, last) ?? 0;
  const found = INSTRUMENTS.findIndex((name) => name.toLowerCase() === wanted);
  if (found < 0)
    mistake(args, `--instrument: a number from 0 to ${last} or a name like "Bass Guitar", not ${wanted || 'nothing'}`);
  return found;
}

function skill(args: Args): SkillLevel | undefined {
  const wanted = choice(args, 'skill', ['none', ...SKILLS] as const);
  return wanted === 'none' ? 'not-set' : wanted;
}

/** Small frames are for small periods: a larger period makes them come in bursts (audio.md §4). */
function transport(args: Args, before: AudioQuality, periodFrames: PeriodFrames): TransportChoice {
  const blockFactor = choice(args, 'block-factor', [1, 2, 4] as const) ?? 1;
  const smallFits = periodFrames <= 64 && blockFactor === 1;
  const frameSamples = choice(args, 'frames', [64, 128] as const) ?? (smallFits ? 64 : 128);
  if (frameSamples === 64 && !smallFits) mistake(args, '--frames 64 needs --period 32 or 64 and --block-factor 1');
  const quality = choice(args, 'quality', AUDIO_QUALITIES) ?? before;
  return { quality, frameSamples, blockFactor };
}

function jitter(args: Args, before: JitterChoice): JitterChoice {
  const wanted = args.values.get('jitter')?.toLowerCase();
  if (wanted === undefined) return before;
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

function input(args: Args, card: string | null): InputWish {
  const given = filled(args, 'input');
  const wanted = given ?? 'silence';
  const loop = has(args, 'loop');
  const kind = (['tone', 'click', 'silence'] as const).find((name) => name === wanted);
  const alsa = alsaName(args, wanted);
  if (loop && (kind !== undefined || alsa !== undefined)) mistake(args, '--loop needs --input FILE');
  if (given === undefined && card !== null) return { kind: 'card', name: card };
  if (kind !== undefined) return { kind };
  return alsa === undefined ? { kind: 'file', path: wanted, loop } : { kind: 'alsa', name: alsa };
}

function output(args: Args, card: string | null): OutputChoice {
  const given = filled(args, 'output');
  if (given === undefined && card !== null) return { kind: 'card', name: card };
  const wanted = given ?? 'none';
  if (wanted === 'none') return { kind: 'none' };
  const alsa = alsaName(args, wanted);
  return alsa === undefined ? { kind: 'file', path: wanted } : { kind: 'alsa', name: alsa };
}

function alsaName(args: Args, wanted: string): string | undefined {
  if (!wanted.startsWith('alsa:')) return undefined;
  if (wanted === 'alsa:') mistake(args, 'alsa: needs the name of a sound card, for example alsa:default');
  return wanted.slice('alsa:'.length);
}

function room(args: Args): CliOptions['room'] {
  const wishes = (['practice', 'room', 'no-room'] as const).filter((name) => has(args, name));
  if (wishes.length > 1) mistake(args, `--${wishes.join(' and --')} do not go together`);
  return wishes[0] === 'no-room' ? 'none' : wishes[0];
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
