/**
 * One recorded session: a folder with a file for each player, and where in time each of them lies (sessions.md §9).
 *
 * All tracks are aligned by the room's ticks: a hole in a player's ticks becomes silence of the same length, a long one a
 * new file. Another number of channels or another user of the channel ID, hence another address, is a new file too.
 */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import type { TapFrame } from '../engine/recorder-tap.ts';
import { sessionName, wavName } from './file-names.ts';
import { type JournalEntry, journalLine } from './journal.ts';
import type { RecordedFile } from './project-files.ts';
import { type FileFailure, isFailure, type RecorderFiles } from './recorder-files.ts';
import { JOURNAL_SUFFIX, writeProjects } from './session-end.ts';
import { type OpenTrackFile, TrackWriter } from './track-writer.ts';
import { createWavFile } from './wav-file.ts';

/** A player as the files name them; `name` follows what they call themselves. */
export interface Player {
  readonly generation: number;
  readonly address: string;
  name: string;
}

export interface SessionOptions {
  readonly files: RecorderFiles;
  /** Absolute; the session makes a folder of its own in it. */
  readonly folder: string;
  /** Server frame S. */
  readonly frameSamples: FrameSamples;
  readonly wallMs: number;
  readonly newId: () => string;
}

/** A hole longer than this is none: the player was away. */
const MAX_HOLE_S = 10;
/** How long a power cut may reach back, and the time between two headers. */
const SYNC_MS = 3000;
/** Sessions that began in the same millisecond, and files of the same name. */
const MAX_COPIES = 1000;

interface SessionFile {
  readonly startSample: number;
  readonly fileName: string;
  readonly player: Player;
  samples: number;
}

interface Track {
  readonly player: Player;
  readonly channels: 1 | 2;
  readonly writer: TrackWriter;
  syncedMs: number;
}

export class RecordingSession {
  /** Name of the folder. */
  readonly name: string;
  readonly #options: SessionOptions;
  readonly #path: string;
  readonly #journal: number;
  #journalBytes = 0;
  readonly #tracks = new Map<number, Track>();
  readonly #recorded: SessionFile[] = [];
  /** The first frame, and the start of recording that its number counts from. */
  #first: { readonly start: number; readonly frame: number } | undefined;
  #endSample = 0;
  #silenceSamples = 0;

  constructor(options: SessionOptions, name: string, journal: number) {
    this.#options = options;
    this.name = name;
    this.#path = `${options.folder}/${name}`;
    this.#journal = journal;
  }

  /** Length so far, in samples of one channel. */
  samples(): number {
    return this.#endSample;
  }

  fileCount(): number {
    return this.#recorded.length;
  }

  /** Samples put in where ticks of a player were missing. */
  silenceSamples(): number {
    return this.#silenceSamples;
  }

