/** The overall delay, the same figure that the official client shows (jitter-buffer.md §5, §6). */
import { SAMPLES_PER_MS } from './limits.ts';
import type { BlockFactor, FrameSamples } from './stream-format.ts';

/** Above this ping, in ms, only ">500" is shown, for the delay as well. */
export const MAX_SHOWN_PING_MS = 500;

export interface DelayParts {
  /** Samples of one coded frame: 64 or 128. */
  readonly frameSamples: FrameSamples;
  readonly blockFactor: BlockFactor;
  /** Own jitter buffer, blocks. */
  readonly clientBlocks: number;
  /** The server's jitter buffer: the own setting, or in auto mode the last size received (10 until then). */
  readonly serverBlocks: number;
  readonly pingMs: number;
  readonly raw: boolean;
  /** Sound-card block, if it differs from the network block and a conversion buffer is used. */
  readonly conversionCardSamples?: number;
  /** Latency in + out that the driver reports; 0 = not known, three card blocks are assumed. */
  readonly driverLatencyMs?: number;
}

/** Overall delay in whole milliseconds. */
export function overallDelayMs(parts: DelayParts): number {
  const fillMs = (parts.frameSamples * parts.blockFactor) / SAMPLES_PER_MS;
  const frameMs = parts.frameSamples / SAMPLES_PER_MS;
  const jitterMs = frameMs * (parts.clientBlocks + parts.serverBlocks) * 0.7;
  const conversionMs = parts.conversionCardSamples === undefined ? 0 : fillMs;
  const cardBlockMs = parts.conversionCardSamples === undefined ? fillMs : parts.conversionCardSamples / SAMPLES_PER_MS;
  const driverMs = parts.driverLatencyMs ?? 0;
  const cardMs = conversionMs + (driverMs > 0 ? driverMs : 3 * cardBlockMs);
  const codecMs = parts.raw ? 0 : frameMs / 2;
  return Math.round(fillMs + jitterMs + cardMs + codecMs + parts.pingMs);
}

export type DelayWord = 'good' | 'usable' | 'too slow';

/** The word for a delay: up to 43 ms (green), up to 68 ms (yellow), above (red). */
export function delayWord(delayMs: number): DelayWord {
  if (delayMs <= 43) return 'good';
  return delayMs <= 68 ? 'usable' : 'too slow';
}
