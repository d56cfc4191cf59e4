/**
 * The music of the practice room: eight bars at 100 beats a minute for bass guitar and acoustic guitar, written and
 * synthesised here, so that it belongs to nobody. Always the same samples; the end of the loop rings on into its beginning.
 */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';

const BEAT_SAMPLES = (SAMPLE_RATE * 60) / 100;
const BAR_SAMPLES = 4 * BEAT_SAMPLES;
const BARS = 8;
/** 19.2 s, a whole number of blocks of four frames of 128. */
export const LOOP_SAMPLES = BARS * BAR_SAMPLES;

/** Two players, and the musician on top, stay clear of clipping. */
const BASS_PEAK = 0.2;
const GUITAR_PEAK = 0.25;

/** A minor, F, C, G, twice round; the second time ends on E to lead back. MIDI notes of the bass. */
const ROOTS = [33, 29, 36, 31, 33, 29, 36, 28] as const;
/** Above the root: the third of each chord, in semitones. */
const THIRDS = [3, 4, 4, 4, 3, 4, 4, 4] as const;
/** How loud each bar is: meters and faders have something to show. */
const BASS_DYNAMICS = [0.7, 0.75, 0.85, 1, 0.6, 0.75, 0.9, 1] as const;
const GUITAR_DYNAMICS = [0.5, 0.6, 0.75, 0.9, 1, 0.8, 0.6, 0.35] as const;

/** What the bass plays in each eighth: semitones above the root; undefined = a rest. */
const BASS_EIGHTHS = [0, undefined, 0, 7, 12, undefined, 7, 0] as const;
/** What the guitar picks in each eighth: 0 root, 1 third, 2 fifth, 3 octave, 4 third above it. */
const GUITAR_EIGHTHS = [0, 2, 3, 4, 3, 2, 1, 2] as const;

/** Mono, full scale ±1. */
export function bassLoop(): Float32Array {
  const loop = new Float32Array(LOOP_SAMPLES);
  const notes = noteBook(bassNote);
  eachEighth((bar, eighth, at) => {
    const interval = BASS_EIGHTHS[eighth];
    if (interval === undefined) return;
    const level = (BASS_DYNAMICS[bar] ?? 0) * (eighth === 0 ? 1 : 0.8);
    add(loop, at, notes((ROOTS[bar] ?? 33) + interval), level);
  });
  return levelled(loop, BASS_PEAK);
}

/** Mono, full scale ±1. */
export function guitarLoop(): Float32Array {
  const loop = new Float32Array(LOOP_SAMPLES);
  const notes = noteBook(stringNote);
  eachEighth((bar, eighth, at) => {
    const third = THIRDS[bar] ?? 4;
    const interval = [0, third, 7, 12, 12 + third][GUITAR_EIGHTHS[eighth] ?? 0] ?? 0;
    const level = (GUITAR_DYNAMICS[bar] ?? 0) * (eighth % 2 === 0 ? 1 : 0.75);
    add(loop, at, notes((ROOTS[bar] ?? 33) + 24 + interval), level);
  });
  return levelled(loop, GUITAR_PEAK);
}

/** Each note is made once. */
function noteBook(make: (hz: number) => Float32Array): (midiNote: number) => Float32Array {
  const notes = new Map<number, Float32Array>();
  return (midiNote) => {
    const note = notes.get(midiNote) ?? make(frequency(midiNote));
    notes.set(midiNote, note);
    return note;
  };
}

function eachEighth(play: (bar: number, eighth: number, at: number) => void): void {
  for (let bar = 0; bar < BARS; bar++) {
    for (let eighth = 0; eighth < 8; eighth++) play(bar, eighth, bar * BAR_SAMPLES + (eighth * BEAT_SAMPLES) / 2);
  }
}

function frequency(midiNote: number): number {
  return 440 * 2 ** ((midiNote - 69) / 12);
}

/** Sines that fade, the higher the faster, with a short attack. */
function bassNote(hz: number): Float32Array {
  const note = new Float32Array(Math.round(0.9 * SAMPLE_RATE));
  for (let i = 0; i < note.length; i++) {
    const seconds = i / SAMPLE_RATE;
    let sum = 0;
    for (let partial = 1; partial <= 5; partial++) {
      const fade = Math.exp(-seconds * (1.5 + 2.2 * partial));
      sum += (fade / partial) * Math.sin(2 * Math.PI * hz * partial * seconds);
    }
    note[i] = Math.min(1, seconds / 0.004) * sum;
  }
  return released(note, 0.05);
}

/**
 * A string after Karplus and Strong: a burst of noise goes round and loses its edges. What is read is between two samples,
 * since whole ones would be out of tune up there.
 */
function stringNote(hz: number): Float32Array {
  const note = new Float32Array(Math.round(1.4 * SAMPLE_RATE));
  const period = SAMPLE_RATE / hz - 0.5; // the mean below takes half a sample
  const whole = Math.floor(period);
  const part = period - whole;
  burst(note.subarray(0, whole + 2));
  for (let i = whole + 2; i < note.length; i++) {
    const near = note[i - whole] as number;
    const middle = note[i - whole - 1] as number;
    const far = note[i - whole - 2] as number;
    note[i] = 0.4985 * ((1 - part) * near + middle + part * far);
  }
  return released(note, 0.1);
}

/** Noise without its sharpest part, always the same for one length. */
function burst(into: Float32Array): void {
  let state = into.length;
  let before = 0;
  for (let i = 0; i < into.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    before = 0.5 * before + 0.5 * (state / 0x80000000 - 1);
    into[i] = before;
  }
}

/** Fades the last `seconds` out. */
function released(note: Float32Array, seconds: number): Float32Array {
  const samples = seconds * SAMPLE_RATE;
  for (let i = 1; i <= samples; i++) note[note.length - i] = ((note[note.length - i] as number) * i) / samples;
  return note;
}

function add(loop: Float32Array, at: number, note: Float32Array, level: number): void {
  for (let i = 0; i < note.length; i++) {
    const place = (at + i) % LOOP_SAMPLES;
    loop[place] = (loop[place] as number) + level * (note[i] as number);
  }
}

function levelled(loop: Float32Array, wantedPeak: number): Float32Array {
  let peak = 0;
  for (const sample of loop) peak = Math.max(peak, Math.abs(sample));
  for (let i = 0; i < loop.length; i++) loop[i] = ((loop[i] as number) * wantedPeak) / peak;
  return loop;
}
