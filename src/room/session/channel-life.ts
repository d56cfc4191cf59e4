/** How a client gets a channel, is greeted, and loses it again (sessions.md §5). */
import { createDelivery } from '../../jamulus/delivery.ts';
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import { WELCOME_PREFIX } from '../../jamulus/messages/chat-text.ts';
import { decodeMessage, encodeMessage, type Message, messageDatagram } from '../../jamulus/messages/message.ts';
import { fullBucket } from '../../jamulus/token-bucket.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { ROOM_OS, ROOM_VERSION, welcomeText } from './announcement.ts';
import { reactToClient } from './client-messages.ts';
import { beginLicence, licenceShown } from './licence.ts';
import { CHAT_RATE, INFOS_RATE, MESSAGE_RATE } from './rates.ts';
import {
  bringUpToDate,
  type Channel,
  changeList,
  emit,
  nothingSent,
  openChannels,
  order,
  post,
  type RoomCore,
  send,
} from './room-core.ts';
import type { LeaveReason } from './room-session-types.ts';

/** A channel on which nobody has answered for this time gives way to a newcomer who finds none free. */
const UNANSWERED_MS = 2000;
/** Shortest time between two events that say that the room is full. */
const FULL_EVENT_MS = 1000;
const LICENCE_ID = encodeMessage({ type: 'LICENCE_REQUIRED', required: true }).id;
const FULL_BYTES = messageDatagram({ type: 'CLM_SERVER_FULL' }).length;

/** The key of a peer in maps. */
export function peerKey(peer: PeerAddress): string {
  return String.fromCharCode(...peer);
}

/** A datagram that is no message came from a peer without channel. */
export function admit(core: RoomCore, peer: PeerAddress): void {
  const channelId = freeChannel(core);
  if (channelId === undefined) {
    refuse(core, peer);
    return;
  }
  const channel = openChannel(core, channelId, peer);
  greet(core, channel);
  beginLicence(core, channel);
}

/** The lowest free ID, below the limit; if there is none, that of the oldest channel where nobody has answered. */
function freeChannel(core: RoomCore): number | undefined {
  const { maxChannels } = core.settings;
  const open = openChannels(core);
  if (open.length < maxChannels) {
    for (let id = 0; id < maxChannels; id++) if (core.channels[id] === undefined) return id;
  }
  const silent = open.filter(({ present, openedMs, channelId }) => {
    return !present && core.nowMs >= openedMs + UNANSWERED_MS && channelId < maxChannels;
  });
  const oldest = silent.sort((a, b) => a.openedMs - b.openedMs)[0];
  if (oldest === undefined || open.length > maxChannels) return undefined;
  core.counted.displaced++;
  closeChannel(core, oldest, 'timeout');
  return oldest.channelId;
}

function refuse(core: RoomCore, peer: PeerAddress): void {
  core.counted.full++;
  if (core.strangers.allows(peer, FULL_BYTES, core.nowMs)) send(core, peer, { type: 'CLM_SERVER_FULL' });
  if (core.nowMs < core.lastFullMs + FULL_EVENT_MS) return;
  core.lastFullMs = core.nowMs;
  emit(core, { type: 'full' });
}

function openChannel(core: RoomCore, channelId: number, peer: PeerAddress): Channel {
  const { nowMs } = core;
  core.generation = (core.generation + 1) & 0xffff;
  const channel: Channel = {
    channelId,
    generation: core.generation,
    peer,
    openedMs: nowMs,
    delivery: createDelivery({
      send: (datagram) => core.outputs.push({ type: 'send', peer, datagram }),
      evaluate: (id, body) => {
        appear(core, channel);
        reactToClient(core, channel, decodeMessage(id, body));
      },
      acknowledged: (id) => {
        appear(core, channel);
        if (id === LICENCE_ID) licenceShown(core, channel);
        bringUpToDate(core, channel);
      },
    }),
    present: false,
    identified: false,
    info: { channelId, name: '', city: '', countryCode: 0, instrument: 0, skill: 'not-set' },
    format: null,
    jitterAuto: true,
    jitterBlocks: 10,
    sent: nothingSent(core.listVersion),
    licencesUnderWay: 0,
    buckets: {
      messages: fullBucket(MESSAGE_RATE, nowMs),
      chat: fullBucket(CHAT_RATE, nowMs),
      infos: fullBucket(INFOS_RATE, nowMs),
    },
  };
  core.channels[channelId] = channel;
  core.channelOfPeer.set(peerKey(peer), channel);
  order(core, { type: 'openChannel', channelId, generation: channel.generation, peer });
  forgetMutes(core, channelId);
  return channel;
}

/** The ID's former user muted nobody any more, and nobody mutes the new one (sessions.md §5, step 2). */
function forgetMutes(core: RoomCore, channelId: number): void {
  for (let other = 0; other < MAX_CHANNELS; other++) {
    core.muted[channelId * MAX_CHANNELS + other] = 0;
    core.muted[other * MAX_CHANNELS + channelId] = 0;
  }
  for (const channel of openChannels(core)) {
    if (channel.sent.mutedBy[channelId] === 0) continue;
    channel.sent.mutesStale = true;
    bringUpToDate(core, channel);
  }
}

/** In this order (sessions.md §5, step 3); CLIENT_ID must be the first. */
function greet(core: RoomCore, channel: Channel): void {
  const { settings } = core;
  const welcome = welcomeText(settings);
  const say = (message: Message) => post(core, channel, message);
  say({ type: 'CLIENT_ID', channelId: channel.channelId });
  if (settings.rawAudio) say({ type: 'RAWAUDIO_SUPPORTED' });
  say({ type: 'CONN_CLIENTS_LIST', clients: [] });
  say({ type: 'REQ_SPLIT_MESS_SUPPORT' });
  say({ type: 'REQ_NETW_TRANSPORT_PROPS' });
  say({ type: 'REQ_JITT_BUF_SIZE' });
  say({ type: 'REQ_CHANNEL_INFOS' });
  if (welcome !== '') say({ type: 'CHAT_TEXT', text: WELCOME_PREFIX + welcome });
  if (settings.licenceRequired) {
    say({ type: 'LICENCE_REQUIRED', required: true });
    channel.sent.licence = true;
    channel.licencesUnderWay = 1;
  }
  say({ type: 'VERSION_AND_OS', os: ROOM_OS, version: ROOM_VERSION });
  say({ type: 'RECORDER_STATE', state: settings.recorder });
  channel.sent.recorder = settings.recorder;
}

/** Somebody has answered on this channel. */
function appear(core: RoomCore, channel: Channel): void {
  if (channel.present) return;
  channel.present = true;
  core.listBody = undefined;
  emit(core, { type: 'joined', channelId: channel.channelId });
}

export function closeChannel(core: RoomCore, channel: Channel, reason: LeaveReason): void {
  const { channelId } = channel;
  core.channels[channelId] = undefined;
  core.channelOfPeer.delete(peerKey(channel.peer));
  const { duplicates, retransmissions, overflows } = channel.delivery.totals();
  core.closed.duplicates += duplicates;
  core.closed.retransmissions += retransmissions;
  core.closed.overflows += overflows;
  order(core, { type: 'closeChannel', channelId });
  if (!channel.present) return;
  emit(core, { type: 'left', channelId, reason });
  changeList(core);
}
