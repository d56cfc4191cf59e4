/** The bench's results for people and for programs. */
import { median, type PercentilesUs } from '../../src/audio/percentiles.ts';
import type { CodecCost } from './codec.ts';
import { rounded, showSpread, spread } from './numbers.ts';
import { PERIOD_US, type PeriodResult } from './period.ts';
import type { Session } from './session.ts';
import type { Frames, Kind, Who } from './sound.ts';

export type BenchResult = {
  readonly quick: boolean;
  readonly machine: Readonly<Record<'cpu' | 'kernel' | 'node' | 'jamulus', string>> & {
    readonly cores: number;
    readonly loadBefore: number;
  };
  readonly seconds: number;
  readonly codec: Readonly<Record<Frames, CodecCost>>;
  /** CPU seconds a second that the test card costs a program that does nothing else. */
  readonly cardCpu: Readonly<Record<Frames, number>>;
  readonly countedInControl: number;
  readonly sessions: readonly Session[];
  readonly period: PeriodResult;
};

const WHAT_WAS_RUN = [
  'Both stereo, high quality, on the same real Jamulus server on this machine, one after the other, alternating.',
  'card: each on a test card of its own kind of access, as on a Raspberry Pi: the box through ALSA, the real client through',
  'jackd -d alsa. So the card plug-in runs inside the box on one side, and inside jackd, not the client, on the other.',
  'box / real is process against process. With jackd: the whole of what carries the sound, jackd included. Card alone: a C',
  'program that only gives back what the same card captures.',
  "jack: both on JACK's dummy driver, the box through ALSA's jack plug-in, the real client directly.",
];

const FRAMES = [64, 128] as const;
const KINDS = ['card', 'jack'] as const;
const MIB = 2 ** 20;

function pick(sessions: readonly Session[], kind: Kind, who: Who, frames: Frames): readonly Session[] {
  return sessions.filter((session) => session.kind === kind && session.who === who && session.frames === frames);
}

