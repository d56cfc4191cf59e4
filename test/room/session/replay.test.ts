/** The clients' side of each capture played to our room: it must say to them what the real server said. */
import { describe, expect, it } from 'vitest';
import { buildFrame, isConnectionless, parseFrame } from '../../../src/jamulus/frame.ts';
import { WELCOME_PREFIX } from '../../../src/jamulus/messages/chat-text.ts';
import { encodeMessage, type Message, messageDatagram } from '../../../src/jamulus/messages/message.ts';
import { createRoomSession } from '../../../src/room/session/room-session.ts';
import type { RoomOutput, RoomSession, RoomSessionSettings } from '../../../src/room/session/room-session-types.ts';
import { captureNames, type Datagram, readCapture } from '../../support/pcap.ts';
import { messagesOf, type Said } from '../../support/said.ts';
import { PLAIN_ROOM, peerOf } from './room-world.ts';

const JUNK = Uint8Array.of(255);

interface Join {
  readonly name: string;
  readonly port: number;
  readonly server: number;
  readonly datagrams: readonly Datagram[];
  /** What the real server said to the client. */
  readonly real: readonly Said[];
}

/** The captured clients that joined while the capture ran. */
const JOINS = captureNames().flatMap((name) => {
  const datagrams = readCapture(name);
  const ports = [...new Set(datagrams.map(({ srcPort }) => srcPort))];
  return ports.flatMap((port): Join[] => {
    const own = datagrams.filter(({ srcPort }) => srcPort === port);
    const server = own.find(({ payload }) => parseFrame(payload) === undefined)?.dstPort;
    if (server === undefined) return [];
    const real = messagesOf(datagrams.filter(({ srcPort, dstPort }) => srcPort === server && dstPort === port));
    return real[0]?.message.type === 'CLIENT_ID' ? [{ name, port, server, datagrams, real }] : [];
  });
});

function saidOf<T extends Message['type']>(said: readonly Said[], type: T): Extract<Message, { type: T }>[] {
  return said
    .map(({ message }) => message)
    .filter((message): message is Extract<Message, { type: T }> => message.type === type);
}

/** The settings that the real server must have had. */
function settingsOf({ real }: Join): RoomSessionSettings {
  const welcome = saidOf(real, 'CHAT_TEXT').find(({ text }) => text.startsWith(WELCOME_PREFIX));
  const state = saidOf(real, 'RECORDER_STATE')[0]!.state;
  return {
    ...PLAIN_ROOM,
    welcome: welcome?.text.slice(WELCOME_PREFIX.length) ?? '',
    licenceRequired: saidOf(real, 'LICENCE_REQUIRED').length > 0,
    rawAudio: saidOf(real, 'RAWAUDIO_SUPPORTED').length > 0,
    recorder: state === 'recording' ? 'not-enabled' : state,
  };
}

