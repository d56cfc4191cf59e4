/** Inputs that need no file and no sound card: a tone, a click each second, silence. */
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import type { Sink, Source } from './device.ts';

const TONE_HZ = 440;
const TONE_LEVEL = 0.1;
const CLICK_FRAMES = 48;

/** A 440 Hz sine at -20 dBFS on both channels. */
export function toneSource(): Source {
  // A whole number of turns in one second, so the table repeats without a seam.
  const table = new Float32Array(SAMPLE_RATE);
  for (let i = 0; i < SAMPLE_RATE; i++) table[i] = TONE_LEVEL * Math.sin((2 * Math.PI * TONE_HZ * i) / SAMPLE_RATE);
  return tableSource('a 440 Hz tone', table);
}

/** A click of 1 ms at the beginning of each second, for measuring delays. */
export function clickSource(): Source {
  const table = new Float32Array(SAMPLE_RATE);
  for (let i = 0; i < CLICK_FRAMES; i++) table[i] = 0.8 * Math.cos((Math.PI * i) / CLICK_FRAMES);
  return tableSource('a click each second', table);
}

export function silenceSource(): Source {
  return tableSource('silence', new Float32Array(1));
}

/** Stereo interleaved samples, played in a loop, the same on both channels when `table` is mono. */
function tableSource(description: string, table: Float32Array): Source {
  const state = new Int32Array(1);
  const length = table.length;
  return {
    description,
    read(into, frames) {
      let at = state[0] as number;
      for (let i = 0; i < frames; i++) {
        const sample = table[at] as number;
        into[2 * i] = sample;
        into[2 * i + 1] = sample;
        at = at + 1 === length ? 0 : at + 1;
      }
      state[0] = at;
    },
  };
}

/** Plays stereo interleaved `samples`, then silence, or over and over. */
export function bufferSource(description: string, samples: Float32Array, loop: boolean): Source {
  const state = new Int32Array(1);
  const length = samples.length;
  return {
    description,
    read(into, frames) {
      let at = state[0] as number;
      for (let i = 0; i < 2 * frames; i++) {
        into[i] = at < length ? (samples[at] as number) : 0;
        at++;
        if (at >= length) at = loop ? 0 : length;
      }
      state[0] = at;
    },
  };
}

/** An output that nobody hears. */
export function nullSink(): Sink {
  return { description: 'nowhere', write() {}, close() {} };
}