type Comparison = {
  readonly kind: Kind;
  readonly frames: Frames;
  readonly cpu: Readonly<Record<Who, readonly number[]>>;
  readonly jackdCpu: readonly number[];
  readonly delays: readonly {
    readonly jitter: string;
    /** A median of each connection, frames: where frames lie in the jitter buffers is a matter of luck at joining. */
    readonly delaysFrames: Readonly<Record<Who, readonly number[]>>;
    readonly ratio: number;
  }[];
  readonly cpuRatio: number;
  /** Against the real client and its jackd together. */
  readonly cpuRatioWithJackd: number;
  /** The mean of the ratios at all jitter buffer sizes. */
  readonly delayRatio: number;
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function compare(sessions: readonly Session[], kind: Kind, frames: Frames): Comparison | undefined {
  const of = { box: pick(sessions, kind, 'box', frames), client: pick(sessions, kind, 'client', frames) };
  if (of.box.length === 0) return undefined;
  const cpu = { box: of.box.flatMap((session) => session.cpu), client: of.client.flatMap((session) => session.cpu) };
  const jackdCpu = of.client.flatMap((session) => session.jackdCpu);
  const jitters = [...new Set(of.box.map(({ jitter }) => jitter.join('+')))];
  const delays = jitters.map((jitter) => {
    const connections = (who: Who) =>
      of[who]
        .filter((session) => session.jitter.join('+') === jitter && session.delaysFrames.length > 0)
        .map((session) => median(session.delaysFrames));
    const delaysFrames = { box: connections('box'), client: connections('client') };
    return { jitter, delaysFrames, ratio: mean(delaysFrames.box) / mean(delaysFrames.client) };
  });
  return {
    ...{ kind, frames, cpu, delays },
    jackdCpu,
    cpuRatio: median(cpu.box) / median(cpu.client),
    cpuRatioWithJackd: median(cpu.box) / (median(cpu.client) + (jackdCpu.length > 0 ? median(jackdCpu) : 0)),
    delayRatio: mean(delays.map(({ ratio }) => ratio)),
  };
}

function comparisons(sessions: readonly Session[]): Comparison[] {
  return KINDS.flatMap((kind) => FRAMES.map((frames) => compare(sessions, kind, frames))).filter(
    (c) => c !== undefined,
  );
}

export function table(result: BenchResult): string {
  const { machine, period, codec } = result;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore.toFixed(1)} before; Linux ${machine.kernel}, Node ${machine.node}, Jamulus ${machine.jamulus}`,
    ...WHAT_WAS_RUN,
    '',
    '                                   box  min / median / max     real client  min / median / max   box / real',
  ];
  const row = (label: string, box: string, client: string, ratio: number) =>
    lines.push(`${label.padEnd(34)} ${box.padEnd(27)} ${client.padEnd(36)} ${ratio.toFixed(2)}`);
  for (const { kind, frames, cpu, jackdCpu, cpuRatio, cpuRatioWithJackd, delays } of comparisons(result.sessions)) {
    row(`${kind} ${frames}: CPU, ms a second`, showSpread(cpu.box, 1000), showSpread(cpu.client, 1000), cpuRatio);
    if (kind === 'card') {
      const alone = `(card alone: ${(1000 * result.cardCpu[frames]).toFixed(1)})`;
      row('        with jackd', alone, `+ ${showSpread(jackdCpu, 1000)}`, cpuRatioWithJackd);
    }
    for (const { jitter, delaysFrames, ratio } of delays) {
      const ms = (values: readonly number[]) => `${showSpread(values, 1 / 48)} (${values.length})`;
      row(`${kind} ${frames}: delay at ${jitter}, ms`, ms(delaysFrames.box), ms(delaysFrames.client), ratio);
    }
  }
  const { processingTime, wakeUpLatency } = period;
  const percent = (us: number) => `${((100 * us) / PERIOD_US).toFixed(1)} %`;
  lines.push(
    '',
    `Audio thread, 64 frames, ${period.minutes.toFixed(1)} min, ${period.periods} periods, main thread busy (${(100 * period.mainThreadShare).toFixed(0)} % CPU of the process):`,
    `  processing time  p50 ${processingTime.p50Us}  p99 ${processingTime.p99Us}  p99.9 ${processingTime.p999Us} (${percent(processingTime.p999Us)} of a period, goal 20 %)  max ${processingTime.maxUs} us`,
    `  wake-up latency  p50 ${wakeUpLatency.p50Us}  p99 ${wakeUpLatency.p99Us}  p99.9 ${wakeUpLatency.p999Us}  max ${wakeUpLatency.maxUs} us`,
    `  missed           ${period.missed} periods, ${period.xruns} xruns (goal 0); the machine itself stalled ${period.machineStalls.times} times, for ${period.machineStalls.longestUs} us at most`,
    `  garbage collections in the audio thread: ${period.collections} (goal 0; ${period.collectionsAtStart} before, at its start; the control that makes garbage: ${result.countedInControl}), its heap grew by ${period.audioHeapGrowthBytes} bytes`,
    `  memory           ${(period.residentFirst / MIB).toFixed(1)} MiB at first, ${(period.residentLast / MIB).toFixed(1)} MiB at last`,
    '',
    ...FRAMES.map(
      (frames) =>
        `Codec, ${frames} frames, stereo, high: encoding ${codec[frames].encodeUs.toFixed(1)} us, decoding ${codec[frames].decodeUs.toFixed(1)} us`,
    ),
    `It took ${result.seconds.toFixed(0)} s.`,
  );
  return lines.join('\n');
}

const figures = ({ p50Us, p99Us, p999Us, maxUs }: PercentilesUs) => ({
  p50: p50Us,
  p99: p99Us,
  p999: p999Us,
  max: maxUs,
});

/** Times in the unit of their names, CPU in seconds a second, delays in frames of 1/48 ms, memory in bytes. */
export function toJson(result: BenchResult): object {
  const found = comparisons(result.sessions);
  const ofCard = (value: (comparison: Comparison) => number) =>
    Object.fromEntries(found.filter(({ kind }) => kind === 'card').map((c) => [String(c.frames), rounded(value(c))]));
  const { period } = result;
  return {
    quick: result.quick,
    machine: result.machine,
    whatWasRun: WHAT_WAS_RUN,
    seconds: rounded(result.seconds, 1),
    cpuRatio: ofCard(({ cpuRatio }) => cpuRatio),
    delayRatio: ofCard(({ delayRatio }) => delayRatio),
    pairs: found.map(({ kind, frames, cpu, jackdCpu, cpuRatio, cpuRatioWithJackd, delays, delayRatio }) => ({
      ...{ kind, frames, cpuRatio: rounded(cpuRatio), delayRatio: rounded(delayRatio) },
      cpuRatioWithJackd: rounded(cpuRatioWithJackd),
      cpu: { box: spread(cpu.box), client: spread(cpu.client), jackd: spread(jackdCpu) },
      delays: delays.map(({ jitter, delaysFrames, ratio }) => ({
        ...{ jitter, ratio: rounded(ratio) },
        box: spread(delaysFrames.box),
        client: spread(delaysFrames.client),
      })),
    })),
    period: {
      processingTimeUs: figures(period.processingTime),
      p999Share: rounded(period.processingTime.p999Us / PERIOD_US),
      wakeUpLatencyUs: figures(period.wakeUpLatency),
      missed: period.missed,
      xruns: period.xruns,
      minutes: rounded(period.minutes, 2),
      periods: period.periods,
      processCpu: rounded(period.mainThreadShare),
      machineStalls: period.machineStalls,
    },
    gcInAudioThread: period.collections,
    gcAtStart: period.collectionsAtStart,
    gcControl: result.countedInControl,
    audioHeapGrowthBytes: period.audioHeapGrowthBytes,
    memory: {
      firstBytes: period.residentFirst,
      lastBytes: period.residentLast,
      growthBytes: period.residentLast - period.residentFirst,
    },
    codecUs: Object.fromEntries(
      FRAMES.map((frames) => [frames, rounded(result.codec[frames].encodeUs + result.codec[frames].decodeUs, 1)]),
    ),
    codec: result.codec,
    cardCpu: result.cardCpu,
    sessions: result.sessions,
  };
}
