/** What the room says about itself: version, welcome text, feature bits (messages.md §5.3, sessions.md §6, §11). */
import { FEATURE } from '../../jamulus/messages/clm-server-features.ts';
import { cutText, MAX_SENT_CHAT_UNITS } from '../../jamulus/text.ts';
import type { RoomSettings } from './room-session-types.ts';

/**
 * The room does what the development state before 4.0.0 does (raw audio, feature and welcome requests), and that calls
 * itself 3.12.4. Above 3.6.0, so clients number their frames; below 30 units, so that older ones can read it.
 */
export const ROOM_VERSION = '3.12.4-box';

/** Linux, as a number of messages.md §3.4. */
export const ROOM_OS = 2;

const LOGGING_NOTICE = '<br>This server keeps a log of names and addresses.';

/** The welcome text without prefix, at most 1600 units; the notice of a log has its place in it (privacy.md S1). */
export function welcomeText({ welcome, logging }: { readonly welcome: string; readonly logging: boolean }): string {
  const notice = logging ? LOGGING_NOTICE : '';
  return cutText(welcome, MAX_SENT_CHAT_UNITS - notice.length) + notice;
}

export function featureBits(settings: RoomSettings): number {
  const bits: [boolean, number][] = [
    [settings.frameSamples === 64, FEATURE.fastUpdate],
    [settings.multithreading, FEATURE.multithreading],
    [settings.recorder !== 'not-initialised', FEATURE.recorderInitialised],
    [settings.recorder === 'recording', FEATURE.recordingEnabled],
    [settings.delayPanning, FEATURE.delayPanning],
    [settings.ipv6, FEATURE.ipv6],
    [settings.rawAudio, FEATURE.rawAudio],
    [settings.goodbyeOnClose, FEATURE.disconnectsOnQuit],
    [welcomeText(settings) !== '', FEATURE.welcomeMessage],
    [settings.logging, FEATURE.logging],
    [settings.licenceRequired, FEATURE.licenceRequired],
  ];
  return bits.reduce((mask, [on, bit]) => (on ? mask | bit : mask), 0);
}
