/**
 * The box with its parts put together: feeds events to the pure core (box/), executes its effects on the network, the
 * session and the audio thread. Everything that decides is in box/; everything that does is reached from here.
 */
import { type AudioEngine, startAudioEngine } from './audio/audio-engine.ts';
import type { AudioThreadMessage, AudioThreadReport, AudioThreadSettings } from './audio/audio-thread.ts';
import { AUDIO_ARRIVED, FROM_ELSEWHERE, FROM_SERVER, type RingRecord } from './audio/message-ring.ts';
import type { BoxEffect } from './box/effects.ts';
import type { BoxEvent, TimerId, UntimedEvent } from './box/events.ts';
import { forget } from './box/forget.ts';
import { type BoxSettings, initialState } from './box/initial-state.ts';
import { rememberedMix } from './box/people.ts';
import { reduce } from './box/reduce.ts';
import type { BoxState, ServerTarget } from './box/state.ts';
import { createReporter } from './engine-reports.ts';
import { createClientSession } from './jamulus/client-session.ts';
import type { HostPort } from './jamulus/directory-types.ts';
import { isConnectionless, parseFrame } from './jamulus/frame.ts';
import type { ClientSession, SessionCounters, SessionOutput } from './jamulus/session-types.ts';
import { nowUs } from './linux/clock.ts';
import { resolveServer, toPeerAddress } from './linux/resolve.ts';
import {
  closeUdpSocket,
  openUdpSocket,
  type PeerAddress,
  UdpSender,
  type UdpSocketOptions,
} from './linux/udp-socket.ts';
import { callSession } from './session-call.ts';

export interface ServiceOptions {
  readonly settings: BoxSettings;
  /** The player has been shown who sees the profile (privacy C1), at an earlier start. */
  readonly profileSeen?: boolean;
  readonly audio: Omit<AudioThreadSettings, 'channels'>;
  readonly socket: UdpSocketOptions;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** How often meters and counters become events: 50 for meters that people look at. Default 100. */
  readonly reportMs?: number;
  /** Called after every change, before its effects are executed. */
  readonly onChange: (before: BoxState, now: BoxState) => void;
  readonly onLog: (line: string) => void;
  /** Every message without a connection, whoever sent it: the search for servers may have asked for it. */
  readonly onConnectionless?: (datagram: Uint8Array, peer: PeerAddress) => void;
  /** The orderly end, after the audio thread has stopped. */
  readonly onExit: (code: number, report: AudioThreadReport | undefined) => void;
}

export interface Service {
  state(): BoxState;
  dispatch(event: UntimedEvent): void;
  /** Connects at once when a server is given. */
  start(server: ServerTarget | null): void;
  /** Forgets other people's levels and, without a link, the server in favour of `startServer` (privacy C10). */
  forget(what: 'people-and-servers' | 'everything', startServer: ServerTarget | null): void;
  /** Sends a message from the box's socket, as the directories' hole punching needs it; nothing after the end. */
  sendTo(host: HostPort, datagram: Uint8Array): void;
  readonly engine: AudioEngine;
  readonly port: number;
  /** A family-6 socket reaches IPv4 addresses, too. */
  readonly socketFamily: 4 | 6;
  /** Undefined before the first session. */
  sessionCounters(): SessionCounters | undefined;
}

const DEFAULT_REPORT_MS = 100;

