/**
 * The state of the room's session and the steps that its parts share: putting out, posting to one client, and keeping
 * every client up to date about list, recorder, licence, mutes and buffer size.
 *
 * What a client has been told is kept beside what is true, and the difference is posted when its queue has room. So a client
 * that acknowledges slowly, or never, misses states in between but no final one, and its queue stays short.
 */
import type { Delivery } from '../../jamulus/delivery.ts';
import type { RecorderState } from '../../jamulus/enumerations.ts';
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { ClientInfo } from '../../jamulus/messages/client-info.ts';
import { encodeMessage, type Message, messageDatagram } from '../../jamulus/messages/message.ts';
import type { StreamFormat } from '../../jamulus/stream-format.ts';
import type { Bucket } from '../../jamulus/token-bucket.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import type { RoomOrder } from '../room-ports.ts';
import type { RoomEvent, RoomOutput, RoomSettings } from './room-session-types.ts';
import type { StrangerLimit } from './stranger-limit.ts';

/** The greeting and a few messages fit; beyond it, only answers and what can't be said later are queued. */
const ROOMY_FRAMES = 32;
const ROOMY_BYTES = 64 * 1024;
/** How much later a change of the client list is sent that comes too soon after others. */
export const LIST_DELAY_MS = 1000;

export interface Channel {
  readonly channelId: number;
  readonly generation: number;
  readonly peer: PeerAddress;
  readonly openedMs: number;
  readonly delivery: Delivery;
  /** Has answered: an address that somebody made up does not. Only such a channel is in lists. */
  present: boolean;
  identified: boolean;
  info: ClientInfo;
  format: StreamFormat | null;
  jitterAuto: boolean;
  /** The size that the client should know of. */
  jitterBlocks: number;
  readonly sent: Sent;
  /** LICENCE_REQUIRED frames on their way; see licence.ts. */
  licencesUnderWay: number;
  readonly buckets: { readonly messages: Bucket; readonly chat: Bucket; readonly infos: Bucket };
}

/** What the client has been told, or will be told by what is queued. */
interface Sent {
  list: number;
  recorder: RecorderState | undefined;
  licence: boolean;
  jitterBlocks: number;
  /** By listener: 1 = "mutes you". */
  readonly mutedBy: Uint8Array;
  mutesStale: boolean;
}

export function nothingSent(list: number): Sent {
  return {
    list,
    recorder: undefined,
    licence: false,
    jitterBlocks: 10,
    mutedBy: new Uint8Array(MAX_CHANNELS),
    mutesStale: false,
  };
}

export interface RoomCore {
  settings: RoomSettings;
  /** By ID. */
  readonly channels: (Channel | undefined)[];
  /** The open channel of each peer. */
  readonly channelOfPeer: Map<string, Channel>;
  generation: number;
  /** Changes with the client list. */
  listVersion: number;
  /** The body of the list of this version, once it has been needed. */
  listBody: { readonly version: number; readonly body: Uint8Array } | undefined;
  /** When the list changes for those whose changes come too often. */
  listDueMs: number;
  lastFullMs: number;
  /** 1 = muted, by listener × 150 + source. */
  readonly muted: Uint8Array;
  readonly strangers: StrangerLimit;
  /** The time and the outputs of the step that is being taken. */
  nowMs: number;
  secondsOfDay: number;
  outputs: RoomOutput[];
  readonly counted: {
    unknown: number;
    rejected: number;
    ignored: number;
    limited: number;
    full: number;
    displaced: number;
  };
  /** Of the channels that are closed. */
  readonly closed: { duplicates: number; retransmissions: number; overflows: number };
}

export function send(core: RoomCore, peer: PeerAddress, message: Message): void {
  core.outputs.push({ type: 'send', peer, datagram: messageDatagram(message) });
}

export function order(core: RoomCore, given: RoomOrder): void {
  core.outputs.push({ type: 'order', order: given });
}

