/**
 * The recordings of the own room, for the operator to take away (privacy S4): a list as a plain page, and the files. Only
 * what the recorder has made is found, whatever is asked for: no other name, no folder outside, no link.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { channelsOfName, isSessionName } from '../../room/recorder/file-names.ts';

export interface RecordedSession {
  /** Name of its folder: when it began. */
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** The newest first; empty when nothing has been recorded. */
export async function listRecordings(folder: string): Promise<readonly RecordedSession[]> {
  const sessions = (await namesIn(folder)).filter(isSessionName).sort().reverse();
  return await Promise.all(
    sessions.map(async (session) => {
      const names = (await namesIn(join(folder, session))).filter((name) => isRecorded(session, name)).sort();
      const files = names.map(async (name) => {
        const bytes = await stat(join(folder, session, name)).then(
          ({ size }) => size,
          () => 0,
        );
        return { name, bytes };
      });
      return { name: session, files: await Promise.all(files) };
    }),
  );
}

/** Undefined: there is no such recording. The caller closes the file. */
export async function openRecording(
  folder: string,
  session: string,
  name: string,
): Promise<{ readonly file: FileHandle; readonly bytes: number } | undefined> {
  if (!isSessionName(session) || !isRecorded(session, name)) return undefined;
  let file: FileHandle | undefined;
  try {
    file = await open(join(folder, session, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    const found = await file.stat();
    if (found.isFile()) return { file, bytes: found.size };
  } catch {
    // Gone, or never there.
  }
  await file?.close();
  return undefined;
}

/** Works without scripts. The names hold letters, digits, `-`, `_` and `.` only: there is nothing to escape. */
export function recordingsPage(sessions: readonly RecordedSession[]): string {
  const items = sessions.map(({ name, files }) => {
    const links = files.map(
      (file) =>
        `<li><a href="/api/recordings/${name}/${file.name}" download>${file.name}</a> (${(file.bytes / 1e6).toFixed(1)} MB)</li>`,
    );
    return `<section><h2>${name}</h2><ul>${links.join('')}</ul></section>`;
  });
  const body = items.length === 0 ? '<p>Nothing has been recorded yet.</p>' : items.join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Recordings</title></head><body><main><h1>Recordings</h1><p><a href="/">Back</a></p>${body}</main></body></html>`;
}

function isRecorded(session: string, name: string): boolean {
  return channelsOfName(name) !== undefined || name === `${session}.lof` || name === `${session}.rpp`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
