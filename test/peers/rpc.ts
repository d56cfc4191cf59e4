/** JSON-RPC to a real Jamulus program (sessions.md §12): calls, and its notifications as a list and as a stream. */
import { EventEmitter, on } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { until } from './wait.ts';

const CALL_TIMEOUT_MS = 5000;

export type Notification = { readonly method: string; readonly params: unknown };

export type Rpc = {
  /** The result; throws with the program's own message if it answers with an error. */
  readonly call: (method: string, params?: object) => Promise<unknown>;
  /** All notifications so far. */
  readonly notifications: readonly Notification[];
  /** The first notification, of those so far or to come, that `accept` says yes to. */
  readonly waitFor: (
    method: string,
    accept?: (params: unknown) => boolean,
    options?: { timeoutMs?: number },
  ) => Promise<Notification>;
  /** Notifications from now on, until the connection ends. */
  readonly stream: () => AsyncGenerator<Notification>;
  readonly close: () => void;
};

type Answer = { id?: number; result?: unknown; error?: { message?: string }; method?: string; params?: unknown };

/** Connects to 127.0.0.1:port and authenticates, trying until the program listens. */
export async function connectRpc(port: number, secret: string): Promise<Rpc> {
  const socket = await until(`JSON-RPC on port ${port}`, () => open(port));
  const waiting = new Map<number, (answer: Answer) => void>();
  const notifications: Notification[] = [];
  const emitter = new EventEmitter();
  let nextId = 1;

  createInterface({ input: socket }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    if (answer.method !== undefined) {
      const notification = { method: answer.method, params: answer.params };
      notifications.push(notification);
      emitter.emit('notification', notification);
    } else if (answer.id !== undefined) {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    }
  });
  // A program that is ended resets the connection; calls that wait then run into their time-out.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => emitter.emit('close'));

  const call = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), CALL_TIMEOUT_MS);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      socket.write(`${JSON.stringify({ id, jsonrpc: '2.0', method, params })}\n`);
    });
  await call('jamulus/apiAuth', { secret });

  return {
    call,
    notifications,
    waitFor: (method, accept = () => true, options = {}) =>
      until(
        `notification ${method}`,
        () => notifications.find((notification) => notification.method === method && accept(notification.params)),
        options,
      ),
    stream: async function* () {
      for await (const [notification] of on(emitter, 'notification', { close: ['close'] })) yield notification;
    },
    close: () => socket.destroy(),
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}
