/** Random valid messages of every kind, for property tests. */
import fc from 'fast-check';
import type { Message } from '../../src/jamulus/messages/message.ts';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const channelId = fc.integer({ min: 0, max: 149 });
const skill = fc.constantFrom('not-set', 'beginner', 'intermediate', 'expert');
const ipv4 = fc.ipV4();

function text(maxUnits: number) {
  return fc.string({ unit: 'binary', maxLength: maxUnits }).filter((value) => value.length <= maxUnits);
}

function of<T extends Message['type'], F extends object>(type: T, fields: fc.Arbitrary<F>) {
  return fields.map((values) => ({ type, ...values }) as unknown as Message);
}

const nothing = fc.constant({});
const name = text(16);
const city = text(20);
const serverName = text(20);
const version = fc.record({ os: u8, version: text(50) });
const person = { countryCode: u16, instrument: u32, skill, name, city };
const clients = fc.record({ clients: fc.array(fc.record({ channelId: u8, ...person }), { maxLength: 150 }) });
const registration = fc.record({
  internalPort: u16,
  internalAddress: fc.oneof(fc.constant(''), ipv4),
  countryCode: u16,
  maxClients: u8,
  permanent: fc.boolean(),
  name: serverName,
  city,
});
const place = { address: ipv4, port: u16, name: serverName };
const server = fc.record({ ...place, countryCode: u16, maxClients: u8, permanent: fc.boolean(), city });

