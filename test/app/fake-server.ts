/**
 * A small honest server for the box: greets and sends its lists as sessions.md §5 says, acknowledges and repeats as
 * messages.md §2 says, gives every musician nothing but their own sound back. It keeps all that it gets.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createDelivery, type Delivery } from '../../src/jamulus/delivery.ts';
import type { RecorderState } from '../../src/jamulus/enumerations.ts';
import { isConnectionless, isMessage, parseFrame } from '../../src/jamulus/frame.ts';
import type { ClientInfo } from '../../src/jamulus/messages/client-info.ts';
import { decodeMessage, encodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';

/** What the server is like; all of it may change while it runs. */
export interface ServerManner {
  /** Null: it says nothing about recording. */
  recorder: RecorderState | null;
  licence: boolean;
  welcome: string;
  version: string;
  full: boolean;
  /** Musicians besides the box, for its list. */
  others: ClientInfo[];
}

export type Arrival =
  | { readonly kind: 'audio'; readonly datagram: Uint8Array }
  | { readonly kind: 'message'; readonly message: Message };

export interface FakeServer {
  /** As a person would type it. */
  readonly address: string;
  readonly port: number;
  readonly manner: ServerManner;
  /** All that came from boxes, in order; messages once each, without acknowledgements. */
  readonly arrivals: Arrival[];
  /** UDP datagrams received and sent, of every kind. */
  readonly counts: { received: number; sent: number };
  messages<T extends Message['type']>(type: T): Extract<Message, { type: T }>[];
  audio(): Uint8Array[];
  /** Says something to the box that has joined. */
  say(...messages: Message[]): void;
  /** Sends these bytes to the box that has joined, or was the last to. */
  sendRaw(datagram: Uint8Array): void;
  /** True while a box has a channel. */
  occupied(): boolean;
  close(): void;
}

export const BOX_CHANNEL = 3;

interface Client {
  readonly port: number;
  readonly host: string;
  readonly delivery: Delivery;
  info: ClientInfo | undefined;
  audioBytes: number;
}

export async function startFakeServer(manner: Partial<ServerManner> = {}): Promise<FakeServer> {
  const socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  let client: Client | undefined;
  let last: RemoteInfo | undefined;

  const server: FakeServer = {
    address: `127.0.0.1:${port}`,
    port,
    manner: {
      recorder: 'not-enabled',
      licence: false,
      welcome: '',
      version: '3.9.1',
      full: false,
      others: [],
      ...manner,
    },
    arrivals: [],
    counts: { received: 0, sent: 0 },
    messages: <T extends Message['type']>(type: T) =>
      server.arrivals.flatMap((arrival) =>
        arrival.kind === 'message' && arrival.message.type === type
          ? [arrival.message as Extract<Message, { type: T }>]
          : [],
      ),
    audio: () => server.arrivals.flatMap((arrival) => (arrival.kind === 'audio' ? [arrival.datagram] : [])),
    say(...messages) {
      for (const message of messages) {
        if (client !== undefined) tell(client, message);
        // A server that says goodbye has given the channel to nobody.
        if (message.type === 'CLM_DISCONNECTION') client = undefined;
      }
    },
    sendRaw(datagram) {
      if (last !== undefined) send(datagram, last.port, last.address);
    },
    occupied: () => client !== undefined,
    close() {
      clearInterval(repeat);
      socket.close();
    },
  };

  function send(datagram: Uint8Array, toPort: number, toHost: string): void {
    server.counts.sent++;
    socket.send(datagram, toPort, toHost);
  }

  function tell(to: Client, message: Message): void {
    const { id, body } = encodeMessage(message);
    if (isConnectionless(id)) send(messageDatagram(message), to.port, to.host);
    else to.delivery.post(id, body, performance.now());
  }

  function tellList(to: Client): void {
    const { others } = server.manner;
    const own = to.info ?? {
      channelId: BOX_CHANNEL,
      name: '',
      city: '',
      countryCode: 0,
      instrument: 0,
      skill: 'not-set',
    };
    const clients = [...others, own].sort((a, b) => a.channelId - b.channelId);
    tell(to, { type: 'CONN_CLIENTS_LIST', clients });
  }

  function greet(to: Client): void {
    const { welcome, licence, version, recorder } = server.manner;
    tell(to, { type: 'CLIENT_ID', channelId: BOX_CHANNEL });
    tell(to, { type: 'CONN_CLIENTS_LIST', clients: [] });
    tell(to, { type: 'REQ_SPLIT_MESS_SUPPORT' });
    tell(to, { type: 'REQ_NETW_TRANSPORT_PROPS' });
    tell(to, { type: 'REQ_JITT_BUF_SIZE' });
    tell(to, { type: 'REQ_CHANNEL_INFOS' });
    if (welcome !== '') tell(to, { type: 'CHAT_TEXT', text: `<b>Server Welcome Message:</b> ${welcome}` });
    if (licence) tell(to, { type: 'LICENCE_REQUIRED', required: true });
    tell(to, { type: 'VERSION_AND_OS', os: 2, version });
    if (recorder !== null) tell(to, { type: 'RECORDER_STATE', state: recorder });
  }

  function hear(from: Client, message: Message): void {
    server.arrivals.push({ kind: 'message', message });
    switch (message.type) {
      case 'NETW_TRANSPORT_PROPS':
        from.audioBytes = message.basePacketBytes * message.blockFactor;
        break;
      case 'CHANNEL_INFOS':
        from.info = { ...message, channelId: BOX_CHANNEL };
        tellList(from);
        break;
      case 'REQ_CONN_CLIENTS_LIST':
        tellList(from);
        break;
      case 'CHAT_TEXT':
        tell(from, { type: 'CHAT_TEXT', text: `<b>${from.info?.name}</b> ${message.text}` });
        break;
    }
  }

  function newClient(from: RemoteInfo): Client {
    const made: Client = {
      port: from.port,
      host: from.address,
      info: undefined,
      audioBytes: 0,
      delivery: createDelivery({
        send: (datagram) => send(datagram, from.port, from.address),
        evaluate: (id, body) => {
          const message = decodeMessage(id, body);
          if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`the server can't read ${id}`);
          hear(made, message);
        },
      }),
    };
    return made;
  }

  socket.on('message', (datagram, from) => {
    server.counts.received++;
    last = from;
    const known = client?.port === from.port ? client : undefined;
    if (!isMessage(datagram, datagram.length)) {
      server.arrivals.push({ kind: 'audio', datagram });
      if (known !== undefined) {
        if (known.info !== undefined && datagram.length === known.audioBytes) send(datagram, from.port, from.address);
      } else if (server.manner.full || client !== undefined) {
        send(messageDatagram({ type: 'CLM_SERVER_FULL' }), from.port, from.address);
      } else {
        client = newClient(from);
        greet(client);
      }
      return;
    }
    const frame = parseFrame(datagram);
    if (frame === undefined) return;
    if (!isConnectionless(frame.id)) {
      known?.delivery.receive(frame, performance.now());
      return;
    }
    const message = decodeMessage(frame.id, frame.body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`the server can't read ${frame.id}`);
    server.arrivals.push({ kind: 'message', message });
    if (message.type === 'CLM_PING_MS') send(messageDatagram(message), from.port, from.address);
    if (message.type === 'CLM_DISCONNECTION' && known !== undefined) client = undefined;
  });

  const repeat = setInterval(() => client?.delivery.tick(performance.now()), 50);
  return server;
}
