/** What the main thread and the recorder's thread say to each other. */
import type { RecorderTapMemory } from '../engine/recorder-tap.ts';

export interface RecorderThreadData {
  readonly settings: RecorderSettings;
  readonly tap: RecorderTapMemory;
  /** One word, changed and notified with each command. */
  readonly wake: Int32Array;
}

export interface RecorderSettings {
  /** Absolute. Made, for the owner alone, if it is missing. */
  readonly folder: string;
  /** Recording stops when less than this is free. */
  readonly minFreeBytes: number;
}

/** Who plays on a channel; takes effect at once, before any sound of theirs comes. */
export type PeopleCommand =
  | { readonly type: 'opened'; readonly channelId: number; readonly generation: number; readonly address: string }
  | { readonly type: 'named'; readonly channelId: number; readonly name: string };

export type RecorderCommand =
  | PeopleCommand
  /** Answered by 'ready' or 'refused'. What the tap holds from before is thrown away. */
  | { readonly type: 'start' }
  /** Answered by 'stopped': the last byte has been written. */
  | { readonly type: 'stop' }
  | { readonly type: 'newSession' }
  /** The thread ends. */
  | { readonly type: 'close' };

export type StopReason = 'asked' | 'disk-full' | 'failed';

/** Sentences for panel and page; no name or address of a player is in them. */
export type RecorderWarning =
  /** Half of the ring waits to be written. */
  | { readonly kind: 'slow'; readonly text: string }
  /** Sound was lost: there is silence in its place. */
  | { readonly kind: 'lost'; readonly text: string }
  | { readonly kind: 'low-space'; readonly text: string }
  /** Sessions that a power cut had ended have been completed. */
  | { readonly kind: 'repaired'; readonly text: string }
  | { readonly kind: 'not-repaired'; readonly text: string };

export interface RecorderStatus {
  /** Folder name of the session that is being written; undefined while nobody plays. */
  readonly session: string | undefined;
  /** Of this session. */
  readonly seconds: number;
  readonly files: number;
  /** Written since recording was started. */
  readonly bytes: number;
  /** Silence put in where sound was missing, in this session. */
  readonly silenceMs: number;
  /** Frames of channels lost since recording was started. */
  readonly lostFrames: number;
  readonly freeBytes: number;
}

export type RecorderReport =
  /** The first one: whether the folder can be used. */
  | { readonly type: 'folder'; readonly usable: boolean; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly usable: boolean; readonly text: string }
  | { readonly type: 'stopped'; readonly reason: StopReason; readonly text: string }
  | { readonly type: 'session'; readonly session: string }
  | { readonly type: 'warning'; readonly warning: RecorderWarning }
  | { readonly type: 'status'; readonly status: RecorderStatus };
