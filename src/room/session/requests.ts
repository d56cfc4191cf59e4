/** What the room does about connectionless messages, from clients and from strangers (messages.md §5). */
import type { Message, Undecoded } from '../../jamulus/messages/message.ts';
import { messageDatagram } from '../../jamulus/messages/message.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { featureBits, ROOM_OS, ROOM_VERSION, welcomeText } from './announcement.ts';
import { closeChannel } from './channel-life.ts';
import { type Channel, clientInfos, presentChannels, type RoomCore } from './room-core.ts';

/** `channel` is the peer's, if it has one. */
export function reactToRequest(
  core: RoomCore,
  peer: PeerAddress,
  channel: Channel | undefined,
  message: Message | Undecoded,
): void {
  switch (message.type) {
    case 'CLM_PING_MS':
      answer(core, peer, channel, message);
      break;
    case 'CLM_PING_MS_WITHNUMCLIENTS':
      answer(core, peer, channel, { ...message, clients: presentChannels(core).length });
      break;
    case 'CLM_REQ_VERSION_AND_OS':
      answer(core, peer, channel, { type: 'CLM_VERSION_AND_OS', os: ROOM_OS, version: ROOM_VERSION });
      break;
    case 'CLM_REQ_CONN_CLIENTS_LIST':
      answer(core, peer, channel, { type: 'CLM_CONN_CLIENTS_LIST', clients: clientInfos(core) });
      break;
    case 'CLM_REQ_SERVER_FEATURES':
      answer(core, peer, channel, { type: 'CLM_SERVER_FEATURES', features: featureBits(core.settings) });
      break;
    case 'CLM_REQ_WELCOME_MESSAGE':
      answer(core, peer, channel, { type: 'CLM_WELCOME_MESSAGE', text: welcomeText(core.settings) });
      break;
    case 'CLM_DISCONNECTION':
      if (channel === undefined) core.counted.ignored++;
      else closeChannel(core, channel, 'left');
      break;
    case 'CLM_REGISTER_SERVER':
    case 'CLM_REGISTER_SERVER_EX':
    case 'CLM_UNREGISTER_SERVER':
    case 'CLM_REGISTER_SERVER_RESP':
    case 'CLM_REQ_SERVER_LIST':
    case 'CLM_SEND_EMPTY_MESSAGE':
      core.outputs.push({ type: 'directory', peer, message });
      break;
    // It has kept a path open by coming here.
    case 'CLM_EMPTY_MESSAGE':
      break;
    case 'UNKNOWN':
      core.counted.unknown++;
      break;
    case 'REJECTED':
      core.counted.rejected++;
      break;
    default:
      core.counted.ignored++;
      break;
  }
}

/** Clients have their own rate; for everybody else, answers could be going to somebody who never asked. */
function answer(core: RoomCore, peer: PeerAddress, channel: Channel | undefined, message: Message): void {
  const datagram = messageDatagram(message);
  if (channel?.present === true || core.strangers.allows(peer, datagram.length, core.nowMs)) {
    core.outputs.push({ type: 'send', peer, datagram });
  } else {
    core.counted.limited++;
  }
}
