/** What the bench plays: music for the codecs to work on, and bursts whose delay can be told to the frame. */
import { musicLike } from '../peers/signal.ts';

const RATE = 48_000;
/** 2 ms, rising from 1.2 to 6 kHz: short and unlike itself at any other lag, and it survives 64-sample Opus frames. */
const BURST_FRAMES = 96;
/** 80 ms: longer than any delay measured here, so that each burst is heard before the next one begins. */
export const BURST_EVERY_FRAMES = 3840;
/**
 * Through the codec alone a burst correlates with itself by 1.00 at both frame sizes; with a concealed 128-sample frame in
 * it by 0.61, and then at a wrong lag.
 */
const LEAST_CORRELATION = 0.8;

const burst = Float32Array.from({ length: BURST_FRAMES }, (_, i) => {
  const t = i / RATE;
  const envelope = Math.sin((Math.PI * (i + 0.5)) / BURST_FRAMES) ** 2;
  return 0.7 * envelope * Math.sin(2 * Math.PI * (1200 * t + (4800 / ((2 * BURST_FRAMES) / RATE)) * t * t));
});

const TEN_SECONDS = musicLike(10, 7);

/** At most 10 s of music. */
export function music(seconds: number): Float32Array {
  return TEN_SECONDS.slice(0, Math.round(seconds * RATE));
}

/** `count` bursts, the first at frame 0. */
export function bursts(count: number): Float32Array {
  const sound = new Float32Array(count * BURST_EVERY_FRAMES);
  for (let i = 0; i < count; i++) sound.set(burst, i * BURST_EVERY_FRAMES);
  return sound;
}

/** The delays of `count` bursts that began at frame 0 of what was heard, frames; those that were not heard whole are left out. */
export function delaysOf(heard: Float32Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => delayFrom(heard, i * BURST_EVERY_FRAMES)).filter((lag) => lag >= 0);
}

/** The lag after `from` at which `heard` is most like the burst; -1: nowhere. */
function delayFrom(heard: Float32Array, from: number): number {
  const power = burst.reduce((sum, x) => sum + x * x, 0);
  let best = -1;
  let bestCorrelation = LEAST_CORRELATION;
  for (let lag = 0; lag < BURST_EVERY_FRAMES - BURST_FRAMES; lag++) {
    let cross = 0;
    let heardPower = 0;
    for (let k = 0; k < BURST_FRAMES; k++) {
      const sample = heard[from + lag + k] ?? 0;
      cross += (burst[k] as number) * sample;
      heardPower += sample * sample;
    }
    // A whisper before the burst may have its shape: only what is as loud as the burst itself counts.
    if (heardPower < power / 8) continue;
    const correlation = cross / Math.sqrt(power * heardPower);
    if (correlation > bestCorrelation) {
      bestCorrelation = correlation;
      best = lag;
    }
  }
  return best;
}
