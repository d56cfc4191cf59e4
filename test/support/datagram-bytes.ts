/** The size of audio on the wire, reckoned apart from the code that is tested. */
import type { StreamFormat } from '../../src/jamulus/stream-format.ts';

/** Bytes of one audio datagram; a receiver takes no other size. */
export function audioDatagramBytes({ frameBytes, sequenceNumbers, blockFactor }: StreamFormat): number {
  return (frameBytes + (sequenceNumbers ? 1 : 0)) * blockFactor;
}
