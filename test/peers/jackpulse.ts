/** Plays into and records from JACK ports at the same time, to the frame (jackpulse.c). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { compileC } from '../testcard/build.ts';
import type { Jack } from './jack.ts';
import type { Peers } from './processes.ts';
import { deinterleave, interleave, writeWav } from './wav.ts';

const ReportSchema = v.object({
  frames: v.number(),
  periodFrames: v.number(),
  rate: v.number(),
  startFrame: v.number(),
  xruns: v.number(),
  gaps: v.number(),
});

export type PulseOptions = {
  /** Name of the JACK client and of its files; unique within the test. */
  readonly name: string;
  readonly jack: Jack;
  /** Length of the recording, in frames. */
  readonly frames: number;
  /** A channel for each port of `to`; silence when it is over. */
  readonly play?: readonly Float32Array[];
  readonly to?: readonly string[];
  readonly from?: readonly string[];
};

export type PulseResult = {
  /** A channel for each port of `from`; frame 0 was taken in the cycle in which frame 0 of `play` was given out. */
  readonly recorded: readonly Float32Array[];
  readonly wavPath: string;
  /** Xruns that JACK reported, and cycles that did not follow on the one before, while it played. */
  readonly xruns: number;
  readonly gaps: number;
};

/** Joins, wires itself, lets 0.3 s pass, plays and records, leaves. The recording is also kept as NAME.wav. */
export async function playAndRecord(peers: Peers, options: PulseOptions): Promise<PulseResult> {
  const { name, jack, frames, play = [], to = [], from = [] } = options;
  const program = compileC(join(import.meta.dirname, 'jackpulse.c'), 'jackpulse', ['-ljack']);
  const playPath = join(peers.folder, `${name}-play.f32`);
  const recordPath = join(peers.folder, `${name}-record.f32`);
  const wavPath = join(peers.folder, `${name}.wav`);
  writeFileSync(playPath, interleave(play));
  const jackpulse = peers.start(
    name,
    program,
    [
      ...[name, String(frames)],
      ...(to.length > 0 ? ['--play', playPath] : []),
      ...to.flatMap((port) => ['--to', port]),
      ...(from.length > 0 ? ['--record', recordPath] : []),
      ...from.flatMap((port) => ['--from', port]),
    ],
    jack.env,
  );
  const code = await jackpulse.ended;
  if (code !== 0) throw new Error(`jackpulse ${name} ended with ${code}: ${jackpulse.log().trim()}`);
  const report = v.parse(ReportSchema, JSON.parse(jackpulse.log().trim().split('\n').at(-1) ?? ''));
  const recorded = from.length > 0 ? deinterleave(readFileSync(recordPath), from.length) : [];
  if (from.length > 0) writeWav(wavPath, recorded);
  return { recorded, wavPath, xruns: report.xruns, gaps: report.gaps };
}
