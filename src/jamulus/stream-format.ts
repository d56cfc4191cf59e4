/** What the audio datagrams of a connection look like. */

/** Samples per channel in one coded frame: 64 (OPUS64) or 128 (OPUS). */
export const FRAME_SAMPLES = [64, 128] as const;
export type FrameSamples = (typeof FRAME_SAMPLES)[number];

/** Frames in one datagram; more than one with 128 samples alone. */
export const BLOCK_FACTORS = [1, 2, 4] as const;
export type BlockFactor = (typeof BLOCK_FACTORS)[number];

/**
 * The format of the audio datagrams of one connection, both directions (protocol: audio.md §1, §2).
 * The session decides it, the audio engine follows it.
 */
export interface StreamFormat {
  readonly frameSamples: FrameSamples;
  /** Audio channels on the wire. */
  readonly channels: 1 | 2;
  /** Coded bytes of one frame, without its sequence byte. */
  readonly frameBytes: number;
  readonly blockFactor: BlockFactor;
  /** True when every frame is followed by a sequence byte. */
  readonly sequenceNumbers: boolean;
  /** True for uncompressed 16-bit samples instead of Opus (servers from 4.0.0 on that offer it). */
  readonly raw: boolean;
}

export function sameFormat(a: StreamFormat, b: StreamFormat): boolean {
  return (
    a.frameSamples === b.frameSamples &&
    a.channels === b.channels &&
    a.frameBytes === b.frameBytes &&
    a.blockFactor === b.blockFactor &&
    a.sequenceNumbers === b.sequenceNumbers &&
    a.raw === b.raw
  );
}
