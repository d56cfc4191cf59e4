/**
 * The client's end of a connection as a deterministic state machine (sessions.md §2…§4): connecting, the timers,
 * leaving, the commands. Datagrams, commands and the time go in; outputs come out.
 */
import {
  announceStream,
  emit,
  end,
  flushMix,
  type Goodbye,
  newConnection,
  PING_INTERVAL_MS,
  post,
  postJitter,
  postProfile,
  putOutJitter,
  type SessionCore,
  send,
  setSilence,
  stopStream,
  updateStream,
} from './client-core.ts';
import { createClientMix } from './client-mix.ts';
import { react } from './client-reactions.ts';
import { createDelivery } from './delivery.ts';
import { isConnectionless, parseFrame } from './frame.ts';
import { MAX_JITTER_BLOCKS } from './limits.ts';
import { decodeMessage } from './messages/message.ts';
import type {
  ChannelMix,
  ClientSession,
  ClientSessionSettings,
  JitterSettings,
  SessionOutput,
} from './session-types.ts';
import { cutText, MAX_SENT_CHAT_UNITS } from './text.ts';

const NO_ANSWER_MS = 5000;
const AUDIO_TIMEOUT_MS = 30_000;
/** Before the first goodbye and between goodbyes: audio still in flight would open a new channel. */
const GOODBYE_INTERVAL_MS = 100;
const GOODBYES = 3;

export function createClientSession(settings: ClientSessionSettings): ClientSession {
  const core: SessionCore = {
    profile: settings.profile,
    transport: settings.transport,
    jitter: saneJitter(settings.jitter),
    state: 'disconnected',
    connection: newConnection(0, false),
    format: null,
    goodbye: undefined,
    lateGoodbyes: 0,
    lastGoodbyeMs: 0,
    nowMs: 0,
    outputs: [],
    counted: { notMessages: 0, unknown: 0, rejected: 0, ignored: 0 },
    mix: createClientMix(settings.rememberedMix),
    delivery: createDelivery({
      send: (datagram) => core.outputs.push({ type: 'send', datagram }),
      evaluate: (id, body) => react(core, decodeMessage(id, body)),
    }),
  };

  function step(nowMs: number, action: () => void): readonly SessionOutput[] {
    core.nowMs = nowMs;
    core.outputs = [];
    action();
    return core.outputs;
  }

  return {
    state: () => core.state,
    counters() {
      const { duplicates, retransmissions, overflows } = core.delivery.totals();
      return { ...core.counted, duplicates, retransmissions, queueOverflows: overflows };
    },
    nextTickMs: () => nextTickMs(core),
    connect: (nowMs) =>
      step(nowMs, () => {
        if (core.state === 'disconnected') open(core, false);
      }),
    receive: (datagram, nowMs) => step(nowMs, () => receive(core, datagram)),
    audioArrived: (nowMs) =>
      step(nowMs, () => {
        if (isActive(core)) takeAudio(core);
        else if (core.state === 'disconnected') answerLateAudio(core);
      }),
    tick: (nowMs) =>
      step(nowMs, () => {
        if (core.goodbye !== undefined) continueGoodbye(core, core.goodbye);
        else if (isActive(core)) runTimers(core);
      }),
    leave: (nowMs) =>
      step(nowMs, () => {
        if (core.state === 'connecting' || core.state === 'connected') leave(core);
      }),
    setProfile: (profile, nowMs) =>
      step(nowMs, () => {
        core.profile = profile;
        postProfile(core);
      }),
    setTransport: (transport, nowMs) =>
      step(nowMs, () => {
        core.transport = transport;
        if (isActive(core) && updateStream(core)) announceStream(core);
      }),
    setJitter: (jitter, nowMs) => step(nowMs, () => setJitter(core, saneJitter(jitter))),
    setGain: (channelId, gain, nowMs) => step(nowMs, () => changeMix(core, channelId, { gain })),
    setPan: (channelId, pan, nowMs) => step(nowMs, () => changeMix(core, channelId, { pan })),
    setMuted: (channelId, muted, nowMs) => step(nowMs, () => changeMix(core, channelId, { muted })),
    setSolo: (channelId, solo, nowMs) => step(nowMs, () => changeMix(core, channelId, { solo })),
    sendChat: (text, nowMs) =>
      step(nowMs, () => {
        const cut = cutText(text, MAX_SENT_CHAT_UNITS);
        if (cut !== '') post(core, { type: 'CHAT_TEXT', text: cut });
      }),
    acceptLicence: (nowMs) =>
      step(nowMs, () => {
        if (core.connection.licencePending) setSilence(core, false);
      }),
  };
}

/** True while audio flows to the server. */
function isActive(core: SessionCore): boolean {
  return core.format !== null;
}

function open(core: SessionCore, reopened: boolean): void {
  core.state = 'connecting';
  core.goodbye = undefined;
  core.connection = newConnection(core.nowMs, reopened);
  updateStream(core);
  putOutJitter(core);
  setSilence(core, false);
  emit(core, { type: 'recorderState', state: 'unknown' });
}

