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

/** What there is of a session now. */
interface Line {
  readonly options: SessionOptions;
  readonly sender: UdpSender;
  session: ClientSession | undefined;
  /** The session's events count for the box; afterwards it only answers stray audio of its server. */
  isOpen: boolean;
  isClosed: boolean;
  peer: PeerAddress;
  timer: NodeJS.Timeout | undefined;
}

export function runSession(options: SessionOptions): Session {
  const { socket } = options;
  const searchSender = new UdpSender(socket);
  const line: Line = {
    ...{ options, sender: new UdpSender(socket), session: undefined, isOpen: false, isClosed: false },
    ...{ peer: new Uint8Array(), timer: undefined },
  };
  return {
    effects: effectsOf(line),
    take: (record) => take(line, record),
    isOpen: () => line.isOpen,
    sendTo({ address, port }, datagram) {
      if (line.isClosed) return;
      searchSender.setPeer(toPeerAddress({ family: address.includes(':') ? 6 : 4, address, port }));
      searchSender.send(datagram, datagram.length);
    },
    counters: () => line.session?.counters(),
    close() {
      line.isClosed = true;
      clearTimeout(line.timer);
    },
  };
}

function effectsOf(line: Line): Session['effects'] {
  const { store, socket, engine } = line.options;
  const { dispatch } = store;
  return {
    resolve({ attemptId, address }) {
      void resolveServer(address, socket.family).then((found) => {
        if ('error' in found) dispatch({ type: 'resolveFailed', attemptId, kind: found.error });
        else dispatch({ type: 'resolved', attemptId, endpoint: found });
      });
    },
    openSession({ endpoint, profile, transport, jitter }) {
      line.peer = toPeerAddress(endpoint);
      line.sender.setPeer(line.peer);
      line.session = createClientSession({
        ...{ profile, transport, jitter },
        rememberedMix: (name, isOwn) => rememberedMix(store.state(), name, isOwn),
      });
      line.isOpen = true;
      execute(line, line.session.connect(performance.now()));
    },
    session({ call }) {
      if (line.session !== undefined) execute(line, callSession(line.session, call, performance.now()));
    },
    closeSession() {
      line.isOpen = false;
      engine().setStream(null, line.peer);
    },
  };
}

function execute(line: Line, outputs: readonly SessionOutput[]): void {
  const { store, engine } = line.options;
  for (const output of outputs) {
    switch (output.type) {
      case 'send':
        line.sender.send(output.datagram, output.datagram.length);
        break;
      case 'stream':
        if (line.isOpen) engine().setStream(output.format, line.peer);
        break;
      case 'jitter':
        engine().setJitter(output.auto, output.blocks);
        break;
      case 'silence':
        // The box keeps the microphone closed for the licence by itself: its state says so too.
        break;
      case 'event':
        if (line.isOpen) store.dispatch({ type: 'session', event: output.event });
        break;
    }
  }
  armTimer(line);
}

function armTimer(line: Line): void {
  clearTimeout(line.timer);
  const atMs = line.session?.nextTickMs() ?? Number.POSITIVE_INFINITY;
  if (line.isClosed || atMs === Number.POSITIVE_INFINITY) return;
  line.timer = setTimeout(
    () => {
      if (line.session !== undefined) execute(line, line.session.tick(performance.now()));
    },
    Math.max(0, atMs - performance.now()),
  );
}

function take(line: Line, record: RingRecord): void {
  const { session, peer } = line;
  tellConnectionless(line, record);
  if (session === undefined) return;
  const atMs = performance.now() - ((nowUs() - record.receivedUs) | 0) / 1000;
  if (record.kind === AUDIO_ARRIVED) execute(line, session.audioArrived(atMs));
  // A datagram of the server before this one may still be in the ring.
  else if (record.kind === FROM_SERVER && samePeer(record.peer, peer)) {
    execute(line, session.receive(record.datagram, atMs));
  }
}

function tellConnectionless({ options }: Line, { kind, datagram, peer }: RingRecord): void {
  if (kind === AUDIO_ARRIVED || options.onConnectionless === undefined) return;
  const frame = kind === FROM_SERVER ? parseFrame(datagram) : undefined;
  if (kind === FROM_ELSEWHERE || (frame !== undefined && isConnectionless(frame.id))) {
    options.onConnectionless(datagram, peer);
  }
}

function samePeer(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
