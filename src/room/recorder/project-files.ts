/** The two project files of a recorded session (sessions.md §9): .lof for Audacity, .rpp for Reaper. Pure. */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';

/** A time stamp that Reaper wants; the real server always writes this one. */
const PROJECT_STAMP = 1551567848;

export interface RecordedFile {
  readonly fileName: string;
  /** Player and address as filtered by file-names.ts: files of one track name are one track. */
  readonly track: string;
  /** Samples (of one channel) from the start of the session. */
  readonly startSample: number;
  readonly samples: number;
}

/** Tracks by name, each with its files in the order of time. */
function byTrack(files: readonly RecordedFile[]): [string, RecordedFile[]][] {
  const tracks = Map.groupBy(files, ({ track }) => track);
  for (const items of tracks.values()) items.sort((a, b) => a.startSample - b.startSample);
  return [...tracks].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function audacityProject(files: readonly RecordedFile[]): string {
  const ordered = byTrack(files).flatMap(([, items]) => items);
  return ordered.map(({ fileName, startSample }) => `file "${fileName}" offset ${seconds(startSample)}\n`).join('');
}

/** `folder`: the absolute path of the session. `newId` makes a new UUID, without braces. */
export function reaperProject(files: readonly RecordedFile[], folder: string, newId: () => string): string {
  const lines = [
    `<REAPER_PROJECT 0.1 "5.0" ${PROJECT_STAMP}`,
    '  RECORD_PATH "" ""',
    `  SAMPLERATE ${SAMPLE_RATE} 0 0`,
    '  TEMPO 120 4 4',
  ];
  let itemId = 0;
  for (const [track, items] of byTrack(files)) {
    const trackId = newId();
    lines.push(`  <TRACK {${trackId}}`, `    NAME ${track}`, `    TRACKID {${trackId}}`);
    for (const [index, { fileName, startSample, samples }] of items.entries()) {
      lines.push(
        '    <ITEM ',
        '      FADEIN 0 0 0 0 0 0',
        '      FADEOUT 0 0 0 0 0 0',
        `      POSITION ${seconds(startSample)}`,
        `      LENGTH ${seconds(samples)}`,
        `      IGUID {${newId()}}`,
        `      IID ${itemId++}`,
        `      NAME ${track} (${index + 1})`,
        `      GUID {${newId()}}`,
        '      <SOURCE WAVE',
        `        FILE "${folder}/${fileName}"`,
        '      >',
        '    >',
      );
    }
    lines.push('  >');
  }
  return `${[...lines, '>'].join('\n')}\n`;
}

function seconds(samples: number): string {
  return (samples / SAMPLE_RATE).toFixed(14);
}
