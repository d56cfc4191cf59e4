/** The server's side of each capture played to our session: it must say what the real client said. */
import { describe, expect, it } from 'vitest';
import { createClientSession } from '../../src/jamulus/client-session.ts';
import { buildFrame, isConnectionless, parseFrame } from '../../src/jamulus/frame.ts';
import { faderToGain } from '../../src/jamulus/gain.ts';
import type { Message } from '../../src/jamulus/messages/message.ts';
import type {
  AudioQuality,
  ClientSessionSettings,
  SessionEvent,
  SessionOutput,
} from '../../src/jamulus/session-types.ts';
import { formatOfProps, streamFormat } from '../../src/jamulus/transport.ts';
import { audioDatagramBytes } from '../support/datagram-bytes.ts';
import { captureNames, type Datagram, readCapture } from '../support/pcap.ts';
import { messagesOf, type Said } from '../support/said.ts';

/** Both in front of the server and behind it: what matters is what a client says on its own account. */
function comparable(said: readonly Said[]): Message[] {
  return said
    .map(({ message }) => message)
    .filter(({ type }) => type !== 'CLM_PING_MS' && type !== 'CLM_DISCONNECTION');
}

function lastOf<T extends Message['type']>(said: readonly Said[], type: T): Extract<Message, { type: T }> {
  const found = said.map(({ message }) => message).findLast((message) => message.type === type);
  if (found === undefined) throw new Error(`never said: ${type}`);
  return found as Extract<Message, { type: T }>;
}

/** The settings that the real client must have had. */
function settingsOf(real: readonly Said[]): ClientSessionSettings {
  const format = formatOfProps(lastOf(real, 'NETW_TRANSPORT_PROPS'))!;
  const { channels, frameSamples, blockFactor } = format;
  const quality = (['low', 'normal', 'high', 'max'] as const).find((candidate: AudioQuality) => {
    const settings = { quality: candidate, channels, frameSamples, blockFactor };
    return streamFormat(settings, { sequenceNumbers: true, rawOffered: true }).frameBytes === format.frameBytes;
  });
  const { blocks } = lastOf(real, 'JITT_BUF_SIZE');
  const profile = real.map(({ message }) => message).find((message) => message.type === 'CHANNEL_INFOS')!;
  return {
    profile,
    transport: { quality: quality!, channels, frameSamples, blockFactor },
    jitter: { auto: blocks === 21, clientBlocks: 10, serverBlocks: blocks === 21 ? 10 : blocks },
    // The fader and pan that the one capture with a stored mix tells of; nobody else knows Bob there.
    rememberedMix: (name) =>
      real.some(({ message }) => message.type === 'CHANNEL_PAN') && name === 'Bob'
        ? { gain: faderToGain(40), pan: 0.25, muted: false, solo: false }
        : undefined,
  };
}

interface Replay {
  readonly said: Said[];
  readonly events: SessionEvent[];
  readonly outputs: SessionOutput[];
}

interface Command {
  readonly timeMs: number;
  readonly run: (session: ReturnType<typeof createClientSession>, timeMs: number) => readonly SessionOutput[];
}

/** Plays what the server sent to `port`, acknowledges what the session says, and gives commands at their time. */
function replay(
  datagrams: readonly Datagram[],
  port: number,
  settings: ClientSessionSettings,
  commands: readonly Command[],
): Replay {
  const session = createClientSession(settings);
  const sent: { timeMs: number; payload: Uint8Array }[] = [];
  const outputs: SessionOutput[] = [];
  let lastAudioMs = Number.NEGATIVE_INFINITY;

  function take(timeMs: number, results: readonly SessionOutput[]): void {
    for (const output of results) {
      outputs.push(output);
      if (output.type !== 'send') continue;
      sent.push({ timeMs, payload: output.datagram });
      const frame = parseFrame(output.datagram)!;
      if (isConnectionless(frame.id) || frame.id === 1) continue;
      const acknowledged = Uint8Array.of(frame.id & 255, frame.id >> 8);
      take(timeMs, session.receive(buildFrame(1, frame.counter, acknowledged), timeMs));
    }
  }

  const fromServer = datagrams.filter(({ dstPort }) => dstPort === port);
  const steps = [
    ...fromServer.map(({ timeMs, payload }) => ({ timeMs, payload })),
    ...commands.map(({ timeMs, run }) => ({ timeMs, run })),
  ].sort((a, b) => a.timeMs - b.timeMs);
  const start = datagrams.find(({ srcPort, payload }) => srcPort === port && parseFrame(payload) === undefined)!;
  take(start.timeMs, session.connect(start.timeMs));
  for (const step of steps) {
    const { timeMs } = step;
    while (session.nextTickMs() <= timeMs) take(session.nextTickMs(), session.tick(session.nextTickMs()));
    if ('run' in step) {
      take(timeMs, step.run(session, timeMs));
      continue;
    }
    const frame = parseFrame(step.payload);
    if (frame === undefined) {
      if (timeMs < lastAudioMs + 1000) continue;
      lastAudioMs = timeMs;
      take(timeMs, session.audioArrived(timeMs));
    } else if (frame.id !== 1) {
      take(timeMs, session.receive(step.payload, timeMs));
    }
  }
  const events = outputs.flatMap((output) => (output.type === 'event' ? [output.event] : []));
  return { said: messagesOf(sent), events, outputs };
}

