/**
 * 20 NETW_TRANSPORT_PROPS. Client to server: the format of the audio datagrams in both directions (messages.md §4.1).
 */
import type { BlockFactor } from '../stream-format.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

/** Opus with frames of 128 samples. */
export const CODEC_OPUS = 2;
/** Opus with frames of 64 samples. */
export const CODEC_OPUS64 = 3;

const MIN_PACKET_BYTES = 10;
const MAX_PACKET_BYTES = 20000;

export interface NetwTransportProps {
  readonly type: 'NETW_TRANSPORT_PROPS';
  /** Bytes of one frame with its sequence byte, 10…20000. */
  readonly basePacketBytes: number;
  /** Frames in one datagram. */
  readonly blockFactor: BlockFactor;
  readonly channels: 1 | 2;
  /** Not checked by receivers; always 48000. */
  readonly sampleRate: number;
  /** CELT (1) is obsolete: a server answers it with OPUS_SUPPORTED. */
  readonly codec: 1 | typeof CODEC_OPUS | typeof CODEC_OPUS64;
  /** Every frame is followed by a sequence byte. */
  readonly sequenceNumbers: boolean;
}

export const netwTransportProps: MessageCodec<NetwTransportProps> = {
  type: 'NETW_TRANSPORT_PROPS',
  id: 20,
  encode: (message) =>
    new BodyWriter()
      .u32(message.basePacketBytes)
      .u16(message.blockFactor)
      .u8(message.channels)
      .u32(message.sampleRate)
      .u16(message.codec)
      .u16(message.sequenceNumbers ? 1 : 0)
      .u32(0)
      .bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const basePacketBytes = reader.u32();
    const blockFactor = reader.u16();
    const channels = reader.u8();
    const sampleRate = reader.u32();
    const codec = reader.u16();
    const flags = reader.u16();
    reader.u32(); // codec argument: always 0, ignored
    if (!reader.complete() || basePacketBytes < MIN_PACKET_BYTES || basePacketBytes > MAX_PACKET_BYTES)
      return undefined;
    if (blockFactor !== 1 && blockFactor !== 2 && blockFactor !== 4) return undefined;
    if (channels !== 1 && channels !== 2) return undefined;
    if (codec !== 1 && codec !== CODEC_OPUS && codec !== CODEC_OPUS64) return undefined;
    const sequenceNumbers = flags === 1;
    return {
      type: 'NETW_TRANSPORT_PROPS',
      basePacketBytes,
      blockFactor,
      channels,
      sampleRate,
      codec,
      sequenceNumbers,
    };
  },
};
