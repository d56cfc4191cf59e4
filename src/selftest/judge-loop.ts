/** The open input and the cable from output to input: from measurements to findings. Pure. */

import { percentile } from '../audio/percentiles.ts';
import { SAMPLES_PER_MS } from '../jamulus/limits.ts';
import { type Finding, fail, look, ok } from './finding.ts';
import type { LoopPath, Side } from './loop-signal.ts';
import type { InputNoise } from './noise.ts';

export interface LoopResult {
  /** Frames between input and output that the card's buffer makes. */
  readonly bufferFrames: number;
  readonly xruns: number;
  readonly noise: Readonly<Record<Side, InputNoise>>;
  /** Undefined without --loop. */
  readonly paths: readonly LoopPath[] | undefined;
  readonly clipped: boolean;
}

const QUIET_DBFS = -70;
const HUM_DBFS = -75;
/** Filters of a converter pair: 30 to 80 frames. */
const CONVERTER_FRAMES = 120;
const GAIN_DB = { least: -20, most: 12 } as const;
const BALANCE_DB = 1.5;

export function judgeLoop(result: LoopResult): readonly Finding[] {
  const { noise, paths } = result;
  const open = [judgeNoise(noise), judgeHum(noise)];
  if (paths === undefined) return open;
  if (paths.length === 0) {
    const todo = 'plug a cable from the line output to the line input, or leave --loop out';
    return [...open, look('loop', 'nothing came back: no cable, or a mixer control is down', todo)];
  }
  return [...open, judgeSides(paths), judgeDelay(result, paths), judgeLevel(result, paths), judgePolarity(paths)];
}

function judgeNoise({ left, right }: LoopResult['noise']): Finding {
  const numbers = { leftDbfs: left.rmsDbfs, rightDbfs: right.rmsDbfs };
  if (left.isDead || right.isDead) {
    const side = left.isDead && right.isDead ? 'both sides' : left.isDead ? 'left' : 'right';
    return look(
      'input noise',
      `not one bit moves (${side})`,
      "the input is off: check the overlay's mixer values",
      numbers,
    );
  }
  const text = `${left.rmsDbfs.toFixed(0)} dBFS left, ${right.rmsDbfs.toFixed(0)} right`;
  if (Math.max(left.rmsDbfs, right.rmsDbfs) <= QUIET_DBFS) return ok('input noise', text, numbers);
  return look('input noise', text, 'is something plugged in? else lower the input gain, microphone boost off', numbers);
}

function judgeHum({ left, right }: LoopResult['noise']): Finding {
  const fifty = Math.max(left.hum50Dbfs, right.hum50Dbfs);
  const sixty = Math.max(left.hum60Dbfs, right.hum60Dbfs);
  const loudest = Math.max(fifty, sixty);
  const text = `${loudest.toFixed(0)} dBFS at ${fifty >= sixty ? 50 : 60} Hz and harmonics`;
  const numbers = { hum50Dbfs: fifty, hum60Dbfs: sixty };
  if (loudest <= HUM_DBFS) return ok('input hum', text, numbers);
  return look('input hum', text, 'ground loop? hardware/README.md, "Connecting a mixer desk"', numbers);
}

function judgeSides(paths: readonly LoopPath[]): Finding {
  const ways = paths.map(({ from, to }) => `${from} to ${to}`);
  const text = ways.join(', ');
  const straight = paths.filter(({ from, to }) => from === to).length;
  const crossed = paths.length - straight;
  if (straight === 2 && crossed === 0) return ok('loop sides', text, { ways: text });
  if (crossed === 2 && straight === 0)
    return fail('loop sides', `swapped: ${text}`, 'exchange left and right', { ways: text });
  if (paths.length === 4) return look('loop sides', text, 'a mono cable or card: use a stereo cable', { ways: text });
  return look('loop sides', `only ${text}`, 'a side is missing: check the cable and the plugs', { ways: text });
}

function judgeDelay({ bufferFrames, xruns }: LoopResult, paths: readonly LoopPath[]): Finding {
  const delays = paths.flatMap(({ delaysFrames }) => delaysFrames);
  const delayFrames = percentile(delays, 0.5);
  const spreadFrames = Math.max(...delays) - Math.min(...delays);
  const converterFrames = delayFrames - bufferFrames;
  const ms = (delayFrames / SAMPLES_PER_MS).toFixed(2);
  const text = `${delayFrames} frames = ${ms} ms: buffer ${bufferFrames}, converters ${converterFrames}`;
  const numbers = { delayFrames, bufferFrames, converterFrames, spreadFrames, xruns };
  if (spreadFrames > 1) {
    return look('loop delay', `${text}; it varied by ${spreadFrames} frames`, 'repeat it; see xruns', numbers);
  }
  if (converterFrames < 0 || converterFrames > CONVERTER_FRAMES) {
    return look('loop delay', text, 'is something else in the loop, a desk or an effect?', numbers);
  }
  return ok('loop delay', text, numbers);
}

function judgeLevel({ clipped }: LoopResult, paths: readonly LoopPath[]): Finding {
  const gains = paths.map(({ gainDb }) => gainDb);
  const text = paths.map(({ gainDb, to }) => `${gainDb >= 0 ? '+' : ''}${gainDb.toFixed(1)} dB ${to}`).join(', ');
  const [least, most] = [Math.min(...gains), Math.max(...gains)];
  const numbers = { leastDb: least, mostDb: most, clipped };
  if (clipped) return look('loop level', `clips; ${text}`, 'lower the input gain', numbers);
  if (least < GAIN_DB.least || most > GAIN_DB.most) {
    return look('loop level', text, 'set output volume and input gain of the card (overlay)', numbers);
  }
  if (most - least > BALANCE_DB) return look('loop level', text, 'the sides differ: check plugs and gains', numbers);
  return ok('loop level', text, numbers);
}

function judgePolarity(paths: readonly LoopPath[]): Finding {
  const inverted = paths.filter((path) => path.inverted).map(({ to }) => to);
  const numbers = { inverted: inverted.join(',') };
  if (inverted.length === 0) return ok('loop polarity', 'as it was sent', numbers);
  if (inverted.length === paths.length) {
    return look('loop polarity', 'inverted', 'harmless alone; direct sound may sound thin', numbers);
  }
  return fail('loop polarity', `inverted ${inverted.join(', ')} only`, 'a balanced plug is wired wrongly', numbers);
}
