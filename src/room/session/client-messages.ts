/** What the room does about each connection-bound message of a client (messages.md §4). */
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { ChannelInfos } from '../../jamulus/messages/channel-infos.ts';
import { JITT_BUF_AUTO } from '../../jamulus/messages/jitt-buf-size.ts';
import type { Message, Undecoded } from '../../jamulus/messages/message.ts';
import type { NetwTransportProps } from '../../jamulus/messages/netw-transport-props.ts';
import { sameFormat } from '../../jamulus/stream-format.ts';
import { takeTokens } from '../../jamulus/token-bucket.ts';
import { formatOfProps } from '../../jamulus/transport.ts';
import { MAX_ROOM_FRAME_BYTES, MIN_ROOM_FRAME_BYTES } from '../room-ports.ts';
import { chatLine } from './chat-relay.ts';
import { CHAT_RATE, INFOS_RATE } from './rates.ts';
import {
  bringUpToDate,
  type Channel,
  changeList,
  emit,
  hasRoom,
  LIST_DELAY_MS,
  order,
  post,
  presentChannels,
  type RoomCore,
} from './room-core.ts';

export function reactToClient(core: RoomCore, channel: Channel, message: Message | Undecoded): void {
  switch (message.type) {
    case 'CHANNEL_INFOS':
      takeInfos(core, channel, message);
      break;
    case 'NETW_TRANSPORT_PROPS':
      takeTransport(core, channel, message);
      break;
    case 'JITT_BUF_SIZE':
      takeJitter(core, channel, message.blocks);
      break;
    case 'CHANNEL_GAIN':
      takeGain(core, channel, message.channelId, message.gain);
      break;
    case 'CHANNEL_PAN':
      if (core.channels[message.channelId] === undefined) core.counted.ignored++;
      else order(core, { type: 'setPan', listener: channel.channelId, source: message.channelId, pan: message.pan });
      break;
    case 'REQ_CONN_CLIENTS_LIST':
      channel.sent.list = -1;
      bringUpToDate(core, channel);
      break;
    case 'CHAT_TEXT':
      relayChat(core, channel, message.text);
      break;
    case 'SPLIT_MESS_SUPPORTED':
      channel.delivery.allowSplit();
      break;
    case 'UNKNOWN':
      core.counted.unknown++;
      break;
    case 'REJECTED':
      core.counted.rejected++;
      break;
    // Level lists go to everybody since 3.6.0; the rest is what only servers and directories say.
    case 'REQ_CHANNEL_LEVEL_LIST':
      break;
    default:
      core.counted.ignored++;
      break;
  }
}

function takeInfos(core: RoomCore, channel: Channel, { type: _, ...infos }: ChannelInfos): void {
  const info = { channelId: channel.channelId, ...infos };
  const isFirst = !channel.identified;
  if (!isFirst && sameInfo(channel.info, info)) return;
  channel.identified = true;
  channel.info = info;
  if (isFirst) order(core, { type: 'setIdentified', channelId: channel.channelId });
  emit(core, { type: 'named', channelId: channel.channelId, info });
  if (takeTokens(channel.buckets.infos, INFOS_RATE, 1, core.nowMs)) changeList(core);
  else core.listDueMs = Math.min(core.listDueMs, core.nowMs + LIST_DELAY_MS);
}

function sameInfo(a: Channel['info'], b: Channel['info']): boolean {
  return (
    a.name === b.name &&
    a.city === b.city &&
    a.countryCode === b.countryCode &&
    a.instrument === b.instrument &&
    a.skill === b.skill
  );
}

function takeTransport(core: RoomCore, channel: Channel, props: NetwTransportProps): void {
  const announced = formatOfProps(props);
  if (announced === undefined) {
    if (hasRoom(channel)) post(core, channel, { type: 'OPUS_SUPPORTED' });
    return;
  }
  const format = { ...announced, raw: announced.raw && core.settings.rawAudio };
  if (format.frameBytes < MIN_ROOM_FRAME_BYTES || format.frameBytes > MAX_ROOM_FRAME_BYTES) {
    core.counted.rejected++;
    return;
  }
  if (channel.format !== null && sameFormat(channel.format, format)) return;
  channel.format = format;
  order(core, { type: 'setTransport', channelId: channel.channelId, format });
}

function takeJitter(core: RoomCore, channel: Channel, wanted: number): void {
  channel.jitterAuto = wanted === JITT_BUF_AUTO;
  if (!channel.jitterAuto) {
    // The size now, and one that the client knows of.
    channel.jitterBlocks = wanted;
    channel.sent.jitterBlocks = wanted;
  }
  const { channelId, jitterAuto: auto, jitterBlocks: blocks } = channel;
  order(core, { type: 'setJitter', channelId, auto, blocks });
}

function takeGain(core: RoomCore, listener: Channel, sourceId: number, gain: number): void {
  const source = core.channels[sourceId];
  if (source === undefined) {
    core.counted.ignored++;
    return;
  }
  order(core, { type: 'setGain', listener: listener.channelId, source: sourceId, gain });
  const at = listener.channelId * MAX_CHANNELS + sourceId;
  const muted = gain === 0 ? 1 : 0;
  if (core.muted[at] === muted) return;
  core.muted[at] = muted;
  source.sent.mutesStale = true;
  bringUpToDate(core, source);
}

function relayChat(core: RoomCore, channel: Channel, text: string): void {
  if (text === '') {
    core.counted.ignored++;
    return;
  }
  if (!takeTokens(channel.buckets.chat, CHAT_RATE, 1, core.nowMs)) {
    core.counted.limited++;
    return;
  }
  const line = chatLine(channel.channelId, channel.info.name, text, core.secondsOfDay);
  for (const listener of presentChannels(core)) {
    if (!hasRoom(listener) || !post(core, listener, { type: 'CHAT_TEXT', text: line })) core.counted.limited++;
  }
  emit(core, { type: 'chatRelayed', channelId: channel.channelId });
}