function receive(core: SessionCore, datagram: Uint8Array): void {
  const frame = parseFrame(datagram);
  if (frame === undefined) {
    core.counted.notMessages++;
  } else if (!isActive(core)) {
    core.counted.ignored++; // and not acknowledged
  } else {
    core.connection.answered = true;
    if (isConnectionless(frame.id)) {
      react(core, decodeMessage(frame.id, frame.body));
    } else {
      core.connection.hasChannel = true;
      core.delivery.receive(frame, core.nowMs);
    }
  }
}

function takeAudio(core: SessionCore): void {
  const { connection } = core;
  connection.answered = true;
  connection.lastAudioMs = core.nowMs;
  if (connection.introduced) return;
  if (connection.ownChannel === undefined) {
    // Audio before CLIENT_ID: the server still has a channel of ours from before, in a format we don't know, and will
    // not greet us (sessions.md §5). Giving that channel back, once, gets us a new one with everything.
    if (!connection.reopened) {
      startGoodbye(core, 'reopen');
      return;
    }
    connection.hasChannel = true;
    announceStream(core);
  }
  connection.introduced = true;
  postProfile(core);
  post(core, { type: 'REQ_CONN_CLIENTS_LIST' });
  postJitter(core);
  post(core, { type: 'REQ_CHANNEL_LEVEL_LIST', wanted: true });
}

/** Late audio means that the server has not heard the goodbye, or took audio in flight for a new client. */
function answerLateAudio(core: SessionCore): void {
  if (core.lateGoodbyes === 0 || core.nowMs < core.lastGoodbyeMs + GOODBYE_INTERVAL_MS) return;
  core.lateGoodbyes -= 1;
  core.lastGoodbyeMs = core.nowMs;
  send(core, { type: 'CLM_DISCONNECTION' });
}

function leave(core: SessionCore): void {
  core.state = 'leaving';
  startGoodbye(core, 'left');
}

function startGoodbye(core: SessionCore, then: Goodbye['then']): void {
  stopStream(core);
  core.goodbye = { nextMs: core.nowMs + GOODBYE_INTERVAL_MS, left: GOODBYES, then };
}

function continueGoodbye(core: SessionCore, goodbye: Goodbye): void {
  if (core.nowMs < goodbye.nextMs) return;
  goodbye.nextMs = core.nowMs + GOODBYE_INTERVAL_MS;
  if (goodbye.left > 0) {
    goodbye.left -= 1;
    send(core, { type: 'CLM_DISCONNECTION' });
    if (goodbye.left === 0 && goodbye.then !== 'reopen') end(core, goodbye.then);
  } else {
    open(core, true);
  }
}

function runTimers(core: SessionCore): void {
  const { connection, nowMs } = core;
  if (connection.lastAudioMs !== undefined && nowMs >= connection.lastAudioMs + AUDIO_TIMEOUT_MS) {
    end(core, 'timeout');
    return;
  }
  core.delivery.tick(nowMs);
  flushMix(core);
  if (nowMs >= connection.nextPingMs) {
    connection.nextPingMs = nowMs + PING_INTERVAL_MS;
    send(core, { type: 'CLM_PING_MS', timeMs: Math.trunc(nowMs) >>> 0 });
  }
  if (!connection.answered && !connection.noAnswerReported && nowMs >= connection.startedMs + NO_ANSWER_MS) {
    connection.noAnswerReported = true;
    emit(core, { type: 'noAnswer' });
  }
}

function nextTickMs(core: SessionCore): number {
  if (core.goodbye !== undefined) return core.goodbye.nextMs;
  if (!isActive(core)) return Number.POSITIVE_INFINITY;
  const { startedMs, lastAudioMs, answered, noAnswerReported, nextPingMs } = core.connection;
  return Math.min(
    nextPingMs,
    core.delivery.nextTickMs(),
    core.mix.nextFlushMs(),
    answered || noAnswerReported ? Number.POSITIVE_INFINITY : startedMs + NO_ANSWER_MS,
    lastAudioMs === undefined ? Number.POSITIVE_INFINITY : lastAudioMs + AUDIO_TIMEOUT_MS,
  );
}

function setJitter(core: SessionCore, jitter: JitterSettings): void {
  const before = core.jitter;
  core.jitter = jitter;
  if (isActive(core)) putOutJitter(core);
  const serverBlocksMoved = !jitter.auto && jitter.serverBlocks !== before.serverBlocks;
  if (jitter.auto !== before.auto || serverBlocksMoved) postJitter(core);
}

function changeMix(core: SessionCore, channelId: number, change: Partial<ChannelMix>): void {
  if (core.mix.change(channelId, change)) flushMix(core);
  else core.counted.ignored++;
}

/** Sizes rounded and clamped to 1…20 blocks. */
function saneJitter(settings: JitterSettings): JitterSettings {
  const sane = (blocks: number) => Math.min(MAX_JITTER_BLOCKS, Math.max(1, Math.round(blocks) || 1));
  return { auto: settings.auto, clientBlocks: sane(settings.clientBlocks), serverBlocks: sane(settings.serverBlocks) };
}