  /** 'other-session': the frame does not continue this session; finish it and begin another. */
  take(tapped: TapFrame, player: Player, nowMs: number): true | 'other-session' | FileFailure {
    const { channelId, channels, start, frame, samples } = tapped;
    const { frameSamples } = this.#options;
    this.#first ??= { start, frame };
    if (start !== this.#first.start || frame < this.#first.frame) return 'other-session';
    const startSample = (frame - this.#first.frame) * frameSamples;
    let track = this.#tracks.get(channelId);
    const hole = track === undefined ? 0 : startSample - track.writer.nextSample();
    const isSame = track?.player === player && track.channels === channels;
    if (track !== undefined && (!isSame || hole < 0 || hole > MAX_HOLE_S * SAMPLE_RATE)) {
      this.#tracks.delete(channelId);
      const finished = track.writer.finish();
      if (isFailure(finished)) return finished;
      track = undefined;
    }
    if (track === undefined) {
      const writer = new TrackWriter(startSample, channels, this.#openerFor(player, channels));
      track = { player, channels, writer, syncedMs: nowMs };
      this.#tracks.set(channelId, track);
    } else if (hole > 0) {
      this.#silenceSamples += hole;
      const filled = track.writer.appendSilence(startSample);
      if (isFailure(filled)) return filled;
    }
    this.#endSample = Math.max(this.#endSample, startSample + frameSamples);
    return track.writer.append(samples, samples.length);
  }

  /** Call often: syncs the one track that has waited longest, if it has waited long, and ends those of the absent. */
  sync(nowMs: number): true | FileFailure {
    let oldest: Track | undefined;
    for (const [channelId, track] of this.#tracks) {
      if (this.#endSample - track.writer.nextSample() > MAX_HOLE_S * SAMPLE_RATE) {
        this.#tracks.delete(channelId);
        return track.writer.finish();
      }
      if (nowMs - track.syncedMs >= SYNC_MS && track.syncedMs < (oldest?.syncedMs ?? nowMs)) oldest = track;
    }
    if (oldest === undefined) return true;
    oldest.syncedMs = nowMs;
    return oldest.writer.sync();
  }

  /** The player has another name: their files are listed under it from now on. */
  renamed(player: Player): true | FileFailure {
    const lines = this.#recorded.filter((file) => file.player === player).map((file) => journalLine(entryOf(file)));
    return lines.length === 0 ? true : this.#note(lines.join(''));
  }

  /** Closes all files and writes the project files. What can be finished is finished, whatever fails. */
  finish(): true | FileFailure {
    const { files, newId } = this.#options;
    const results = [...this.#tracks.values()].map(({ writer }) => writer.finish());
    this.#tracks.clear();
    results.push(files.close(this.#journal));
    const recorded: RecordedFile[] = [];
    for (const file of this.#recorded) {
      if (file.samples > 0) recorded.push({ ...entryOf(file), samples: file.samples });
      else files.remove(`${this.#path}/${file.fileName}`);
    }
    results.push(writeProjects(files, this.#path, this.name, recorded, newId));
    return results.find(isFailure) ?? true;
  }

  #openerFor(player: Player, channels: 1 | 2): OpenTrackFile {
    return (startSample) => {
      const { files, frameSamples } = this.#options;
      const startFrame = Math.floor(startSample / frameSamples);
      for (let copy = 0; copy < MAX_COPIES; copy++) {
        const fileName = wavName(trackName(player), startFrame, channels, copy);
        if (this.#recorded.some((file) => file.fileName === fileName)) continue;
        const file: SessionFile = { startSample, fileName, player, samples: 0 };
        const noted = this.#note(journalLine(entryOf(file)));
        if (isFailure(noted)) return noted;
        const wav = createWavFile(files, `${this.#path}/${fileName}`, channels);
        if (isFailure(wav) && wav.reason === 'exists') continue;
        if (isFailure(wav)) return wav;
        this.#recorded.push(file);
        const listed = files.syncFolder(this.#path);
        if (isFailure(listed)) {
          wav.finish();
          return listed;
        }
        return {
          wav,
          grown: (samples) => {
            file.samples = samples;
          },
        };
      }
      return { reason: 'exists', because: 'all names are taken' };
    };
  }

  #note(lines: string): true | FileFailure {
    const { files } = this.#options;
    const bytes = new TextEncoder().encode(lines);
    const written = files.write(this.#journal, bytes, this.#journalBytes);
    if (isFailure(written)) return written;
    this.#journalBytes += bytes.length;
    return files.sync(this.#journal);
  }
}

/** Makes the folder of a session that begins now. */
export function startSession(options: SessionOptions): RecordingSession | FileFailure {
  const { files, folder, wallMs } = options;
  for (let copy = 0; copy < MAX_COPIES; copy++) {
    const name = sessionName(wallMs + copy);
    const path = `${folder}/${name}`;
    const made = files.makeFolder(path, false);
    if (isFailure(made) && made.reason === 'exists') continue;
    if (isFailure(made)) return made;
    const journal = files.create(`${path}/${name}${JOURNAL_SUFFIX}`);
    if (isFailure(journal)) return journal;
    const failure = [files.syncFolder(path), files.syncFolder(folder)].find(isFailure);
    if (failure !== undefined) {
      files.close(journal);
      return failure;
    }
    return new RecordingSession(options, name, journal);
  }
  return { reason: 'exists', because: 'all names are taken' };
}

function trackName({ name, address }: Player): string {
  return `${name}-${address}`;
}

function entryOf({ startSample, fileName, player }: SessionFile): JournalEntry {
  return { startSample, fileName, track: trackName(player) };
}
