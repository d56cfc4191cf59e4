/**
 * 36 RAWAUDIO_SUPPORTED. Server to client, since 4.0.0: uncompressed audio is welcome on this connection (audio.md
 * §3).
 */
import { emptyMessage } from './codec.ts';

export interface RawaudioSupported {
  readonly type: 'RAWAUDIO_SUPPORTED';
}

export const rawaudioSupported = emptyMessage(36, 'RAWAUDIO_SUPPORTED');
