/**
 * Names of folders and files of a recording (sessions.md §9). They are made of ASCII letters, digits, `_` and `-` only,
 * whatever players call themselves: no name leads out of its folder.
 */
import { hostOfPeer } from '../../discovery/peer-host.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';

const MIN_NAME_LENGTH = 4;
/** More than any name on the wire has; the file system allows 255 for the whole. */
const MAX_NAME_LENGTH = 40;
/** U+00C0…U+00FF as the real server 3.9.1 writes them (observed). */
const LATIN_LETTERS = 'AAAAAAACEEEEIIIIDNOOOOOxOUUUUYPSaaaaaaaceeeeiiiidnooooo_ouuuuypy';
const FIRST_LATIN_LETTER = 0xc0;
/** Of a channel whose opening was not told: only a bug makes these. */
export const UNKNOWN_ADDRESS = 'unknown';

const WAV_NAME = /^[A-Za-z0-9_]+-[A-Za-z0-9_]+-\d+-([12])(?:_\d+)?\.wav$/;
const SESSION_NAME = /^Jam-\d{8}-\d{9}$/;

export function safeName(name: string): string {
  return filtered(name.slice(0, MAX_NAME_LENGTH)).padEnd(MIN_NAME_LENGTH, '_');
}

/** Address and port without the last part of the address, which stays only on loopback. */
export function safeAddress(peer: PeerAddress): string {
  const { address, port } = hostOfPeer(peer);
  const isLoopback = address === '127.0.0.1' || address === '::1';
  const masked = isLoopback ? address : address.replace(/[^.:]*$/, 'x');
  return filtered(address.includes(':') ? `[${masked}]:${port}` : `${masked}:${port}`);
}

/** `Jam-yyyyMMdd-HHmmsszzz`, UTC. */
export function sessionName(wallMs: number): string {
  const digits = new Date(wallMs).toISOString().replace(/\D/g, '');
  return `Jam-${digits.slice(0, 8)}-${digits.slice(8)}`;
}

/** `copy` 0, 1, 2…: another name if the one before is taken. */
export function wavName(track: string, startFrame: number, channels: number, copy: number): string {
  return `${track}-${startFrame}-${channels}${copy > 0 ? `_${copy}` : ''}.wav`;
}

/** Channels of a WAV file of ours; undefined for every other name. */
export function channelsOfName(fileName: string): 1 | 2 | undefined {
  const channels = WAV_NAME.exec(fileName)?.[1];
  return channels === undefined ? undefined : channels === '1' ? 1 : 2;
}

export function isSessionName(name: string): boolean {
  return SESSION_NAME.test(name);
}

function filtered(text: string): string {
  return text
    .replace(/[À-ÿ]/g, (letter) => LATIN_LETTERS[letter.charCodeAt(0) - FIRST_LATIN_LETTER] as string)
    .replace(/[^A-Za-z0-9]/g, '_');
}
