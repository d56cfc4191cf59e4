/**
 * A player of the practice room: a client like any other, whose sound is a loop of coded frames. Datagrams and the time
 * go in, datagrams come out.
 */
import { createClientSession } from '../../jamulus/client-session.ts';
import { isMessage } from '../../jamulus/frame.ts';
import type { ClientSession, Profile, SessionOutput, TransportSettings } from '../../jamulus/session-types.ts';
import type { StreamFormat } from '../../jamulus/stream-format.ts';
import { silenceFrame, streamFormat } from '../../jamulus/transport.ts';
import type { SmallTalk } from './small-talk.ts';

/** Four frames a datagram: 94 a second, which an ordinary timer can keep up with. */
export const PLAYER_TRANSPORT: TransportSettings = { quality: 'high', channels: 1, frameSamples: 128, blockFactor: 4 };
export const PLAYER_FORMAT: StreamFormat = streamFormat(PLAYER_TRANSPORT, {
  sequenceNumbers: false,
  rawOffered: false,
});

export interface PlayerOptions {
  readonly profile: Profile;
  /** Frames of PLAYER_FORMAT, one after the other. */
  readonly frames: Uint8Array;
  /** Undefined: says nothing. */
  readonly talk: SmallTalk | undefined;
  readonly send: (datagram: Uint8Array) => void;
}

/** `nowMs` is a millisecond clock of any origin that does not run backwards. */
export interface Player {
  join(nowMs: number): void;
  leave(nowMs: number): void;
  receive(datagram: Uint8Array, nowMs: number): void;
  /**
   * Sends the block that begins with this frame of the loop, if it is in, and does what is due.
   * @param frame counts on beyond the end of the loop
   */
  play(frame: number, nowMs: number): void;
  isGone(): boolean;
}

export function createPlayer({ profile, frames, talk, send }: PlayerOptions): Player {
  const { frameBytes } = PLAYER_FORMAT;
  const loopFrames = frames.length / frameBytes;
  const silent = silenceFrame(PLAYER_FORMAT);
  const session: ClientSession = createClientSession({
    profile,
    transport: PLAYER_TRANSPORT,
    jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
    rememberedMix: () => undefined,
  });
  let format: StreamFormat | null = null;
  let isSilent = false;

  function execute(outputs: readonly SessionOutput[], nowMs: number): void {
    for (const output of outputs) {
      if (output.type === 'send') send(output.datagram);
      else if (output.type === 'stream') format = output.format;
      else if (output.type === 'silence') isSilent = output.on;
      else if (output.type === 'event') {
        const { event } = output;
        if (event.type === 'licenceRequired') execute(session.acceptLicence(nowMs), nowMs);
        else if (event.type === 'clientList') talk?.list(event.clients, nowMs);
        else if (event.type === 'chat') talk?.chat(event.html, nowMs);
      }
    }
  }

  function block(from: number, { blockFactor, sequenceNumbers }: StreamFormat): Uint8Array {
    const stride = frameBytes + (sequenceNumbers ? 1 : 0);
    const datagram = new Uint8Array(stride * blockFactor);
    for (let i = 0; i < blockFactor; i++) {
      const at = ((from + i) % loopFrames) * frameBytes;
      datagram.set(isSilent ? silent : frames.subarray(at, at + frameBytes), i * stride);
      if (sequenceNumbers) datagram[i * stride + frameBytes] = (from + i) & 255;
    }
    return datagram;
  }

  return {
    join: (nowMs) => execute(session.connect(nowMs), nowMs),
    leave: (nowMs) => execute(session.leave(nowMs), nowMs),
    receive(datagram, nowMs) {
      const outputs = isMessage(datagram, datagram.length)
        ? session.receive(datagram, nowMs)
        : session.audioArrived(nowMs);
      execute(outputs, nowMs);
    },
    play(frame, nowMs) {
      if (format !== null) send(block(frame, format));
      if (nowMs >= session.nextTickMs()) execute(session.tick(nowMs), nowMs);
      const line = talk?.say(nowMs);
      if (line !== undefined) execute(session.sendChat(line, nowMs), nowMs);
    },
    isGone: () => session.state() === 'disconnected',
  };
}