/** Opens the socket and starts the audio thread; an error is a sentence for the log. */
export function createService(options: ServiceOptions): Service | { readonly error: string } {
  const opened = openUdpSocket(options.socket);
  if ('error' in opened) return opened;
  const socket = opened;
  const sender = new UdpSender(socket);
  const searchSender = new UdpSender(socket);
  let closed = false;
  const timers = new Map<TimerId, NodeJS.Timeout>();
  const atStart = initialState(options.settings);
  let state = options.profileSeen === true ? { ...atStart, shownProfile: atStart.profile } : atStart;
  let session: ClientSession | undefined;
  /** The session's events count for the box; afterwards it only answers stray audio of its server. */
  let sessionIsOpen = false;
  let peer: PeerAddress = new Uint8Array();
  let sessionTimer: NodeJS.Timeout | undefined;

  const engine = startAudioEngine({
    ...options.audio,
    channels: { inputChannels: state.sound.inputChannels, outputChannels: state.sound.outputChannels },
    socket,
    wasm: options.wasm,
    onRecord: handleRecord,
    onMessage: handleMessage,
  });
  const { reportMs = DEFAULT_REPORT_MS } = options;
  const reports = setInterval(
    createReporter(engine, dispatch, () => sessionIsOpen, reportMs),
    reportMs,
  );

  function dispatch(event: UntimedEvent): void {
    const before = state;
    const step = reduce(state, { ...event, atMs: performance.now() } as BoxEvent);
    state = step.state;
    options.onChange(before, state);
    for (const effect of step.effects) execute(effect);
  }

  function execute(effect: BoxEffect): void {
    switch (effect.type) {
      case 'resolve':
        void resolveServer(effect.address, socket.family).then((found) => {
          const { attemptId } = effect;
          if ('error' in found) dispatch({ type: 'resolveFailed', attemptId, kind: found.error });
          else dispatch({ type: 'resolved', attemptId, endpoint: found });
        });
        return;
      case 'openSession':
        peer = toPeerAddress(effect.endpoint);
        sender.setPeer(peer);
        session = createClientSession({
          profile: effect.profile,
          transport: effect.transport,
          jitter: effect.jitter,
          rememberedMix: (name, isOwn) => rememberedMix(state, name, isOwn),
        });
        sessionIsOpen = true;
        obey(session.connect(performance.now()));
        return;
      case 'session':
        if (session !== undefined) obey(callSession(session, effect.call, performance.now()));
        return;
      case 'closeSession':
        sessionIsOpen = false;
        engine.setStream(null, peer);
        return;
      case 'sound':
        engine.setControls(effect.sound);
        return;
      case 'channels':
        engine.orderChannels(effect.channels);
        return;
      case 'feedbackGuard':
        engine.watchFeedback(effect.watch);
        return;
      case 'resetClip':
        engine.resetClip();
        return;
      case 'timer':
        clearTimeout(timers.get(effect.id));
        timers.set(
          effect.id,
          setTimeout(() => dispatch({ type: 'timer', id: effect.id }), effect.atMs - performance.now()),
        );
        return;
      case 'cancelTimer':
        clearTimeout(timers.get(effect.id));
        timers.delete(effect.id);
        return;
      case 'log':
        options.onLog(effect.line);
        return;
      case 'exit':
        void end(effect.code);
        return;
    }
  }

  function obey(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'send':
          sender.send(output.datagram, output.datagram.length);
          break;
        case 'stream':
          if (sessionIsOpen) engine.setStream(output.format, peer);
          break;
        case 'jitter':
          engine.setJitter(output.auto, output.blocks);
          break;
        case 'silence':
          // The box keeps the microphone closed for the licence by itself: its state says so too.
          break;
        case 'event':
          if (sessionIsOpen) dispatch({ type: 'session', event: output.event });
          break;
      }
    }
    armSessionTimer();
  }

  function armSessionTimer(): void {
    clearTimeout(sessionTimer);
    const atMs = session?.nextTickMs() ?? Number.POSITIVE_INFINITY;
    if (atMs === Number.POSITIVE_INFINITY) return;
    sessionTimer = setTimeout(
      () => {
        if (session !== undefined) obey(session.tick(performance.now()));
      },
      Math.max(0, atMs - performance.now()),
    );
  }

  function handleRecord(record: RingRecord): void {
    tellConnectionless(record);
    if (session === undefined) return;
    const atMs = performance.now() - ((nowUs() - record.receivedUs) | 0) / 1000;
    if (record.kind === AUDIO_ARRIVED) obey(session.audioArrived(atMs));
    // A datagram of the server before this one may still be in the ring.
    else if (record.kind === FROM_SERVER && samePeer(record.peer, peer)) obey(session.receive(record.datagram, atMs));
  }

  function tellConnectionless({ kind, datagram, peer: from }: RingRecord): void {
    if (kind === AUDIO_ARRIVED || options.onConnectionless === undefined) return;
    const frame = kind === FROM_SERVER ? parseFrame(datagram) : undefined;
    if (kind === FROM_ELSEWHERE || (frame !== undefined && isConnectionless(frame.id))) {
      options.onConnectionless(datagram, from);
    }
  }

  function handleMessage(message: AudioThreadMessage): void {
    if (message.type === 'running') {
      const { type: _, ...device } = message;
      dispatch({ type: 'deviceRunning', ...device });
      options.onLog(`sound: ${device.description}`);
    } else if (message.type === 'missing') {
      dispatch({ type: 'deviceMissing', problem: message.problem, why: message.error, retrying: true });
      options.onLog(`sound: ${message.error}`);
    } else if (message.type === 'scheduling') {
      const { fifo, core } = message.grant;
      const rights = 'refused' in fifo ? `no real-time priority (${fifo.refused})` : `SCHED_FIFO ${fifo.priority}`;
      const place =
        core === undefined
          ? 'any core'
          : 'refused' in core
            ? `no core of its own (${core.refused})`
            : `core ${core.core}`;
      dispatch({ type: 'realtimeGrant', granted: !('refused' in fifo), text: `${rights}, ${place}` });
      options.onLog(`audio thread: ${rights}, ${place}`);
    }
  }

  async function end(code: number): Promise<void> {
    closed = true;
    clearInterval(reports);
    clearTimeout(sessionTimer);
    for (const timer of timers.values()) clearTimeout(timer);
    const report = await engine.stop();
    closeUdpSocket(socket);
    options.onExit(code, report);
  }

  return {
    state: () => state,
    dispatch,
    start: (server) => dispatch(server === null ? { type: 'started' } : { type: 'started', server }),
    forget(what, startServer) {
      const before = state;
      state = forget(state, what, startServer);
      options.onChange(before, state);
    },
    sendTo({ address, port }, datagram) {
      if (closed) return;
      searchSender.setPeer(toPeerAddress({ family: address.includes(':') ? 6 : 4, address, port }));
      searchSender.send(datagram, datagram.length);
    },
    engine,
    port: socket.port,
    socketFamily: socket.family,
    sessionCounters: () => session?.counters(),
  };
}

function samePeer(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