/** What the musician did: chat, and changes of the profile after the client had introduced itself. */
function commandsOf(real: readonly Said[]): Command[] {
  let introduced = false;
  return real.flatMap(({ timeMs, message }): Command[] => {
    if (message.type === 'REQ_CHANNEL_LEVEL_LIST') introduced = true;
    if (message.type === 'CHAT_TEXT') return [{ timeMs, run: (session, ms) => session.sendChat(message.text, ms) }];
    if (message.type !== 'CHANNEL_INFOS' || !introduced) return [];
    return [{ timeMs, run: (session, ms) => session.setProfile(message, ms) }];
  });
}

/** The captured clients that joined while the capture ran. */
const JOINS = captureNames().flatMap((name) => {
  const datagrams = readCapture(name);
  const ports = [...new Set(datagrams.map(({ srcPort }) => srcPort))];
  return ports.flatMap((port) => {
    const real = messagesOf(datagrams.filter(({ srcPort }) => srcPort === port));
    const joins = real.some(({ message }) => message.type === 'REQ_CHANNEL_LEVEL_LIST');
    // A 3.9.1 client can't read a version of more than 30 units, and keeps its audio without sequence numbers.
    const blind = name.startsWith('3.12dev-server-3.9.1-client');
    const read = blind ? datagrams.filter(({ payload }) => parseFrame(payload)?.id !== 29) : datagrams;
    return joins ? [{ name, port, datagrams: read, real }] : [];
  });
});

/** Where 3.9.1 begins to answer the server: before, it announces itself in vain (captures' README). */
function fromFirstAnswer(messages: readonly Message[]): readonly Message[] {
  return messages.slice(messages.findIndex(({ type }) => type === 'SPLIT_MESS_SUPPORTED'));
}

it('the captures hold a client that joins for every audio mode', () => {
  expect(JOINS.length).toBeGreaterThanOrEqual(14);
});

describe.each(JOINS)('the client on $port in $name', ({ port, datagrams, real, name }) => {
  it('and our session say the same messages in the same order', () => {
    const faders = name.startsWith('fader-levels');
    const commands = faders ? FADER_COMMANDS : commandsOf(real);
    const { said } = replay(datagrams, port, settingsOf(real), commands);
    const expected = comparable(real);
    // 3.12dev says nothing before its time: there the whole conversation must be the same.
    if (name.startsWith('3.12dev-client') || faders) expect(comparable(said)).toEqual(expected);
    else expect(fromFirstAnswer(comparable(said))).toEqual(fromFirstAnswer(expected));
  });

  it('and our session come to the same audio format', () => {
    const { outputs } = replay(datagrams, port, settingsOf(real), []);
    const formats = outputs.flatMap((output) => (output.type === 'stream' && output.format ? [output.format] : []));
    const sizes = new Set(
      datagrams
        .filter(({ srcPort, payload }) => srcPort === port && parseFrame(payload) === undefined)
        .map(({ payload }) => payload.length),
    );
    expect(sizes).toContain(audioDatagramBytes(formats.at(-1)!));
    expect(formatOfProps(lastOf(real, 'NETW_TRANSPORT_PROPS'))).toEqual(formats.at(-1));
  });
});

/**
 * What the script of that capture did with Alice's faders. The sweep was in steps of 10 every 20 ms, but that client's
 * 50 ms timer took 52 ms.
 */