export function emit(core: RoomCore, event: RoomEvent): void {
  core.outputs.push({ type: 'event', event });
}

/** Queues a connection-bound message; false if there is no room. */
export function post(core: RoomCore, channel: Channel, message: Message): boolean {
  const { id, body } = encodeMessage(message);
  return channel.delivery.post(id, body, core.nowMs);
}

export function hasRoom({ delivery }: Channel): boolean {
  return delivery.queuedFrames() < ROOMY_FRAMES && delivery.queuedBytes() < ROOMY_BYTES;
}

/** Open channels, ascending IDs. */
export function openChannels(core: RoomCore): Channel[] {
  return core.channels.filter((channel) => channel !== undefined);
}

export function presentChannels(core: RoomCore): Channel[] {
  return openChannels(core).filter(({ present }) => present);
}

/** Somebody has come, gone, or changed: everybody gets the new list. */
export function changeList(core: RoomCore): void {
  core.listVersion += 1;
  core.listDueMs = Number.POSITIVE_INFINITY;
  bringAllUpToDate(core);
}

export function bringAllUpToDate(core: RoomCore): void {
  for (const channel of openChannels(core)) bringUpToDate(core, channel);
}

/** Posts what has changed since the client was told, as far as there is room; the rest with its next acknowledgement. */
export function bringUpToDate(core: RoomCore, channel: Channel): void {
  const { sent } = channel;
  const { licenceRequired, recorder } = core.settings;
  if (sent.licence !== licenceRequired && hasRoom(channel)) {
    if (post(core, channel, { type: 'LICENCE_REQUIRED', required: licenceRequired })) {
      sent.licence = licenceRequired;
      channel.licencesUnderWay += 1;
    }
  }
  if (sent.recorder !== recorder && hasRoom(channel)) {
    if (post(core, channel, { type: 'RECORDER_STATE', state: recorder })) sent.recorder = recorder;
  }
  if (sent.list !== core.listVersion && hasRoom(channel)) sendList(core, channel);
  if (sent.mutesStale) sendMutes(core, channel);
  if (channel.jitterAuto && sent.jitterBlocks !== channel.jitterBlocks && hasRoom(channel)) {
    if (post(core, channel, { type: 'JITT_BUF_SIZE', blocks: channel.jitterBlocks })) {
      sent.jitterBlocks = channel.jitterBlocks;
    }
  }
}

function sendList(core: RoomCore, channel: Channel): void {
  const { id, body } = listMessage(core);
  if (channel.delivery.post(id, body, core.nowMs)) channel.sent.list = core.listVersion;
}

function sendMutes(core: RoomCore, channel: Channel): void {
  const { mutedBy } = channel.sent;
  for (let listener = 0; listener < MAX_CHANNELS; listener++) {
    const muted = core.muted[listener * MAX_CHANNELS + channel.channelId] as number;
    if (mutedBy[listener] === muted) continue;
    if (!hasRoom(channel)) return;
    if (!post(core, channel, { type: 'MUTE_STATE_CHANGED', channelId: listener, muted: muted === 1 })) return;
    mutedBy[listener] = muted;
  }
  channel.sent.mutesStale = false;
}

/** Who is there, without addresses (privacy.md S5). */
export function clientInfos(core: RoomCore): ClientInfo[] {
  return presentChannels(core).map(({ info }) => info);
}

function listMessage(core: RoomCore): { readonly id: number; readonly body: Uint8Array } {
  const { id } = LIST_MESSAGE;
  if (core.listBody?.version !== core.listVersion) {
    const { body } = encodeMessage({ type: 'CONN_CLIENTS_LIST', clients: clientInfos(core) });
    core.listBody = { version: core.listVersion, body };
  }
  return { id, body: core.listBody.body };
}

const LIST_MESSAGE = encodeMessage({ type: 'CONN_CLIENTS_LIST', clients: [] });
