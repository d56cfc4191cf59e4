/** The sound card and the engine on it: from measurements to findings. Pure. */
import type { PercentilesUs } from '../audio/percentiles.ts';
import type { CardProblem, OneWay } from '../box/problems.ts';
import { PROBLEM_TEXTS } from '../box/texts.ts';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import type { PcmParameters } from '../linux/alsa.ts';
import type { ClockFit } from './clock-fit.ts';
import { type Finding, fail, forBoard, look, ok } from './finding.ts';

/** What one direction of the card gave, or why not. */
export type Granted = Pick<PcmParameters, 'format' | 'channels' | 'periodFrames' | 'bufferFrames'> | Refusal;

interface Refusal {
  /** The library's or the driver's words. */
  readonly error: string;
  readonly problem: CardProblem | OneWay;
}

/** The engine on the card, after its first seconds. */
export interface SoundRun {
  readonly seconds: number;
  readonly description: string;
  readonly periodFrames: number;
  /** SCHED_FIFO was granted. */
  readonly realtime: boolean;
  /** The card went away or stood still. */
  readonly lost: boolean;
  readonly periods: number;
  readonly xruns: number;
  /** Periods more than one period late. */
  readonly missed: number;
  /** Work of a period. */
  readonly processingTime: PercentilesUs;
  /** Wake-ups. */
  readonly wakeUpLatency: PercentilesUs;
  /** Undefined where there was no stretch long enough without xruns. */
  readonly clock: ClockFit | undefined;
}

/** What to do, for whoever builds a box, where the words for all are not exact enough. */
const TODOS: Readonly<Partial<Record<Refusal['problem'], string>>> = {
  'card-busy': 'another program has it: systemctl stop jambox',
  'card-still': "check the HAT's clock wires and the overlay",
  'no-sound-card': "check the HAT, its overlay in config.txt, and box.toml [sound]; 'aplay -l' lists cards",
};
/** Crystals of HATs keep to 50 ppm. */
const CRYSTAL_PPM = 100;
/** Beyond that it is not the clock that was meant. */
const WRONG_CLOCK_PPM = 1000;
/** Below that a reading says nothing of a crystal. */
const USEFUL_PPM = 30;

/** @param wanted frames of period and number of periods asked for */
export function judgeCard(
  direction: 'capture' | 'playback',
  granted: Granted,
  wanted: { readonly periodFrames: number; readonly periods: number },
  isBoard: boolean,
): Finding {
  const item = `card ${direction}`;
  if ('error' in granted) {
    return forBoard(isBoard, judgeRefusal(item, granted));
  }
  const { format, channels, periodFrames, bufferFrames } = granted;
  const text = `${format}, ${channels} channel${channels === 1 ? '' : 's'}, 48 kHz, period ${periodFrames}, buffer ${bufferFrames}`;
  const numbers = { format, channels, periodFrames, bufferFrames };
  const asked = `${wanted.periodFrames} x ${wanted.periods}`;
  if (periodFrames !== wanted.periodFrames || bufferFrames !== wanted.periodFrames * wanted.periods) {
    return look(item, text, `asked for ${asked}: this card can't; set box.toml [sound] to what it can`, numbers);
  }
  if (channels === 1) return look(item, text, 'mono: both sides get the same', numbers);
  return ok(item, text, numbers);
}

/** A card that is not there, does not fit, or has one direction only. */
export function judgeRefusal(item: string, { problem, error }: Refusal): Finding {
  const { text, todo } = PROBLEM_TEXTS[problem];
  const verdict = isOneWay({ problem }) ? look : fail;
  return verdict(item, `${text} (${error})`, TODOS[problem] ?? todo, { problem, error });
}

/** The card plays, in its other direction. */
export function isOneWay({ problem }: Pick<Refusal, 'problem'>): boolean {
  return problem === 'listen-only' || problem === 'send-only';
}

export function judgeRun(run: SoundRun): readonly Finding[] {
  return [judgeXruns(run), judgeProcessingTime(run), judgeWakeUps(run), judgeClock(run)];
}

function judgeXruns({ xruns, missed, periods, seconds, lost, realtime }: SoundRun): Finding {
  const numbers = { xruns, missed, periods, seconds, lost };
  const text = `${xruns} in ${seconds.toFixed(0)} s (${periods} periods, ${missed} a period late)`;
  if (lost) return fail('xruns', `the card stopped; ${text}`, "check the HAT's clock wires and solder joints", numbers);
  if (xruns === 0) return ok('xruns', text, numbers);
  const todo = realtime ? 'box.toml [sound] periods = 3, once the items above are OK' : 'give real-time rights first';
  return fail('xruns', text, todo, numbers);
}

function judgeProcessingTime({ processingTime, periodFrames }: SoundRun): Finding {
  const periodUs = Math.round((periodFrames * 1e6) / SAMPLE_RATE);
  const { p50Us, p999Us, maxUs } = processingTime;
  const text = `p50 ${p50Us}, p99.9 ${p999Us}, max ${maxUs} µs of a period of ${periodUs} µs`;
  const numbers = { ...processingTime, periodUs };
  if (p999Us >= periodUs) return fail('work of a period', text, 'too slow: a longer period in box.toml', numbers);
  if (p999Us > periodUs / 2) return look('work of a period', text, 'little room: check clock and temperature', numbers);
  return ok('work of a period', text, numbers);
}

function judgeWakeUps({ wakeUpLatency, periodFrames }: SoundRun): Finding {
  const periodUs = Math.round((periodFrames * 1e6) / SAMPLE_RATE);
  const { p50Us, p999Us, maxUs } = wakeUpLatency;
  const text = `late by p50 ${p50Us}, p99.9 ${p999Us}, max ${maxUs} µs`;
  if (maxUs <= periodUs / 2) return ok('card wake-up', text, { ...wakeUpLatency });
  return look('card wake-up', text, "compare with 'wake-up core'; is the card's interrupt thread above 50?", {
    ...wakeUpLatency,
  });
}

function judgeClock({ clock }: SoundRun): Finding {
  if (clock === undefined) return look('card clock', 'not measured: the sound was interrupted too often', 'see xruns');
  const { ppm, uncertaintyPpm, seconds } = clock;
  const text = `${ppm >= 0 ? '+' : ''}${ppm.toFixed(1)} ppm (± ${uncertaintyPpm.toFixed(1)}) in ${seconds.toFixed(0)} s`;
  const numbers = { ppm, uncertaintyPpm, seconds };
  const offset = Math.abs(ppm) - uncertaintyPpm;
  if (offset > WRONG_CLOCK_PPM)
    return fail('card clock', text, 'the codec runs on a wrong clock: check the overlay', numbers);
  if (offset > CRYSTAL_PPM)
    return look('card clock', text, 'more than a crystal should; others will hear drops', numbers);
  if (uncertaintyPpm > USEFUL_PPM) return look('card clock', text, 'measure longer: --sound-seconds 60', numbers);
  return ok('card clock', text, numbers);
}
