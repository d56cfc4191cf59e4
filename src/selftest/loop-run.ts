/** Listens to the input, and with a cable sends a signal round it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LoopResult } from './judge-loop.ts';
import { analyseLoop, isClipped, listened, loopSignal } from './loop-signal.ts';
import type { LoopThreadData, LoopThreadResult } from './loop-thread.ts';
import { measureNoise } from './noise.ts';
import type { Card, Realtime } from './sound-run.ts';

/** A signal with a hole in it says little. */
const TRIES = 3;

/** @param withCable plays the signal, at -20 dBFS; else nothing is played */
export async function runLoop(
  card: Card,
  realtime: Realtime,
  withCable: boolean,
): Promise<LoopResult | { readonly error: string }> {
  const played = shared(loopSignal(withCable));
  for (let tries = 1; ; tries++) {
    const recorded = shared(new Float32Array(played.length));
    const workerData: LoopThreadData = { card, realtime, played, recorded };
    const worker = new Worker(new URL('./loop-thread.ts', import.meta.url), { workerData });
    const [result] = (await once(worker, 'message')) as [LoopThreadResult];
    if ('error' in result) return result;
    if (result.xruns > 0 && tries < TRIES) continue;
    return {
      ...result,
      noise: { left: measureNoise(listened(recorded, 'left')), right: measureNoise(listened(recorded, 'right')) },
      paths: withCable ? analyseLoop(recorded) : undefined,
      clipped: isClipped(recorded),
    };
  }
}

function shared(samples: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(samples.byteLength));
  copy.set(samples);
  return copy;
}
