/** A client on a real socket: our session, a tone or silence as its sound, and everything that arrives kept. */
import { createSocket } from 'node:dgram';
import { createClientSession } from '../../../src/jamulus/client-session.ts';
import { isMessage, parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage, type Message, messageDatagram } from '../../../src/jamulus/messages/message.ts';
import type { ListedClient, SessionEvent, SessionOutput } from '../../../src/jamulus/session-types.ts';
import type { StreamFormat } from '../../../src/jamulus/stream-format.ts';
import { silenceFrame } from '../../../src/jamulus/transport.ts';
import { codeLoop } from '../../../src/room/practice/coded-loop.ts';
import { PLAYER_FORMAT, PLAYER_TRANSPORT } from '../../../src/room/practice/player.ts';
import { until as waitUntil } from '../../peers/wait.ts';
import { opusWasm } from '../../support/opus.ts';

export const wasm = await opusWasm();

const { frameBytes } = PLAYER_FORMAT;
const TONE_FRAMES = 300;
const tone = codeLoop(
  Float32Array.from({ length: TONE_FRAMES * 128 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 375 * i) / 48_000)),
  PLAYER_FORMAT,
  wasm,
);

export interface WireClientOptions {
  readonly port: number;
  readonly name: string;
  readonly city?: string;
  /** Of the 127/8 network. */
  readonly address?: string;
  readonly sound?: 'tone' | 'silence';
  /** What a client does that is asked: mute itself at once. Default: as the session says. */
  readonly ignoresLicence?: boolean;
}

export interface WireClient {
  readonly port: number;
  readonly events: readonly SessionEvent[];
  /** Everything that has arrived. */
  readonly datagrams: readonly Uint8Array[];
  people(): readonly ListedClient[];
  chat(): readonly string[];
  /** Newest level by name. */
  level(name: string): number;
  say(text: string): void;
  acceptLicence(): void;
  /** Sends a message outside of the session, and waits for the first answer of a type. */
  ask<T extends Message['type']>(message: Message, type: T): Promise<Extract<Message, { type: T }>>;
  until(what: string, accept: () => boolean): Promise<void>;
  leave(): Promise<void>;
}

export async function joinRoom(options: WireClientOptions): Promise<WireClient> {
  const { port, name, city = '', address = '127.0.0.1', sound = 'silence', ignoresLicence = false } = options;
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  socket.on('error', () => undefined);
  const session = createClientSession({
    profile: { name, city, countryCode: 0, instrument: 0, skill: 'not-set' },
    transport: PLAYER_TRANSPORT,
    jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
    rememberedMix: () => undefined,
  });
  const events: SessionEvent[] = [];
  const datagrams: Uint8Array[] = [];
  let people: readonly ListedClient[] = [];
  let format: StreamFormat | null = null;
  let isSilent = false;
  let frame = 0;
  const silent = silenceFrame(PLAYER_FORMAT);

  function execute(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') socket.send(output.datagram);
      else if (output.type === 'stream') format = output.format;
      else if (output.type === 'silence') isSilent = output.on && !ignoresLicence;
      else if (output.type === 'event') {
        events.push(output.event);
        if (output.event.type === 'clientList') people = output.event.clients;
      }
    }
  }

  function sendAudio({ blockFactor, sequenceNumbers }: StreamFormat): void {
    const stride = frameBytes + (sequenceNumbers ? 1 : 0);
    const datagram = new Uint8Array(stride * blockFactor);
    for (let i = 0; i < blockFactor; i++, frame++) {
      const at = (frame % TONE_FRAMES) * frameBytes;
      const isTone = sound === 'tone' && !isSilent;
      datagram.set(isTone ? tone.subarray(at, at + frameBytes) : silent, i * stride);
      if (sequenceNumbers) datagram[i * stride + frameBytes] = frame & 255;
    }
    socket.send(datagram);
  }

  socket.on('message', (datagram) => {
    datagrams.push(datagram);
    const nowMs = performance.now();
    execute(isMessage(datagram, datagram.length) ? session.receive(datagram, nowMs) : session.audioArrived(nowMs));
  });
  const begunMs = performance.now();
  let blocks = 0;
  const timer = setInterval(() => {
    execute(session.tick(performance.now()));
    for (; blocks < (performance.now() - begunMs) / (512 / 48); blocks++) if (format !== null) sendAudio(format);
  }, 5);
  execute(session.connect(performance.now()));

  async function until(what: string, accept: () => boolean): Promise<void> {
    await waitUntil(`${name}: ${what}`, accept, { timeoutMs: 15_000, everyMs: 10 });
  }

  return {
    port: socket.address().port,
    events,
    datagrams,
    people: () => people,
    chat: () => events.flatMap((event) => (event.type === 'chat' ? [event.html] : [])),
    level(wanted) {
      const id = people.find((client) => client.name === wanted)?.channelId;
      const newest = events.findLast((event) => event.type === 'levels');
      return newest?.levels.find(({ channelId }) => channelId === id)?.level ?? 0;
    },
    say: (text) => execute(session.sendChat(text, performance.now())),
    acceptLicence: () => execute(session.acceptLicence(performance.now())),
    async ask(message, type) {
      const from = datagrams.length;
      const find = () => {
        for (const datagram of datagrams.slice(from)) {
          const found = parseFrame(datagram);
          const answer = found === undefined ? undefined : decodeMessage(found.id, found.body);
          if (answer?.type === type) return answer as Extract<Message, { type: typeof type }>;
        }
        return undefined;
      };
      socket.send(messageDatagram(message));
      await until(`answered ${message.type}`, () => find() !== undefined);
      return find()!;
    },
    until,
    async leave() {
      execute(session.leave(performance.now()));
      await until('left', () => session.state() === 'disconnected');
      clearInterval(timer);
      socket.close();
    },
  };
}
