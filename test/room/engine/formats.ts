/** Formats that players choose, of the highest quality. */
import type { StreamFormat } from '../../../src/jamulus/stream-format.ts';
import { streamFormat } from '../../../src/jamulus/transport.ts';

type Format = (
  frameSamples: 64 | 128,
  channels: 1 | 2,
  blockFactor?: 1 | 2 | 4,
  sequenceNumbers?: boolean,
) => StreamFormat;

export const raw: Format = (frameSamples, channels, blockFactor = 1, sequenceNumbers = true) =>
  streamFormat({ quality: 'max', channels, frameSamples, blockFactor }, { sequenceNumbers, rawOffered: true });

export const opus: Format = (frameSamples, channels, blockFactor = 1, sequenceNumbers = true) =>
  streamFormat({ quality: 'high', channels, frameSamples, blockFactor }, { sequenceNumbers, rawOffered: false });
