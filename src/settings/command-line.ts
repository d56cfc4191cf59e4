/** The command line: words in, and out what was given, checked; or one clear line about the first mistake. */

import { CARD_PERIODS, PERIODS, type PeriodFrames } from '../box/periods.ts';
import type { ServerTarget } from '../box/server-target.ts';
import { CHANNEL_MODES, SOUND_SETTINGS, type SoundSettings } from '../box/sound-settings.ts';
import type { JitterChoice } from '../box/state.ts';
import { countryCodeOfIso } from '../jamulus/countries.ts';
import { SKILLS, type SkillLevel } from '../jamulus/enumerations.ts';
import { INSTRUMENTS } from '../jamulus/instruments.ts';
import { MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import { parseServerAddress } from '../jamulus/server-address.ts';
import { AUDIO_QUALITIES, type AudioQuality, type Profile } from '../jamulus/session-types.ts';
import { BLOCK_FACTORS, type BlockFactor, FRAME_SAMPLES, type FrameSamples } from '../jamulus/stream-format.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../jamulus/text.ts';
import { HELP } from './command-line-help.ts';
import { page, type RpcOption, rpc } from './command-line-remote.ts';
import {
  type Args,
  choice,
  decimal,
  filled,
  flag,
  has,
  mistake,
  readArgs,
  text,
  whole,
  wholeIn,
} from './command-line-values.ts';

/** An input as it was asked for: a file is not opened yet. */
export type InputOption =
  | { readonly kind: 'alsa' | 'card'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly loop: boolean }
  | { readonly kind: 'tone' | 'click' | 'silence' };

export type OutputOption =
  | { readonly kind: 'alsa' | 'card'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' };

/** What was given. `undefined` = not given: then other sources count (precedence.ts). */
export type CommandLine = Given<{
  server: ServerTarget;
  profile: Given<Profile>;
  quality: AudioQuality;
  frameSamples: FrameSamples;
  blockFactor: BlockFactor;
  jitter: JitterChoice;
  acceptRecording: true;
  acceptLicence: true;
  sound: Given<SoundSettings>;
  startMuted: true;
  settingsPath: string;
  statePath: string;
  appliance: true;
  requestsPath: string;
  plain: true;
  room: 'practice' | 'room' | 'none';
  page: 'off' | number;
  rpc: RpcOption;
  input: InputOption;
  output: OutputOption;
  periodFrames: PeriodFrames;
  periods: number;
  firstPort: number;
  trafficClass: number;
  priority: number;
  core: number;
  noRealtime: true;
  statsPath: string;
}>;

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

export type CommandLineResult =
  | { readonly commandLine: CommandLine }
  | { readonly help: string }
  | { readonly error: string };

/** @param argv without the program's own name */
export function parseCommandLine(argv: readonly string[]): CommandLineResult {
  const args = readArgs(argv);
  if (has(args, 'help')) return { help: HELP };
  const commandLine = check(args);
  const error = args.mistakes[0];
  return error === undefined ? { commandLine } : { error };
}

function check(args: Args): CommandLine {
  return {
    periodFrames: choice(args, 'period', PERIODS),
    server: server(args),
    profile: {
      name: text(args, 'name', MAX_NAME_UNITS),
      city: text(args, 'city', MAX_CITY_UNITS),
      countryCode: country(args),
      instrument: instrument(args),
      skill: skill(args),
    },
    blockFactor: choice(args, 'block-factor', BLOCK_FACTORS),
    frameSamples: choice(args, 'frames', FRAME_SAMPLES),
    quality: choice(args, 'quality', AUDIO_QUALITIES),
    jitter: jitter(args),
    acceptRecording: flag(args, 'accept-recording'),
    acceptLicence: flag(args, 'accept-licence'),
    sound: sound(args),
    startMuted: flag(args, 'muted'),
    settingsPath: filled(args, 'settings'),
    statePath: filled(args, 'state'),
    appliance: flag(args, 'appliance'),
    requestsPath: filled(args, 'requests'),
    plain: flag(args, 'plain'),
    room: room(args),
    page: page(args),
    rpc: rpc(args),
    input: input(args),
    output: output(args),
    periods: whole(args, 'periods', CARD_PERIODS.min, CARD_PERIODS.max),
    firstPort: whole(args, 'port', 0, 65535),
    trafficClass: trafficClass(args),
    ...realtime(args),
    statsPath: filled(args, 'stats'),
  };
}

function server(args: Args): ServerTarget | undefined {
  const address = args.values.get('server');
  if (address === undefined) return undefined;
  const parsed = parseServerAddress(address);
  if (parsed.ok) return { address, label: address };
  const why = {
    empty: 'HOST or HOST:PORT',
    'bad-port': 'a port is a number from 1 to 65535',
    'bad-host': 'this is no host name and no address',
    'ipv6-needs-brackets': 'write an IPv6 address in brackets, [2001:db8::1]:22124',
  };
  return mistake(args, `--server: ${why[parsed.error]}: ${address || 'nothing'}`);
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
  if (/^\d+$/.test(wanted)) return wholeIn(args, 'instrument', wanted, 0, last);
  const found = INSTRUMENTS.findIndex((name) => name.toLowerCase() === wanted);
  if (found >= 0) return found;
  return mistake(
    args,
    `--instrument: a number from 0 to ${last} or a name like "Bass Guitar", not ${wanted || 'nothing'}`,
  );
}

function skill(args: Args): SkillLevel | undefined {
  const wanted = choice(args, 'skill', ['none', ...SKILLS] as const);
  return wanted === 'none' ? 'not-set' : wanted;
}

/** `--monitor` alone leaves its level as it was. */
function sound(args: Args): CommandLine['sound'] {
  const levelGiven = args.values.get('monitor') !== '';
  const { inputGainDb, boost, monitorLevel } = SOUND_SETTINGS;
  return {
    mode: choice(args, 'channels', CHANNEL_MODES),
    inputGainDb: decimal(args, 'gain', inputGainDb.min, inputGainDb.max),
    boost: whole(args, 'boost', boost.min, boost.max),
    monitorOn: flag(args, 'monitor'),
    monitorLevel: levelGiven ? decimal(args, 'monitor', monitorLevel.min, monitorLevel.max) : undefined,
  };
}

function jitter(args: Args): JitterChoice | undefined {
  const wanted = args.values.get('jitter')?.toLowerCase();
  if (wanted === undefined) return undefined;
  if (wanted === 'auto' || wanted === 'normal') return { kind: 'normal' };
  if (wanted === 'fast' || wanted === 'safe') return { kind: wanted };
  const [, own, servers] = /^(\d+)(?:,(\d+))?$/.exec(wanted) ?? [];
  if (own === undefined) {
    return mistake(
      args,
      `--jitter: auto, fast, safe, N or N,M with numbers from 1 to ${MAX_JITTER_BLOCKS}, not ${wanted || 'nothing'}`,
    );
  }
  const clientBlocks = wholeIn(args, 'jitter', own, 1, MAX_JITTER_BLOCKS) ?? 1;
  const serverBlocks = wholeIn(args, 'jitter', servers ?? own, 1, MAX_JITTER_BLOCKS) ?? 1;
  return { kind: 'fixed', clientBlocks, serverBlocks };
}

function input(args: Args): InputOption | undefined {
  const given = filled(args, 'input');
  const loop = has(args, 'loop');
  const kind = (['tone', 'click', 'silence'] as const).find((name) => name === given);
  const alsa = alsaName(args, given);
  const isFile = given !== undefined && kind === undefined && alsa === undefined;
  if (loop && !isFile) mistake(args, '--loop needs --input FILE');
  if (kind !== undefined) return { kind };
  if (alsa !== undefined) return { kind: 'alsa', name: alsa };
  return isFile ? { kind: 'file', path: given, loop } : undefined;
}

function output(args: Args): OutputOption | undefined {
  const given = filled(args, 'output');
  if (given === undefined) return undefined;
  if (given === 'none') return { kind: 'none' };
  const alsa = alsaName(args, given);
  return alsa === undefined ? { kind: 'file', path: given } : { kind: 'alsa', name: alsa };
}

function alsaName(args: Args, given: string | undefined): string | undefined {
  if (given?.startsWith('alsa:') !== true) return undefined;
  if (given === 'alsa:') mistake(args, 'alsa: needs the name of a sound card, for example alsa:default');
  return given.slice('alsa:'.length);
}

function room(args: Args): CommandLine['room'] {
  const roomOptions = (['practice', 'room', 'no-room'] as const).filter((name) => has(args, name));
  if (roomOptions.length > 1) mistake(args, `--${roomOptions.join(' and --')} do not go together`);
  return roomOptions[0] === 'no-room' ? 'none' : roomOptions[0];
}

function trafficClass(args: Args): number | undefined {
  const dscp = whole(args, 'dscp', 0, 63);
  const byte = whole(args, 'traffic-class', 0, 255);
  if (dscp !== undefined && byte !== undefined) mistake(args, '--dscp and --traffic-class say the same: give one');
  return dscp === undefined ? byte : 4 * dscp;
}

function realtime(args: Args): Pick<CommandLine, 'priority' | 'core' | 'noRealtime'> {
  const priority = whole(args, 'priority', 1, 99);
  const core = whole(args, 'core', 0, 1023);
  const noRealtime = flag(args, 'no-realtime');
  if (noRealtime && (priority !== undefined || core !== undefined)) {
    mistake(args, '--no-realtime goes without --priority and --core');
  }
  return { priority, core, noRealtime };
}
