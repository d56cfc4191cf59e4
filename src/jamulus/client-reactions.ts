/** What a client does about each message of the server: the table of reactions in sessions.md §3. */
import {
  announceStream,
  emit,
  end,
  flushMix,
  post,
  postJitter,
  postProfile,
  type SessionCore,
  setSilence,
  updateStream,
} from './client-core.ts';
import { operatingSystem } from './enumerations.ts';
import { MAX_LEVEL } from './levels.ts';
import { MAX_CHANNELS, MAX_JITTER_BLOCKS } from './limits.ts';
import { WELCOME_PREFIX } from './messages/chat-text.ts';
import type { ClientInfo } from './messages/client-info.ts';
import type { Message, Undecoded } from './messages/message.ts';
import { SEQUENCE_NUMBERS_SINCE, versionAtLeast } from './version.ts';

/**
 * The same channel given again within this time is a copy of the datagram that came late, not a server that started anew: taking
 * it for one would drop the licence and the recording notice, and open the microphone.
 */
const LATE_COPY_MS = 1000;
/** A reply that claims more than this is no reply to a ping of ours. */
const MAX_PING_MS = 10_000;

export function react(core: SessionCore, message: Message | Undecoded): void {
  switch (message.type) {
    case 'CLIENT_ID':
      takeChannel(core, message.channelId);
      break;
    case 'RAWAUDIO_SUPPORTED':
      offerRaw(core);
      break;
    case 'CONN_CLIENTS_LIST':
      takeClients(core, message.clients);
      break;
    case 'REQ_SPLIT_MESS_SUPPORT':
      core.delivery.allowSplit();
      post(core, { type: 'SPLIT_MESS_SUPPORTED' });
      break;
    case 'REQ_NETW_TRANSPORT_PROPS':
      announceStream(core);
      break;
    case 'REQ_JITT_BUF_SIZE':
      postJitter(core);
      break;
    case 'REQ_CHANNEL_INFOS':
      postProfile(core);
      break;
    case 'CHAT_TEXT':
      takeChat(core, message.text);
      break;
    case 'LICENCE_REQUIRED':
      takeLicence(core, message.required);
      break;
    case 'VERSION_AND_OS':
      takeVersion(core, message.version, message.os);
      break;
    case 'RECORDER_STATE':
      emit(core, { type: 'recorderState', state: message.state });
      break;
    case 'MUTE_STATE_CHANGED':
      takeMuteState(core, message.channelId, message.muted);
      break;
    case 'JITT_BUF_SIZE':
      takeServerJitter(core, message.blocks);
      break;
    case 'CLM_PING_MS':
      takePing(core, message.timeMs);
      break;
    case 'CLM_CHANNEL_LEVEL_LIST':
      takeLevels(core, message.levels);
      break;
    case 'CLM_SERVER_FULL':
      takeServerFull(core);
      break;
    case 'CLM_DISCONNECTION':
      end(core, 'server-said-goodbye');
      break;
    case 'UNKNOWN':
      core.counted.unknown++;
      break;
    case 'REJECTED':
      core.counted.rejected++;
      break;
    // What only servers and directories act upon, and answers to requests that a session does not make.
    case 'ACKN':
    case 'CHANNEL_GAIN':
    case 'REQ_CONN_CLIENTS_LIST':
    case 'NETW_TRANSPORT_PROPS':
    case 'CHANNEL_INFOS':
    case 'OPUS_SUPPORTED':
    case 'REQ_CHANNEL_LEVEL_LIST':
    case 'CHANNEL_PAN':
    case 'SPLIT_MESS_SUPPORTED':
    case 'CLM_PING_MS_WITHNUMCLIENTS':
    case 'CLM_REGISTER_SERVER':
    case 'CLM_UNREGISTER_SERVER':
    case 'CLM_SERVER_LIST':
    case 'CLM_REQ_SERVER_LIST':
    case 'CLM_SEND_EMPTY_MESSAGE':
    case 'CLM_EMPTY_MESSAGE':
    case 'CLM_VERSION_AND_OS':
    case 'CLM_REQ_VERSION_AND_OS':
    case 'CLM_CONN_CLIENTS_LIST':
    case 'CLM_REQ_CONN_CLIENTS_LIST':
    case 'CLM_REGISTER_SERVER_RESP':
    case 'CLM_REGISTER_SERVER_EX':
    case 'CLM_RED_SERVER_LIST':
    case 'CLM_SERVER_FEATURES':
    case 'CLM_REQ_SERVER_FEATURES':
    case 'CLM_WELCOME_MESSAGE':
    case 'CLM_REQ_WELCOME_MESSAGE':
      core.counted.ignored++;
      break;
    default:
      message satisfies never;
  }
}

