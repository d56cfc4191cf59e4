/**
 * A UDP relay between clients and a server on loopback: keeps every datagram with its time and direction, and can
 * lose, delay, double and reorder them or cut the line. Each client gets an own port towards the server, as behind NAT.
 */
import { createSocket, type Socket } from 'node:dgram';

export type RelayedDatagram = {
  readonly direction: 'toServer' | 'toClient';
  /** Port of the client on its side of the relay. */
  readonly clientPort: number;
  readonly atMs: number;
  readonly bytes: Buffer;
  /** Milliseconds after which each copy goes on; none: lost. */
  readonly delaysMs: readonly number[];
};

/** What happens to a datagram: the delay in ms of each copy that goes on, [0] to pass it, [] to lose it. */
export type RelayPolicy = (
  datagram: Pick<RelayedDatagram, 'direction' | 'clientPort' | 'atMs' | 'bytes'>,
) => readonly number[];

export type Relay = {
  /** 127.0.0.1:port, for the client's settings. */
  readonly address: string;
  readonly port: number;
  /** Everything so far, in order of arrival. */
  readonly datagrams: readonly RelayedDatagram[];
  readonly setPolicy: (policy: RelayPolicy) => void;
  readonly count: (direction: RelayedDatagram['direction']) => number;
  readonly close: () => void;
};

const PASS = [0];
const LOSE: readonly number[] = [];

/** Passes everything on at once. */
export const passAll: RelayPolicy = () => PASS;
/** The line is cut. */
export const loseAll: RelayPolicy = () => LOSE;

/**
 * A bad line, the same for the same seed: shares lost and doubled (0..1), a delay, and a random addition to it of up
 * to `jitterMs`, which reorders what is closer together than that.
 */
export function badLine(options: {
  readonly random: () => number;
  readonly lost?: number;
  readonly doubled?: number;
  readonly delayMs?: number;
  readonly jitterMs?: number;
}): RelayPolicy {
  const { random, lost = 0, doubled = 0, delayMs = 0, jitterMs = 0 } = options;
  const delay = () => delayMs + jitterMs * random();
  return () => {
    if (random() < lost) return LOSE;
    return random() < doubled ? [delay(), delay()] : [delay()];
  };
}

/** Starts a relay to a server's port on 127.0.0.1. `port` 0: any free one. */
export async function startRelay(serverPort: number, port = 0): Promise<Relay> {
  const front = await bound(port);
  const backs = new Map<number, Socket>();
  const datagrams: RelayedDatagram[] = [];
  let policy = passAll;
  let isClosed = false;

  const relay = (
    direction: RelayedDatagram['direction'],
    clientPort: number,
    bytes: Buffer,
    socket: Socket,
    to: number,
  ) => {
    const arrived = { direction, clientPort, atMs: performance.now(), bytes };
    const delaysMs = policy(arrived);
    datagrams.push({ ...arrived, delaysMs });
    const send = () => {
      if (!isClosed) socket.send(bytes, to, '127.0.0.1');
    };
    for (const delayMs of delaysMs) {
      if (delayMs <= 0) send();
      else setTimeout(send, delayMs);
    }
  };

  const openBack = (clientPort: number): Socket => {
    const back = createSocket('udp4');
    back.on('message', (bytes) => relay('toClient', clientPort, bytes, front, clientPort));
    // A server that is gone is a lost datagram, as it is over the internet.
    back.on('error', () => undefined);
    backs.set(clientPort, back);
    return back;
  };
  front.on('message', (bytes, { port: clientPort }) =>
    relay('toServer', clientPort, bytes, backs.get(clientPort) ?? openBack(clientPort), serverPort),
  );
  front.on('error', () => undefined);

  const frontPort = front.address().port;
  return {
    address: `127.0.0.1:${frontPort}`,
    port: frontPort,
    datagrams,
    setPolicy: (next) => {
      policy = next;
    },
    count: (direction) => datagrams.filter((datagram) => datagram.direction === direction).length,
    close: () => {
      isClosed = true;
      front.close();
      for (const back of backs.values()) back.close();
    },
  };
}

function bound(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
