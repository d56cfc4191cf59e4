/**
 * What the recorder's thread does, turn by turn: executes commands, brings what the tap holds into the session's files, and
 * looks at the disk. Fed with files, tap and clocks, so that tests can have slow and full disks.
 *
 * A session begins with the first sound, and ends when nobody has been heard for a few seconds (sessions.md §9).
 */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import type { TapFrame, TapReader } from '../engine/recorder-tap.ts';
import { safeName, UNKNOWN_ADDRESS } from './file-names.ts';
import { type FileFailure, isFailure, type RecorderFiles } from './recorder-files.ts';
import type {
  PeopleCommand,
  RecorderCommand,
  RecorderReport,
  RecorderSettings,
  RecorderStatus,
  StopReason,
} from './recorder-messages.ts';
import { type Player, type RecordingSession, startSession } from './recording-session.ts';
import { repairSessions } from './session-end.ts';

export interface RecorderParts {
  readonly settings: RecorderSettings;
  readonly files: RecorderFiles;
  readonly tap: TapReader;
  readonly frameSamples: FrameSamples;
  /** Does not run backwards. */
  readonly nowMs: () => number;
  /** Since 1970. */
  readonly wallMs: () => number;
  readonly newId: () => string;
  readonly report: (report: RecorderReport) => void;
}

export interface RecorderCore {
  /** Call first: looks at the folder and completes interrupted sessions. */
  open(): void;
  handle(command: Exclude<RecorderCommand, { type: 'close' }>): void;
  /** False: there is nothing to do for the next 50 ms, or, if not recording, before the next command. */
  turn(): boolean;
  isRecording(): boolean;
}

/**
 * A batch is less than what is gathered of a player before their file is made (track-writer.ts): commands are fetched in
 * between, so that their name and address are there by then.
 */
const BATCH_FRAMES = 128;
/** A session ends when nothing has been heard for this time. */
const IDLE_MS = 5000;
/** Interval between looks at the disk and reports. */
const LOOK_MS = 1000;
/** Shares of the tap that are filled: the warning of a slow disk begins above the first, and may come again below the last. */
const SLOW_FILL = 0.5;
/** Beyond, reading comes before syncing. */
const BUSY_FILL = 0.25;
const FAST_FILL = 0.1;
/** Between two warnings of lost sound. */
const LOST_WARNING_MS = 10_000;
const MEGABYTE = 1_000_000;

