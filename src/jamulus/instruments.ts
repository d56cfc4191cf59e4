/** The instruments by their number on the wire, and the groups a menu shows them in (messages.md §3.3). */

export const INSTRUMENTS = [
  'None',
  'Drum Set',
  'Djembe',
  'Electric Guitar',
  'Acoustic Guitar',
  'Bass Guitar',
  'Keyboard',
  'Synthesizer',
  'Grand Piano',
  'Accordion',
  'Vocal',
  'Microphone',
  'Harmonica',
  'Trumpet',
  'Trombone',
  'French Horn',
  'Tuba',
  'Saxophone',
  'Clarinet',
  'Flute',
  'Violin',
  'Cello',
  'Double Bass',
  'Recorder',
  'Streamer',
  'Listener',
  'Guitar+Vocal',
  'Keyboard+Vocal',
  'Bodhran',
  'Bassoon',
  'Oboe',
  'Harp',
  'Viola',
  'Congas',
  'Bongo',
  'Vocal Bass',
  'Vocal Tenor',
  'Vocal Alto',
  'Vocal Soprano',
  'Banjo',
  'Mandolin',
  'Ukulele',
  'Bass Ukulele',
  'Vocal Baritone',
  'Vocal Lead',
  'Mountain Dulcimer',
  'Scratching',
  'Rapping',
  'Vibraphone',
  'Conductor',
] as const;

export type InstrumentCategory = 'percussion' | 'plucked' | 'keyboard' | 'wind' | 'strings' | 'multiple' | 'other';

const CATEGORIES: readonly (readonly [InstrumentCategory, readonly number[]])[] = [
  ['percussion', [1, 2, 28, 33, 34, 48]],
  ['plucked', [3, 4, 5, 39, 40, 41, 42]],
  ['keyboard', [6, 7, 8, 9]],
  ['wind', [12, 13, 14, 15, 16, 17, 18, 19, 29, 30]],
  ['strings', [20, 21, 22, 31, 32, 45]],
  ['multiple', [26, 27]],
];

/** The English name; unknown numbers read as 'None'. */
export function instrumentName(instrument: number): string {
  return INSTRUMENTS[instrument] ?? INSTRUMENTS[0];
}

export function instrumentCategory(instrument: number): InstrumentCategory {
  for (const [category, members] of CATEGORIES) if (members.includes(instrument)) return category;
  return 'other';
}
