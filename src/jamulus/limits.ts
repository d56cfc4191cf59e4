/** Limits of the protocol that several messages share (constants.md). */

/** Channel IDs are 0…149; a server takes at most this many clients, a directory lists at most this many servers. */
export const MAX_CHANNELS = 150;
/** Jitter-buffer sizes are 1…20 blocks. */
export const MAX_JITTER_BLOCKS = 20;
/** Size of either jitter buffer until something else is known. */
export const DEFAULT_JITTER_BLOCKS = 10;
/** Of all sound, Hz. */
export const SAMPLE_RATE = 48_000;
export const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
