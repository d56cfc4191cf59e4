/**
 * The end of a session: its project files are written and its journal goes. For a session that a power cut has ended, the
 * same is done at the next start, from the journal and the lengths of the files. Nothing that exists is overwritten.
 */
import { channelsOfName, isSessionName } from './file-names.ts';
import { parseJournal } from './journal.ts';
import { audacityProject, type RecordedFile, reaperProject } from './project-files.ts';
import { type FileFailure, isFailure, type RecorderFiles } from './recorder-files.ts';
import { dataBytesOf, SAMPLE_BYTES, WAV_HEADER_BYTES, wavHeader } from './wav-header.ts';

/** Of the journal's name; it is there as long as the project files are not. */
export const JOURNAL_SUFFIX = '.part';
const TEMPORARY_SUFFIX = '.tmp';

export function writeProjects(
  files: RecorderFiles,
  path: string,
  name: string,
  recorded: readonly RecordedFile[],
  newId: () => string,
): true | FileFailure {
  const steps = [
    () => writeNew(files, path, `${name}.lof`, audacityProject(recorded)),
    () => writeNew(files, path, `${name}.rpp`, reaperProject(recorded, path, newId)),
    () => files.remove(`${path}/${name}${JOURNAL_SUFFIX}`),
    () => files.syncFolder(path),
  ];
  for (const step of steps) {
    const result = step();
    if (isFailure(result)) return result;
  }
  return true;
}

/** Whole or not at all. */
function writeNew(files: RecorderFiles, path: string, name: string, text: string): true | FileFailure {
  const existing = files.list(path);
  if (isFailure(existing)) return existing;
  if (existing.includes(name)) return true;
  const temporary = `${path}/${name}${TEMPORARY_SUFFIX}`;
  if (existing.includes(`${name}${TEMPORARY_SUFFIX}`)) files.remove(temporary);
  const fd = files.create(temporary);
  if (isFailure(fd)) return fd;
  const written = [files.write(fd, new TextEncoder().encode(text), 0), files.sync(fd), files.close(fd)];
  const failure = written.find(isFailure);
  if (failure !== undefined) {
    files.remove(temporary);
    return failure;
  }
  return files.rename(temporary, `${path}/${name}`);
}

/** Completes what was interrupted in `folder`: headers and project files. Gives the number of sessions repaired. */
export function repairSessions(files: RecorderFiles, folder: string, newId: () => string): number | FileFailure {
  const names = files.list(folder);
  if (isFailure(names)) return names;
  const results = names.filter(isSessionName).map((name) => repairSession(files, `${folder}/${name}`, name, newId));
  return results.find(isFailure) ?? results.filter((result) => result === true).length;
}

function repairSession(files: RecorderFiles, path: string, name: string, newId: () => string): boolean | FileFailure {
  const existing = files.list(path);
  if (isFailure(existing)) return existing;
  if (!existing.includes(`${name}${JOURNAL_SUFFIX}`)) return false;
  const journal = files.read(`${path}/${name}${JOURNAL_SUFFIX}`);
  if (isFailure(journal)) return journal;
  const recorded: RecordedFile[] = [];
  for (const entry of parseJournal(new TextDecoder('latin1').decode(journal))) {
    if (!existing.includes(entry.fileName)) continue;
    const samples = repairWav(files, `${path}/${entry.fileName}`, channelsOfName(entry.fileName) ?? 1);
    if (isFailure(samples)) return samples;
    if (samples > 0) recorded.push({ ...entry, samples });
  }
  const written = writeProjects(files, path, name, recorded, newId);
  return isFailure(written) ? written : true;
}

/** The header from the length of the file; gives its samples. A file without any goes. */
function repairWav(files: RecorderFiles, path: string, channels: 1 | 2): number | FileFailure {
  const fd = files.open(path);
  if (isFailure(fd)) return fd;
  const bytes = files.size(fd);
  const dataBytes = isFailure(bytes) ? 0 : dataBytesOf(bytes, channels);
  const steps = [
    () => (isFailure(bytes) ? bytes : true),
    () => files.truncate(fd, WAV_HEADER_BYTES + dataBytes),
    () => files.write(fd, wavHeader(channels, dataBytes), 0),
    () => files.sync(fd),
  ];
  let failure: FileFailure | undefined;
  for (const step of steps) {
    const result = step();
    if (!isFailure(result)) continue;
    failure = result;
    break;
  }
  files.close(fd);
  if (failure !== undefined) return failure;
  if (dataBytes === 0) files.remove(path);
  return dataBytes / (SAMPLE_BYTES * channels);
}