/** Seconds of the day of the chat line that the real server made next. */
function stampAfter({ real }: Join, timeMs: number): number {
  const line = real.find((said) => said.timeMs >= timeMs && said.message.type === 'CHAT_TEXT');
  const match = line?.message.type === 'CHAT_TEXT' && /\((\d\d):(\d\d):(\d\d) (AM|PM)\)/.exec(line.message.text);
  if (!match) return 0;
  const hours = (Number(match[1]) % 12) + (match[4] === 'PM' ? 12 : 0);
  return hours * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** Plays everything that clients sent to the server, acknowledges what the room says, and gives what came from inside. */
function replay(join: Join): Said[] {
  const { datagrams, port, server, real } = join;
  const session = createRoomSession(settingsOf(join));
  const sent: { timeMs: number; payload: Uint8Array }[] = [];

  function take(timeMs: number, outputs: readonly RoomOutput[]): void {
    for (const output of outputs) {
      if (output.type !== 'send') continue;
      const to = (output.peer[16]! << 8) | output.peer[17]!;
      if (to === port) sent.push({ timeMs, payload: output.datagram });
      const frame = parseFrame(output.datagram)!;
      if (isConnectionless(frame.id) || frame.id === 1) continue;
      const acknowledgement = buildFrame(1, frame.counter, Uint8Array.of(frame.id & 255, frame.id >> 8));
      take(timeMs, session.unknownPeer(output.peer, acknowledgement, timeMs, 0));
    }
  }

  // Who was in before the capture began: their ports ascend as their channels do.
  const ownFirst = real[0]!.message.type === 'CLIENT_ID' ? real[0]!.message.channelId : 0;
  const others = [...new Set(datagrams.filter(({ dstPort }) => dstPort === server).map(({ srcPort }) => srcPort))]
    .filter((other) => other !== port)
    .sort((a, b) => a - b)
    .slice(0, ownFirst);
  const known = saidOf(real, 'CONN_CLIENTS_LIST').find(({ clients }) => clients.length > 0)!.clients;
  others.forEach((other, channelId) => {
    const { id, body } = encodeMessage({ type: 'CHANNEL_INFOS', ...known[channelId]! });
    take(-1, session.unknownPeer(peerOf(other), JUNK, -1, 0));
    take(-1, session.unknownPeer(peerOf(other), messageDatagram({ type: 'SPLIT_MESS_SUPPORTED' }, 254), -1, 0));
    take(-1, session.unknownPeer(peerOf(other), buildFrame(id, 255, body), -1, 0));
  });
  if (saidOf(real, 'RECORDER_STATE')[0]!.state === 'recording') take(-1, session.setRecorder('recording', -1));

  const steps = [
    ...datagrams.filter(({ dstPort, srcPort }) => dstPort === server && (srcPort === port || others.includes(srcPort))),
    ...insideOf(join),
  ].sort((a, b) => a.timeMs - b.timeMs);
  for (const step of steps) {
    const { timeMs } = step;
    while (session.nextTickMs() <= timeMs) take(session.nextTickMs(), session.tick(session.nextTickMs()));
    if ('run' in step) take(timeMs, step.run(session, timeMs));
    else if (parseFrame(step.payload)?.id !== 1) {
      take(timeMs, session.unknownPeer(peerOf(step.srcPort), step.payload, timeMs, stampAfter(join, timeMs)));
    }
  }
  return messagesOf(sent);
}

interface Inside {
  readonly timeMs: number;
  readonly run: (session: RoomSession, timeMs: number) => readonly RoomOutput[];
}

/** What the real server did of itself: recording, sizes of the jitter buffer. */
function insideOf({ real }: Join): Inside[] {
  const own = real[0]!.message.type === 'CLIENT_ID' ? real[0]!.message.channelId : 0;
  return real.flatMap(({ timeMs, message }): Inside[] => {
    if (message.type === 'RECORDER_STATE') {
      return [{ timeMs, run: (session, ms) => session.setRecorder(message.state, ms) }];
    }
    if (message.type !== 'JITT_BUF_SIZE') return [];
    const blocks = new Uint8Array(150);
    blocks[own] = message.blocks;
    return [{ timeMs, run: (session, ms) => session.jitterBlocks(blocks, ms) }];
  });
}

/**
 * What can be compared: the version is ours; levels and sizes come from the room thread, at their own time; the line that
 * the operator says in one capture has no counterpart here.
 */
function comparable(said: readonly Said[]): Message[] {
  return said
    .map(({ message }) => message)
    .filter(({ type }) => !type.startsWith('CLM_') && type !== 'JITT_BUF_SIZE')
    .filter((message) => message.type !== 'CHAT_TEXT' || message.text !== 'The server says hello')
    .map((message) => (message.type === 'VERSION_AND_OS' ? { ...message, version: 'any' } : message));
}

it('the captures hold servers of both kinds, with everything that a server may say at joining', () => {
  const types = new Set(JOINS.flatMap(({ real }) => real.map(({ message }) => message.type)));
  for (const type of ['RAWAUDIO_SUPPORTED', 'LICENCE_REQUIRED', 'CHAT_TEXT', 'MUTE_STATE_CHANGED'] as const) {
    expect(types).toContain(type);
  }
  expect(JOINS.length).toBeGreaterThanOrEqual(14);
});

describe.each(JOINS)('to the client on $port in $name', (join) => {
  it('our room says the same messages in the same order as the real server', () => {
    expect(comparable(replay(join))).toEqual(comparable(join.real));
  });

  it('our room tells the same sizes of the jitter buffer', () => {
    const sizes = (said: readonly Said[]) => saidOf(said, 'JITT_BUF_SIZE').map(({ blocks }) => blocks);
    expect(sizes(replay(join))).toEqual(sizes(join.real));
  });
});

it('a client that finds the room full hears that, and nothing else', () => {
  const join = JOINS.find(({ name }) => name === 'server-full-and-licence')!;
  const session = createRoomSession({ ...settingsOf(join), maxChannels: 1 });
  const said: { timeMs: number; payload: Uint8Array }[] = [];
  for (const { timeMs, srcPort, dstPort, payload } of join.datagrams) {
    if (dstPort !== join.server || timeMs > 5000) continue;
    for (const output of session.unknownPeer(peerOf(srcPort), payload, timeMs, 0)) {
      if (output.type === 'send' && srcPort === 23383) said.push({ timeMs, payload: output.datagram });
    }
  }
  const types = messagesOf(said).map(({ message }) => message.type);
  expect(types.length).toBeGreaterThan(50);
  expect(new Set(types)).toEqual(new Set(['CLM_SERVER_FULL']));
});
