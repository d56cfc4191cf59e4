/** The session with a server: the box's one socket, the protocol's own clock, and what the audio thread hands on. */
import type { AudioEngine } from '../audio/audio-engine.ts';
import { AUDIO_ARRIVED, FROM_ELSEWHERE, FROM_SERVER, type RingRecord } from '../audio/message-ring.ts';
import { rememberedMix } from '../box/people.ts';
import { createClientSession } from '../jamulus/client-session.ts';
import type { HostPort } from '../jamulus/directory-types.ts';
import { isConnectionless, parseFrame } from '../jamulus/frame.ts';
import type { ClientSession, SessionCounters, SessionOutput } from '../jamulus/session-types.ts';
import { nowUs } from '../linux/clock.ts';
import { resolveServer, toPeerAddress } from '../linux/resolve.ts';
import { type PeerAddress, UdpSender, type UdpSocket } from '../linux/udp-socket.ts';
import { callSession } from './session-call.ts';
import type { Runners, Store } from './store.ts';

export interface SessionOptions {
  readonly store: Store;
  readonly socket: UdpSocket;
  /** What sends and plays the session's sound. */
  readonly engine: () => Pick<AudioEngine, 'setStream' | 'setJitter'>;
  /** Every message without a connection, whoever sent it: the search for servers may have asked for it. */
  readonly onConnectionless?: (datagram: Uint8Array, peer: PeerAddress) => void;
}

export interface Session {
  readonly effects: Pick<Runners, 'resolve' | 'openSession' | 'session' | 'closeSession'>;
  /** Takes what the audio thread has received. */
  take(record: RingRecord): void;
  /** There is a session, so audio should go out. */
  isOpen(): boolean;
  /** Sends a message from the box's socket, as the directories' hole punching needs it; nothing after `close`. */
  sendTo(host: HostPort, datagram: Uint8Array): void;
  /** Undefined before the first session. */
  counters(): SessionCounters | undefined;
  close(): void;
}

export function runSession({ store, socket, engine, onConnectionless }: SessionOptions): Session {
  const { dispatch } = store;
  const sender = new UdpSender(socket);
  const searchSender = new UdpSender(socket);
  let session: ClientSession | undefined;
  /** The session's events count for the box; afterwards it only answers stray audio of its server. */
  let isOpen = false;
  let isClosed = false;
  let peer: PeerAddress = new Uint8Array();
  let timer: NodeJS.Timeout | undefined;

  function execute(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'send':
          sender.send(output.datagram, output.datagram.length);
          break;
        case 'stream':
          if (isOpen) engine().setStream(output.format, peer);
          break;
        case 'jitter':
          engine().setJitter(output.auto, output.blocks);
          break;
        case 'silence':
          // The box keeps the microphone closed for the licence by itself: its state says so too.
          break;
        case 'event':
          if (isOpen) dispatch({ type: 'session', event: output.event });
          break;
      }
    }
    armTimer();
  }

  function armTimer(): void {
    clearTimeout(timer);
    const atMs = session?.nextTickMs() ?? Number.POSITIVE_INFINITY;
    if (isClosed || atMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        if (session !== undefined) execute(session.tick(performance.now()));
      },
      Math.max(0, atMs - performance.now()),
    );
  }

  function tellConnectionless({ kind, datagram, peer: from }: RingRecord): void {
    if (kind === AUDIO_ARRIVED || onConnectionless === undefined) return;
    const frame = kind === FROM_SERVER ? parseFrame(datagram) : undefined;
    if (kind === FROM_ELSEWHERE || (frame !== undefined && isConnectionless(frame.id))) {
      onConnectionless(datagram, from);
    }
  }

  return {
    effects: {
      resolve({ attemptId, address }) {
        void resolveServer(address, socket.family).then((found) => {
          if ('error' in found) dispatch({ type: 'resolveFailed', attemptId, kind: found.error });
          else dispatch({ type: 'resolved', attemptId, endpoint: found });
        });
      },
      openSession({ endpoint, profile, transport, jitter }) {
        peer = toPeerAddress(endpoint);
        sender.setPeer(peer);
        session = createClientSession({
          ...{ profile, transport, jitter },
          rememberedMix: (name, isOwn) => rememberedMix(store.state(), name, isOwn),
        });
        isOpen = true;
        execute(session.connect(performance.now()));
      },
      session({ call }) {
        if (session !== undefined) execute(callSession(session, call, performance.now()));
      },
      closeSession() {
        isOpen = false;
        engine().setStream(null, peer);
      },
    },
    take(record) {
      tellConnectionless(record);
      if (session === undefined) return;
      const atMs = performance.now() - ((nowUs() - record.receivedUs) | 0) / 1000;
      if (record.kind === AUDIO_ARRIVED) execute(session.audioArrived(atMs));
      // A datagram of the server before this one may still be in the ring.
      else if (record.kind === FROM_SERVER && samePeer(record.peer, peer)) {
        execute(session.receive(record.datagram, atMs));
      }
    },
    isOpen: () => isOpen,
    sendTo({ address, port }, datagram) {
      if (isClosed) return;
      searchSender.setPeer(toPeerAddress({ family: address.includes(':') ? 6 : 4, address, port }));
      searchSender.send(datagram, datagram.length);
    },
    counters: () => session?.counters(),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

function samePeer(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