export function createRecorderCore(parts: RecorderParts): RecorderCore {
  const { settings, files, tap, frameSamples, nowMs, wallMs, newId, report } = parts;
  const { folder, minFreeBytes } = settings;
  /** The present user of each channel ID; and the one before, of whom the tap may still hold sound. */
  const present = new Map<number, Player>();
  const former = new Map<number, Player>();
  let isRecording = false;
  let session: RecordingSession | undefined;
  let lastFrameMs = 0;
  let lookMs = 0;
  let samplesTaken = 0;
  let freeBytes = 0;
  let lostBefore = 0;
  let lostReported = 0;
  let lostWarningMs = Number.NEGATIVE_INFINITY;
  let isSlow = false;
  let isLow = false;

  function prepare(): { readonly usable: boolean; readonly text: string } {
    const made = files.makeFolder(folder, true);
    const free = isFailure(made) ? made : files.freeBytes(folder);
    if (isFailure(free)) return { usable: false, text: `Recording is not possible: ${free.because}.` };
    freeBytes = free;
    return { usable: true, text: '' };
  }

  function people(command: PeopleCommand): void {
    const { channelId } = command;
    const player = present.get(channelId);
    if (command.type === 'opened') {
      const { generation, address } = command;
      if (player !== undefined) former.set(channelId, player);
      present.set(channelId, { generation, address, name: safeName('') });
      return;
    }
    const name = safeName(command.name);
    if (player === undefined || player.name === name) return;
    player.name = name;
    stopIfFailed(session?.renamed(player) ?? true);
  }

  function playerOf({ channelId, generation }: TapFrame): Player {
    const now = present.get(channelId);
    if (now?.generation === generation) return now;
    const before = former.get(channelId);
    if (before?.generation === generation) return before;
    const unknown = { generation, address: UNKNOWN_ADDRESS, name: safeName('') };
    former.set(channelId, unknown);
    return unknown;
  }

  function start(): void {
    while (tap.read() !== undefined); // from before the notice
    const { usable, text } = prepare();
    if (!usable || freeBytes < minFreeBytes) {
      report({ type: 'refused', usable, text: usable ? `Not recording: ${spaceLeft()}.` : text });
      return;
    }
    isRecording = true;
    samplesTaken = 0;
    lostBefore = tap.lost();
    lostReported = 0;
    isSlow = false;
    isLow = false;
    lookMs = nowMs() + LOOK_MS;
    report({ type: 'ready' });
  }

  function finishSession(): true | FileFailure {
    const finished = session?.finish() ?? true;
    session = undefined;
    return finished;
  }

  function stop(reason: StopReason, failure?: FileFailure): void {
    if (isRecording && reason === 'asked') {
      // What was heard while everybody was told of the recording; a tap that is still on does not keep us here.
      for (let waiting = tap.waiting(); waiting > 0 && isRecording; waiting--) stopIfFailed(takeOne());
    }
    const wasRecording = isRecording;
    isRecording = false;
    const finished = wasRecording ? finishSession() : true;
    const cause = failure ?? (isFailure(finished) ? finished : undefined);
    report({ type: 'stopped', reason, text: textOf(reason, cause) });
  }

  function textOf(reason: StopReason, cause: FileFailure | undefined): string {
    if (reason === 'disk-full')
      return `Recording stopped: ${cause?.because ?? spaceLeft()}. What was recorded is kept.`;
    return cause === undefined ? 'Recording stopped.' : `Recording stopped: ${cause.because}.`;
  }

  function spaceLeft(): string {
    return `only ${Math.floor(freeBytes / MEGABYTE)} MB are free`;
  }

  function stopIfFailed(result: true | FileFailure): void {
    if (isRecording && isFailure(result)) stop(result.reason === 'full' ? 'disk-full' : 'failed', result);
  }

  function takeOne(): true | FileFailure {
    const frame = tap.read();
    if (frame === undefined) return true;
    lastFrameMs = nowMs();
    samplesTaken += frame.samples.length;
    let taken = session?.take(frame, playerOf(frame), lastFrameMs) ?? 'other-session';
    if (taken !== 'other-session') return taken;
    const finished = finishSession();
    const begun = isFailure(finished)
      ? finished
      : startSession({ files, folder, frameSamples, wallMs: wallMs(), newId });
    if (isFailure(begun)) return begun;
    session = begun;
    report({ type: 'session', session: begun.name });
    taken = begun.take(frame, playerOf(frame), lastFrameMs);
    return taken === 'other-session' ? true : taken;
  }

  /** Once a second: space, losses, and a status for the screens. */
  function look(): void {
    const free = files.freeBytes(folder);
    if (isFailure(free)) {
      stopIfFailed(free);
      return;
    }
    freeBytes = free;
    warnOfLosses();
    if (freeBytes < 2 * minFreeBytes && !isLow) {
      isLow = true;
      report({
        type: 'warning',
        warning: { kind: 'low-space', text: `The recording will stop soon: ${spaceLeft()}.` },
      });
    }
    report({ type: 'status', status: status() });
    if (freeBytes < minFreeBytes) stop('disk-full');
  }

  function lostFrames(): number {
    return (tap.lost() - lostBefore) >>> 0;
  }

  function warnOfLosses(): void {
    if (lostFrames() === lostReported || nowMs() - lostWarningMs < LOST_WARNING_MS) return;
    lostWarningMs = nowMs();
    const lostMs = Math.ceil(((lostFrames() - lostReported) * frameSamples * 1000) / SAMPLE_RATE);
    lostReported = lostFrames();
    const text = `The disk is too slow: ${lostMs} ms of sound are missing in the recording, silence is in their place.`;
    report({ type: 'warning', warning: { kind: 'lost', text } });
  }

  function fill(): number {
    return tap.waiting() / tap.capacity();
  }

  function warnIfSlow(): void {
    if (fill() < FAST_FILL) isSlow = false;
    if (fill() < SLOW_FILL || isSlow) return;
    isSlow = true;
    report({ type: 'warning', warning: { kind: 'slow', text: 'The disk is slow: the recording may get gaps.' } });
  }

  function status(): RecorderStatus {
    return {
      session: session?.name,
      seconds: (session?.samples() ?? 0) / SAMPLE_RATE,
      files: session?.fileCount() ?? 0,
      bytes: 2 * samplesTaken,
      silenceMs: ((session?.silenceSamples() ?? 0) * 1000) / SAMPLE_RATE,
      lostFrames: lostFrames(),
      freeBytes,
    };
  }

  return {
    open() {
      const found = prepare();
      report({ type: 'folder', ...found });
      if (!found.usable) return;
      const repaired = repairSessions(files, folder, newId);
      if (isFailure(repaired)) {
        const text = `An interrupted recording could not be completed: ${repaired.because}.`;
        report({ type: 'warning', warning: { kind: 'not-repaired', text } });
      } else if (repaired > 0) {
        const text = `${repaired} interrupted recording${repaired === 1 ? ' was' : 's were'} completed.`;
        report({ type: 'warning', warning: { kind: 'repaired', text } });
      }
    },
    handle(command) {
      switch (command.type) {
        case 'opened':
        case 'named':
          return people(command);
        case 'start':
          return start();
        case 'stop':
          return stop('asked');
        case 'newSession':
          return stopIfFailed(finishSession());
      }
    },
    turn() {
      if (!isRecording) return false;
      warnIfSlow();
      for (let n = 0; n < BATCH_FRAMES && isRecording && tap.waiting() > 0; n++) stopIfFailed(takeOne());
      if (!isRecording) return false;
      if (fill() < BUSY_FILL) stopIfFailed(session?.sync(nowMs()) ?? true);
      if (session !== undefined && nowMs() - lastFrameMs >= IDLE_MS) stopIfFailed(finishSession());
      if (isRecording && nowMs() >= lookMs) {
        lookMs = nowMs() + LOOK_MS;
        look();
      }
      return isRecording && tap.waiting() >= BATCH_FRAMES;
    },
    isRecording: () => isRecording,
  };
}
