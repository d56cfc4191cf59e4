/** What leaves a box that nobody is to hear: frames of coded silence, recognised on the wire (audio.md §1.1, §2). */
import type { Relay } from '../peers/relay.ts';

/** An audio datagram of stereo, high quality, 64-sample frames: 73 coded bytes, which begin with 4, and a sequence byte. */
const DATAGRAM_BYTES = 74;
const STEREO = 4;

function isAudio(datagram: Buffer): boolean {
  return datagram.length === DATAGRAM_BYTES && datagram[0] === STEREO;
}

/** The encoder's answer to a frame of zeros: its header, ff fe, zeros. */
function isSilence(datagram: Buffer): boolean {
  return datagram[1] === 0xff && datagram[2] === 0xfe && datagram.subarray(3, DATAGRAM_BYTES - 1).every((b) => b === 0);
}

/** For each audio datagram that has gone to the server since the `since`-th of the relay: whether it was silence. */
export function silenceSent({ datagrams }: Relay, since = 0): boolean[] {
  return datagrams
    .slice(since)
    .filter(({ direction, bytes }) => direction === 'toServer' && isAudio(bytes))
    .map(({ bytes }) => isSilence(bytes));
}