const FADER_COMMANDS: readonly Command[] = [
  fader(3034.5, 1, 30),
  fader(4032.9, 1, 0),
  fader(5033.0, 1, 100),
  ...Array.from({ length: 11 }, (_, i) => fader(6033.2 + ((20 * 50) / 52) * i, 0, 10 * i)),
  {
    timeMs: 8532.9,
    run: (session, timeMs) =>
      session.setProfile(
        { name: 'Alice', city: 'Bremen', countryCode: 82, instrument: 20, skill: 'intermediate' },
        timeMs,
      ),
  },
];

function fader(timeMs: number, channelId: number, position: number): Command {
  return { timeMs, run: (session, ms) => session.setGain(channelId, faderToGain(position), ms) };
}

function joinOf(name: string, port: number) {
  const join = JOINS.find((candidate) => candidate.name === name && candidate.port === port);
  if (join === undefined) throw new Error(`nobody joins on ${port} in ${name}`);
  return join;
}

function eventsIn(name: string, port: number): SessionEvent[] {
  const { datagrams, real } = joinOf(name, port);
  return replay(datagrams, port, settingsOf(real), commandsOf(real)).events;
}

describe('events of captured sessions', () => {
  it('tell every change of the recorder', () => {
    const states = eventsIn('recording-on-off-mono-128', 23483).flatMap((event) =>
      event.type === 'recorderState' ? [event.state] : [],
    );
    expect(states).toEqual(['unknown', 'not-enabled', 'recording', 'not-enabled', 'recording', 'not-enabled']);
  });

  it('tell who has muted us', () => {
    const events = eventsIn('fader-levels-and-mute-3.12dev-client', 23383);
    const mutes = events.filter((event) => event.type === 'muteState');
    expect(mutes.map(({ channelId, muted }) => [channelId, muted])).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  it('tell of the licence and the welcome text', () => {
    const events = eventsIn('server-full-and-licence', 23483);
    expect(events.filter(({ type }) => type === 'licenceRequired')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'welcome')).toHaveLength(1);
  });

  it('tell levels for every level list once the clients are known', () => {
    const events = eventsIn('long-welcome-split-messages-six-clients', 23383);
    const levels = events.filter((event) => event.type === 'levels');
    expect(levels.length).toBeGreaterThan(5);
    expect(levels.every((event) => event.levels.length === 6)).toBe(true);
  });

  it('tell chat, split or not, as the server formats it', () => {
    const chat = (name: string) =>
      eventsIn(name, 23383).flatMap((event) => (event.type === 'chat' ? [event.html] : []));
    expect(chat('join-chat-leave-mono-128')).toHaveLength(2);
    expect(chat('long-welcome-split-messages-six-clients')[0]!.length).toBeGreaterThan(671);
  });
});

describe('captured sessions without a greeting', () => {
  const settings = settingsOf(joinOf('join-chat-leave-mono-128', 23383).real);

  it('a server that is full is told once, of 901 times', () => {
    const { events, said } = replay(readCapture('server-full-and-licence'), 23383, settings, []);
    expect(events.filter(({ type }) => type === 'serverFull')).toHaveLength(1);
    expect(comparable(said)).toEqual([]);
  });

  it('a server that vanishes and returns hears the same from us as from the real client', () => {
    const datagrams = readCapture('server-vanishes-and-returns');
    const real = messagesOf(datagrams.filter(({ srcPort }) => srcPort === 23383));
    // The capture begins in the middle: another one’s greeting brings the session to the same state.
    const before = joinOf('join-chat-leave-mono-128', 23383).datagrams.filter(({ timeMs }) => timeMs < 2900);
    const after = datagrams.map((datagram) => ({ ...datagram, timeMs: datagram.timeMs + 3000 }));
    const { said, events } = replay([...before, ...after], 23383, settings, []);
    const again = said.filter(({ timeMs }) => timeMs > 3000);
    expect(comparable(again)).toEqual(comparable(real));
    expect(events.filter(({ type }) => type === 'serverRestarted')).toHaveLength(1);
  });

  it('a server that says goodbye ends the session', () => {
    const datagrams = readCapture('server-quits-disconnecting-clients');
    const before = joinOf('join-chat-leave-mono-128', 23383).datagrams.filter(({ timeMs }) => timeMs < 2900);
    const after = datagrams.map((datagram) => ({ ...datagram, timeMs: datagram.timeMs + 3000 }));
    const { events } = replay([...before, ...after], 23383, settings, []);
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'server-said-goodbye' });
  });
});
