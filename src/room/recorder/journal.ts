/**
 * What a session writes down while it runs, so that its project files can be made after a power cut: a text file with one
 * line for each WAV file, "START_SAMPLE FILE_NAME TRACK_NAME". A later line of the same file replaces an earlier one.
 * It goes when the project files are there. Pure.
 */
import { channelsOfName } from './file-names.ts';

export interface JournalEntry {
  readonly startSample: number;
  readonly fileName: string;
  readonly track: string;
}

const LINE = /^(\d{1,15}) (\S{1,255}) ([A-Za-z0-9_-]{1,255})$/;

export function journalLine({ startSample, fileName, track }: JournalEntry): string {
  return `${startSample} ${fileName} ${track}\n`;
}

/** Latest entry of each file. What is no line is left out: the last one may be a part. */
export function parseJournal(text: string): JournalEntry[] {
  const entries = new Map<string, JournalEntry>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, startSample = '', fileName = '', track = ''] = LINE.exec(line) ?? [];
    if (channelsOfName(fileName) === undefined) continue;
    entries.set(fileName, { startSample: Number(startSample), fileName, track });
  }
  return [...entries.values()];
}
