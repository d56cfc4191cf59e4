/** All messages of the protocol in one table (messages.md §4, §5). The split container 2001 is in split.ts. */

import { buildFrame } from '../frame.ts';
import { type Ackn, ackn } from './ackn.ts';
import { type ChannelGain, channelGain } from './channel-gain.ts';
import { type ChannelInfos, channelInfos } from './channel-infos.ts';
import { type ChannelPan, channelPan } from './channel-pan.ts';
import { type ChatText, chatText } from './chat-text.ts';
import { type ClientId, clientId } from './client-id.ts';
import { type ClmChannelLevelList, clmChannelLevelList } from './clm-channel-level-list.ts';
import { type ClmConnClientsList, clmConnClientsList } from './clm-conn-clients-list.ts';
import { type ClmDisconnection, clmDisconnection } from './clm-disconnection.ts';
import { type ClmEmptyMessage, clmEmptyMessage } from './clm-empty-message.ts';
import { type ClmPingMs, clmPingMs } from './clm-ping-ms.ts';
import { type ClmPingMsWithnumclients, clmPingMsWithnumclients } from './clm-ping-ms-withnumclients.ts';
import { type ClmRedServerList, clmRedServerList } from './clm-red-server-list.ts';
import { type ClmRegisterServer, clmRegisterServer } from './clm-register-server.ts';
import { type ClmRegisterServerEx, clmRegisterServerEx } from './clm-register-server-ex.ts';
import { type ClmRegisterServerResp, clmRegisterServerResp } from './clm-register-server-resp.ts';
import { type ClmReqConnClientsList, clmReqConnClientsList } from './clm-req-conn-clients-list.ts';
import { type ClmReqServerFeatures, clmReqServerFeatures } from './clm-req-server-features.ts';
import { type ClmReqServerList, clmReqServerList } from './clm-req-server-list.ts';
import { type ClmReqVersionAndOs, clmReqVersionAndOs } from './clm-req-version-and-os.ts';
import { type ClmReqWelcomeMessage, clmReqWelcomeMessage } from './clm-req-welcome-message.ts';
import { type ClmSendEmptyMessage, clmSendEmptyMessage } from './clm-send-empty-message.ts';
import { type ClmServerFeatures, clmServerFeatures } from './clm-server-features.ts';
import { type ClmServerFull, clmServerFull } from './clm-server-full.ts';
import { type ClmServerList, clmServerList } from './clm-server-list.ts';
import { type ClmUnregisterServer, clmUnregisterServer } from './clm-unregister-server.ts';
import { type ClmVersionAndOs, clmVersionAndOs } from './clm-version-and-os.ts';
import { type ClmWelcomeMessage, clmWelcomeMessage } from './clm-welcome-message.ts';
import type { MessageCodec } from './codec.ts';
import { type ConnClientsList, connClientsList } from './conn-clients-list.ts';
import { type JittBufSize, jittBufSize } from './jitt-buf-size.ts';
import { type LicenceRequired, licenceRequired } from './licence-required.ts';
import { type MuteStateChanged, muteStateChanged } from './mute-state-changed.ts';
import { type NetwTransportProps, netwTransportProps } from './netw-transport-props.ts';
import { type OpusSupported, opusSupported } from './opus-supported.ts';
import { type RawaudioSupported, rawaudioSupported } from './rawaudio-supported.ts';
import { type RecorderStateMessage, recorderStateMessage } from './recorder-state.ts';
import { type ReqChannelInfos, reqChannelInfos } from './req-channel-infos.ts';
import { type ReqChannelLevelList, reqChannelLevelList } from './req-channel-level-list.ts';
import { type ReqConnClientsList, reqConnClientsList } from './req-conn-clients-list.ts';
import { type ReqJittBufSize, reqJittBufSize } from './req-jitt-buf-size.ts';
import { type ReqNetwTransportProps, reqNetwTransportProps } from './req-netw-transport-props.ts';
import { type ReqSplitMessSupport, reqSplitMessSupport } from './req-split-mess-support.ts';
import { type SplitMessSupported, splitMessSupported } from './split-mess-supported.ts';
import { type VersionAndOs, versionAndOs } from './version-and-os.ts';

export type Message =
  | Ackn
  | JittBufSize
  | ReqJittBufSize
  | ChannelGain
  | ReqConnClientsList
  | ChatText
  | NetwTransportProps
  | ReqNetwTransportProps
  | ReqChannelInfos
  | ConnClientsList
  | ChannelInfos
  | OpusSupported
  | LicenceRequired
  | ReqChannelLevelList
  | VersionAndOs
  | ChannelPan
  | MuteStateChanged
  | ClientId
  | RecorderStateMessage
  | ReqSplitMessSupport
  | SplitMessSupported
  | RawaudioSupported
  | ClmPingMs
  | ClmPingMsWithnumclients
  | ClmServerFull
  | ClmRegisterServer
  | ClmUnregisterServer
  | ClmServerList
  | ClmReqServerList
  | ClmSendEmptyMessage
  | ClmEmptyMessage
  | ClmDisconnection
  | ClmVersionAndOs
  | ClmReqVersionAndOs
  | ClmConnClientsList
  | ClmReqConnClientsList
  | ClmChannelLevelList
  | ClmRegisterServerResp
  | ClmRegisterServerEx
  | ClmRedServerList
  | ClmServerFeatures
  | ClmReqServerFeatures
  | ClmWelcomeMessage
  | ClmReqWelcomeMessage;

