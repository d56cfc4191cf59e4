/**
 * The state of a client session and the small steps that its parts share: putting out, posting messages, keeping the
 * stream in accordance with settings and server, ending (sessions.md §3).
 */
import type { ClientMix } from './client-mix.ts';
import type { Delivery } from './delivery.ts';
import { JITT_BUF_AUTO } from './messages/jitt-buf-size.ts';
import { encodeMessage, type Message, messageDatagram } from './messages/message.ts';
import type {
  JitterSettings,
  Profile,
  SessionEndReason,
  SessionEvent,
  SessionOutput,
  SessionState,
  TransportSettings,
} from './session-types.ts';
import { type StreamFormat, sameFormat } from './stream-format.ts';
import { streamFormat, transportProps } from './transport.ts';

export const PING_INTERVAL_MS = 500;
/** Answers to audio that arrives after the end. */
const MAX_LATE_GOODBYES = 10;

/** What is known of the present connection; begins anew with every connect(). */
export interface Connection {
  readonly startedMs: number;
  /** Anything at all has come from the server. */
  answered: boolean;
  noAnswerReported: boolean;
  serverFullReported: boolean;
  /** The server has a channel for us: only then it takes messages (messages.md §2). */
  hasChannel: boolean;
  ownChannel: number | undefined;
  /** When the channel was given. */
  channelSinceMs: number;
  sequenceNumbers: boolean;
  rawOffered: boolean;
  licencePending: boolean;
  lastAudioMs: number | undefined;
  /** The requests at the first audio have been sent. */
  introduced: boolean;
  nextPingMs: number;
  pingMs: number;
  /** A channel left over from an earlier connection has been given back. */
  readonly reopened: boolean;
}

export function newConnection(startedMs: number, reopened: boolean): Connection {
  return {
    startedMs,
    answered: false,
    noAnswerReported: false,
    serverFullReported: false,
    hasChannel: false,
    ownChannel: undefined,
    channelSinceMs: 0,
    sequenceNumbers: false,
    rawOffered: false,
    licencePending: false,
    lastAudioMs: undefined,
    introduced: false,
    nextPingMs: startedMs + PING_INTERVAL_MS,
    pingMs: 0,
    reopened,
  };
}

/** The pause after the stream has been stopped, with goodbyes; then the end, or the stream again. */
export interface Goodbye {
  nextMs: number;
  left: number;
  readonly then: SessionEndReason | 'reopen';
}

export interface SessionCore {
  profile: Profile;
  transport: TransportSettings;
  jitter: JitterSettings;
  state: SessionState;
  connection: Connection;
  /** What the caller sends and expects now. */
  format: StreamFormat | null;
  goodbye: Goodbye | undefined;
  /** Answers to late audio that may still be given, and when the last goodbye left. */
  lateGoodbyes: number;
  lastGoodbyeMs: number;
  /** The time and the outputs of the step that is being taken. */
  nowMs: number;
  outputs: SessionOutput[];
  readonly counted: { notMessages: number; unknown: number; rejected: number; ignored: number };
  readonly mix: ClientMix;
  readonly delivery: Delivery;
}

export function emit(core: SessionCore, event: SessionEvent): void {
  core.outputs.push({ type: 'event', event });
}

/** Queues a connection-bound message. False if there is no channel to send it to, or no room. */
export function post(core: SessionCore, message: Message): boolean {
  if (!core.connection.hasChannel) return false;
  const { id, body } = encodeMessage(message);
  return core.delivery.post(id, body, core.nowMs);
}

/** Sends a connectionless message. */
export function send(core: SessionCore, message: Message): void {
  core.outputs.push({ type: 'send', datagram: messageDatagram(message) });
}

export function postProfile(core: SessionCore): void {
  post(core, { type: 'CHANNEL_INFOS', ...core.profile });
}

export function postJitter(core: SessionCore): void {
  const { auto, serverBlocks } = core.jitter;
  post(core, { type: 'JITT_BUF_SIZE', blocks: auto ? JITT_BUF_AUTO : serverBlocks });
}

export function flushMix(core: SessionCore): void {
  core.mix.flush(core.nowMs, core.connection.pingMs, (message) => post(core, message));
}

export function putOutJitter(core: SessionCore): void {
  core.outputs.push({ type: 'jitter', auto: core.jitter.auto, blocks: core.jitter.clientBlocks });
}

export function setSilence(core: SessionCore, on: boolean): void {
  core.connection.licencePending = on;
  core.outputs.push({ type: 'silence', on });
}

/** Puts settings and the server's abilities into effect; true if that changes the stream. */
export function updateStream(core: SessionCore): boolean {
  const next = streamFormat(core.transport, core.connection);
  if (core.format !== null && sameFormat(core.format, next)) return false;
  core.format = next;
  core.outputs.push({ type: 'stream', format: next });
  return true;
}

export function announceStream(core: SessionCore): void {
  if (core.format !== null) post(core, transportProps(core.format));
}

/** Ends the stream and everything that waits for the server. */
export function stopStream(core: SessionCore): void {
  if (core.format !== null) core.outputs.push({ type: 'stream', format: null });
  core.format = null;
  core.delivery.reset();
  core.mix.clear();
  core.connection = newConnection(core.nowMs, core.connection.reopened);
}

export function end(core: SessionCore, reason: SessionEndReason): void {
  stopStream(core);
  core.goodbye = undefined;
  core.state = 'disconnected';
  core.lateGoodbyes = MAX_LATE_GOODBYES;
  core.lastGoodbyeMs = core.nowMs;
  emit(core, { type: 'ended', reason });
}