function takeChannel(core: SessionCore, channelId: number): void {
  const { connection } = core;
  const isLateCopy = channelId === connection.ownChannel && core.nowMs < connection.channelSinceMs + LATE_COPY_MS;
  if (channelId >= MAX_CHANNELS || isLateCopy) {
    core.counted.ignored++;
    return;
  }
  // A channel twice on one connection: the server has started anew and knows nothing of us.
  const restarted = connection.ownChannel !== undefined;
  connection.ownChannel = channelId;
  connection.channelSinceMs = core.nowMs;
  core.state = 'connected';
  if (restarted) {
    core.mix.clear();
    connection.rawOffered = false;
    updateStream(core);
    if (connection.licencePending) setSilence(core, false);
    emit(core, { type: 'serverRestarted' });
    emit(core, { type: 'recorderState', state: 'unknown' });
  }
  emit(core, { type: 'connected', channelId });
}

function offerRaw(core: SessionCore): void {
  if (core.connection.rawOffered) return;
  core.connection.rawOffered = true;
  emit(core, { type: 'rawAudioOffered' });
  if (updateStream(core)) announceStream(core);
}

function takeClients(core: SessionCore, clients: readonly ClientInfo[]): void {
  const { ownChannel } = core.connection;
  core.counted.ignored += core.mix.setList(clients, ownChannel);
  emit(core, { type: 'clientList', clients: core.mix.list(ownChannel) });
  flushMix(core);
}

function takeChat(core: SessionCore, text: string): void {
  if (text.startsWith(WELCOME_PREFIX)) emit(core, { type: 'welcome', html: text.slice(WELCOME_PREFIX.length) });
  else emit(core, { type: 'chat', html: text });
}

function takeLicence(core: SessionCore, required: boolean): void {
  if (required === core.connection.licencePending) return;
  setSilence(core, required);
  if (required) emit(core, { type: 'licenceRequired' });
}

function takeVersion(core: SessionCore, version: string, os: number): void {
  emit(core, { type: 'serverVersion', version, os: operatingSystem(os) });
  core.connection.sequenceNumbers = versionAtLeast(version, SEQUENCE_NUMBERS_SINCE);
  if (updateStream(core) || core.connection.sequenceNumbers) announceStream(core);
}

function takeMuteState(core: SessionCore, channelId: number, muted: boolean): void {
  if (core.mix.setMutedMe(channelId, muted)) emit(core, { type: 'muteState', channelId, muted });
  else core.counted.ignored++;
}

function takeServerJitter(core: SessionCore, blocks: number): void {
  if (core.jitter.auto && blocks <= MAX_JITTER_BLOCKS) emit(core, { type: 'serverJitterBlocks', blocks });
  else core.counted.ignored++;
}

function takePing(core: SessionCore, timeMs: number): void {
  const pingMs = (Math.trunc(core.nowMs) - timeMs) | 0; // the wire carries the clock modulo 2³²
  if (pingMs < 0 || pingMs > MAX_PING_MS) {
    core.counted.ignored++;
    return;
  }
  core.connection.pingMs = pingMs;
  emit(core, { type: 'ping', ms: pingMs });
}

/** A list whose length does not fit the last client list can't be assigned to channels (messages.md §3.7). */
function takeLevels(core: SessionCore, wire: readonly number[]): void {
  const channelIds = core.mix.channelIds();
  if (wire.length !== channelIds.length) {
    core.counted.ignored++;
    return;
  }
  const levels = channelIds.map((channelId, i) => ({ channelId, level: Math.min(MAX_LEVEL, wire[i] ?? 0) }));
  emit(core, { type: 'levels', levels });
}

function takeServerFull(core: SessionCore): void {
  if (core.state !== 'connecting' || core.connection.serverFullReported) return;
  core.connection.serverFullReported = true;
  emit(core, { type: 'serverFull' });
}