/** One arbitrary a message type; the type checker sees to it that none is missing. */
export const MESSAGES: { readonly [T in Message['type']]: fc.Arbitrary<Message> } = {
  ACKN: of('ACKN', fc.record({ acknowledgedId: u16 })),
  JITT_BUF_SIZE: of('JITT_BUF_SIZE', fc.record({ blocks: fc.integer({ min: 1, max: 21 }) })),
  REQ_JITT_BUF_SIZE: of('REQ_JITT_BUF_SIZE', nothing),
  CHANNEL_GAIN: of('CHANNEL_GAIN', fc.record({ channelId, gain: u16.map((wire) => wire / 32768) })),
  REQ_CONN_CLIENTS_LIST: of('REQ_CONN_CLIENTS_LIST', nothing),
  CHAT_TEXT: of('CHAT_TEXT', fc.record({ text: text(1800) })),
  NETW_TRANSPORT_PROPS: of(
    'NETW_TRANSPORT_PROPS',
    fc.record({
      basePacketBytes: fc.integer({ min: 10, max: 20000 }),
      blockFactor: fc.constantFrom(1, 2, 4),
      channels: fc.constantFrom(1, 2),
      sampleRate: u32,
      codec: fc.constantFrom(1, 2, 3),
      sequenceNumbers: fc.boolean(),
    }),
  ),
  REQ_NETW_TRANSPORT_PROPS: of('REQ_NETW_TRANSPORT_PROPS', nothing),
  REQ_CHANNEL_INFOS: of('REQ_CHANNEL_INFOS', nothing),
  CONN_CLIENTS_LIST: of('CONN_CLIENTS_LIST', clients),
  CHANNEL_INFOS: of('CHANNEL_INFOS', fc.record(person)),
  OPUS_SUPPORTED: of('OPUS_SUPPORTED', nothing),
  LICENCE_REQUIRED: of('LICENCE_REQUIRED', fc.record({ required: fc.boolean() })),
  REQ_CHANNEL_LEVEL_LIST: of('REQ_CHANNEL_LEVEL_LIST', fc.record({ wanted: fc.boolean() })),
  VERSION_AND_OS: of('VERSION_AND_OS', version),
  CHANNEL_PAN: of(
    'CHANNEL_PAN',
    fc.record({ channelId, pan: fc.integer({ min: 0, max: 32768 }).map((wire) => wire / 32768) }),
  ),
  MUTE_STATE_CHANGED: of('MUTE_STATE_CHANGED', fc.record({ channelId: u8, muted: fc.boolean() })),
  CLIENT_ID: of('CLIENT_ID', fc.record({ channelId: u8 })),
  RECORDER_STATE: of(
    'RECORDER_STATE',
    fc.record({ state: fc.constantFrom('not-initialised', 'not-enabled', 'recording') }),
  ),
  REQ_SPLIT_MESS_SUPPORT: of('REQ_SPLIT_MESS_SUPPORT', nothing),
  SPLIT_MESS_SUPPORTED: of('SPLIT_MESS_SUPPORTED', nothing),
  RAWAUDIO_SUPPORTED: of('RAWAUDIO_SUPPORTED', nothing),
  CLM_PING_MS: of('CLM_PING_MS', fc.record({ timeMs: u32 })),
  CLM_PING_MS_WITHNUMCLIENTS: of('CLM_PING_MS_WITHNUMCLIENTS', fc.record({ timeMs: u32, clients: u8 })),
  CLM_SERVER_FULL: of('CLM_SERVER_FULL', nothing),
  CLM_REGISTER_SERVER: of('CLM_REGISTER_SERVER', fc.record({ registration })),
  CLM_UNREGISTER_SERVER: of('CLM_UNREGISTER_SERVER', nothing),
  CLM_SERVER_LIST: of('CLM_SERVER_LIST', fc.record({ servers: fc.array(server, { maxLength: 150 }) })),
  CLM_REQ_SERVER_LIST: of('CLM_REQ_SERVER_LIST', nothing),
  CLM_SEND_EMPTY_MESSAGE: of('CLM_SEND_EMPTY_MESSAGE', fc.record({ address: ipv4, port: u16 })),
  CLM_EMPTY_MESSAGE: of('CLM_EMPTY_MESSAGE', nothing),
  CLM_DISCONNECTION: of('CLM_DISCONNECTION', nothing),
  CLM_VERSION_AND_OS: of('CLM_VERSION_AND_OS', version),
  CLM_REQ_VERSION_AND_OS: of('CLM_REQ_VERSION_AND_OS', nothing),
  CLM_CONN_CLIENTS_LIST: of('CLM_CONN_CLIENTS_LIST', clients),
  CLM_REQ_CONN_CLIENTS_LIST: of('CLM_REQ_CONN_CLIENTS_LIST', nothing),
  CLM_CHANNEL_LEVEL_LIST: of(
    'CLM_CHANNEL_LEVEL_LIST',
    fc.record({ levels: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 150 }) }),
  ),
  CLM_REGISTER_SERVER_RESP: of(
    'CLM_REGISTER_SERVER_RESP',
    fc.record({ result: fc.constantFrom('registered', 'list-full', 'version-too-old', 'requirements-not-met') }),
  ),
  CLM_REGISTER_SERVER_EX: of('CLM_REGISTER_SERVER_EX', fc.record({ registration, os: u8, version: text(50) })),
  CLM_RED_SERVER_LIST: of(
    'CLM_RED_SERVER_LIST',
    fc.record({ servers: fc.array(fc.record(place), { maxLength: 150 }) }),
  ),
  CLM_SERVER_FEATURES: of('CLM_SERVER_FEATURES', fc.record({ features: u32 })),
  CLM_REQ_SERVER_FEATURES: of('CLM_REQ_SERVER_FEATURES', nothing),
  CLM_WELCOME_MESSAGE: of('CLM_WELCOME_MESSAGE', fc.record({ text: text(1600) })),
  CLM_REQ_WELCOME_MESSAGE: of('CLM_REQ_WELCOME_MESSAGE', nothing),
};

export const anyMessage: fc.Arbitrary<Message> = fc.oneof(...Object.values(MESSAGES));

/** Messages of every kind but those that need no connection. */
export const anyConnectionBound: fc.Arbitrary<Message> = fc.oneof(
  ...Object.entries(MESSAGES)
    .filter(([type]) => !type.startsWith('CLM_') && type !== 'ACKN')
    .map(([, arbitrary]) => arbitrary),
);
