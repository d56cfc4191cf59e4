/** Audio formats: which bytes a setting puts on the wire, and how they are announced (audio.md §1…§4). */
import { SAMPLE_RATE } from './limits.ts';
import { CODEC_OPUS, CODEC_OPUS64, type NetwTransportProps } from './messages/netw-transport-props.ts';
import type { AudioQuality, TransportSettings } from './session-types.ts';
import type { FrameSamples, StreamFormat } from './stream-format.ts';

type OpusQuality = Exclude<AudioQuality, 'max'>;

/** Coded bytes of one Opus frame by samples, channels and quality (audio.md §2.1). */
const OPUS_FRAME_BYTES: Readonly<Record<FrameSamples, Readonly<Record<1 | 2, Readonly<Record<OpusQuality, number>>>>>> =
  {
    128: { 1: { low: 25, normal: 45, high: 82 }, 2: { low: 47, normal: 71, high: 165 } },
    64: { 1: { low: 12, normal: 22, high: 36 }, 2: { low: 24, normal: 35, high: 73 } },
  };

/** The format of a setting. 'max' is raw only where the server has offered it on this connection, else 'high'. */
export function streamFormat(
  settings: TransportSettings,
  connection: { readonly sequenceNumbers: boolean; readonly rawOffered: boolean },
): StreamFormat {
  const { quality, channels, frameSamples, blockFactor } = settings;
  const raw = quality === 'max' && connection.rawOffered;
  const opusQuality = quality === 'max' ? 'high' : quality;
  const frameBytes = raw
    ? rawFrameBytes(frameSamples, channels)
    : OPUS_FRAME_BYTES[frameSamples][channels][opusQuality];
  return { frameSamples, channels, frameBytes, blockFactor, sequenceNumbers: connection.sequenceNumbers, raw };
}

function rawFrameBytes(frameSamples: FrameSamples, channels: 1 | 2): number {
  return 2 * frameSamples * channels;
}

function basePacketBytes(format: StreamFormat): number {
  return format.frameBytes + (format.sequenceNumbers ? 1 : 0);
}

/** The message that announces a format (messages.md §4.1). */
export function transportProps(format: StreamFormat): NetwTransportProps {
  return {
    type: 'NETW_TRANSPORT_PROPS',
    basePacketBytes: basePacketBytes(format),
    blockFactor: format.blockFactor,
    channels: format.channels,
    sampleRate: SAMPLE_RATE,
    codec: format.frameSamples === 64 ? CODEC_OPUS64 : CODEC_OPUS,
    sequenceNumbers: format.sequenceNumbers,
  };
}

/**
 * The format a client has announced, for a server. Raw is recognised by the frame size alone (audio.md §3).
 * Undefined for the obsolete codec CELT, which a server answers with OPUS_SUPPORTED.
 */
export function formatOfProps(props: NetwTransportProps): StreamFormat | undefined {
  if (props.codec === 1) return undefined;
  const { blockFactor, channels, sequenceNumbers } = props;
  const frameSamples = props.codec === CODEC_OPUS64 ? 64 : 128;
  const frameBytes = props.basePacketBytes - (sequenceNumbers ? 1 : 0);
  const raw = frameBytes === rawFrameBytes(frameSamples, channels);
  return { frameSamples, channels, frameBytes, blockFactor, sequenceNumbers, raw };
}

/** One coded frame of digital silence, without sequence byte (audio.md §1.1). */
export function silenceFrame(format: StreamFormat): Uint8Array {
  const frame = new Uint8Array(format.frameBytes);
  if (!format.raw) frame.set([format.channels === 2 ? 0x04 : 0x00, 0xff, 0xfe]);
  return frame;
}