type Codecs = { readonly [T in Message['type']]: MessageCodec<Extract<Message, { type: T }>> };

const CODECS: Codecs = {
  ACKN: ackn,
  JITT_BUF_SIZE: jittBufSize,
  REQ_JITT_BUF_SIZE: reqJittBufSize,
  CHANNEL_GAIN: channelGain,
  REQ_CONN_CLIENTS_LIST: reqConnClientsList,
  CHAT_TEXT: chatText,
  NETW_TRANSPORT_PROPS: netwTransportProps,
  REQ_NETW_TRANSPORT_PROPS: reqNetwTransportProps,
  REQ_CHANNEL_INFOS: reqChannelInfos,
  CONN_CLIENTS_LIST: connClientsList,
  CHANNEL_INFOS: channelInfos,
  OPUS_SUPPORTED: opusSupported,
  LICENCE_REQUIRED: licenceRequired,
  REQ_CHANNEL_LEVEL_LIST: reqChannelLevelList,
  VERSION_AND_OS: versionAndOs,
  CHANNEL_PAN: channelPan,
  MUTE_STATE_CHANGED: muteStateChanged,
  CLIENT_ID: clientId,
  RECORDER_STATE: recorderStateMessage,
  REQ_SPLIT_MESS_SUPPORT: reqSplitMessSupport,
  SPLIT_MESS_SUPPORTED: splitMessSupported,
  RAWAUDIO_SUPPORTED: rawaudioSupported,
  CLM_PING_MS: clmPingMs,
  CLM_PING_MS_WITHNUMCLIENTS: clmPingMsWithnumclients,
  CLM_SERVER_FULL: clmServerFull,
  CLM_REGISTER_SERVER: clmRegisterServer,
  CLM_UNREGISTER_SERVER: clmUnregisterServer,
  CLM_SERVER_LIST: clmServerList,
  CLM_REQ_SERVER_LIST: clmReqServerList,
  CLM_SEND_EMPTY_MESSAGE: clmSendEmptyMessage,
  CLM_EMPTY_MESSAGE: clmEmptyMessage,
  CLM_DISCONNECTION: clmDisconnection,
  CLM_VERSION_AND_OS: clmVersionAndOs,
  CLM_REQ_VERSION_AND_OS: clmReqVersionAndOs,
  CLM_CONN_CLIENTS_LIST: clmConnClientsList,
  CLM_REQ_CONN_CLIENTS_LIST: clmReqConnClientsList,
  CLM_CHANNEL_LEVEL_LIST: clmChannelLevelList,
  CLM_REGISTER_SERVER_RESP: clmRegisterServerResp,
  CLM_REGISTER_SERVER_EX: clmRegisterServerEx,
  CLM_RED_SERVER_LIST: clmRedServerList,
  CLM_SERVER_FEATURES: clmServerFeatures,
  CLM_REQ_SERVER_FEATURES: clmReqServerFeatures,
  CLM_WELCOME_MESSAGE: clmWelcomeMessage,
  CLM_REQ_WELCOME_MESSAGE: clmReqWelcomeMessage,
};

const CODEC_BY_ID = new Map<number, MessageCodec<Message>>(
  Object.values(CODECS).map((codec) => [codec.id, codec as MessageCodec<Message>]),
);

/** UNKNOWN: no such message, or an obsolete one. REJECTED: the body breaks a rule of the specification. */
export type Undecoded = { readonly type: 'UNKNOWN' } | { readonly type: 'REJECTED' };

const UNKNOWN: Undecoded = { type: 'UNKNOWN' };
const REJECTED: Undecoded = { type: 'REJECTED' };

/** The message with this ID and body. Never throws. */
export function decodeMessage(id: number, body: Uint8Array): Message | Undecoded {
  const codec = CODEC_BY_ID.get(id);
  if (codec === undefined) return UNKNOWN;
  return codec.decode(body) ?? REJECTED;
}

export function encodeMessage(message: Message): { readonly id: number; readonly body: Uint8Array } {
  const codec = CODECS[message.type] as MessageCodec<Message>;
  return { id: codec.id, body: codec.encode(message) };
}

/** The datagram of a message that is not acknowledged: all of type CLM_…, and ACKN with its counter. */
export function messageDatagram(message: Message, counter = 0): Uint8Array {
  const { id, body } = encodeMessage(message);
  return buildFrame(id, counter, body);
}
