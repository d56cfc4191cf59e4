/**
 * 29 VERSION_AND_OS. Server to client: its version and operating system; decides about sequence numbers (audio.md
 * §2.4).
 */
import { MAX_VERSION_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface VersionAndOs {
  readonly type: 'VERSION_AND_OS';
  /** Number of enumerations.ts. */
  readonly os: number;
  /** At most 50 UTF-16 units; 30 for receivers before 3.12.0. */
  readonly version: string;
}

export const versionAndOs: MessageCodec<VersionAndOs> = {
  type: 'VERSION_AND_OS',
  id: 29,
  encode: (message) => new BodyWriter().u8(message.os).str16(message.version, MAX_VERSION_UNITS).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const os = reader.u8();
    const version = reader.str16(MAX_VERSION_UNITS);
    return reader.complete() ? { type: 'VERSION_AND_OS', os, version } : undefined;
  },
};
