/** The JSON-RPC port: off unless asked for, with a secret, on the loopback unless reported otherwise. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Box } from '../../app/store.ts';
import { createRpcConnection, type RpcConnection } from './json-rpc.ts';
import { METHODS, type MethodPorts } from './methods.ts';
import { notifications } from './notifications.ts';

const MAX_CONNECTIONS = 16;
/** Of those who have not said the secret yet, seconds until they have. */
const AUTHENTICATE_MS = 10_000;
export const MAX_LINE_BYTES = 64 * 1024;
const MAX_BUFFERED_BYTES = 256 * 1024;
const MIN_SECRET_UNITS = 16;

export interface RpcOptions {
  readonly port: number;
  readonly bind: string;
  readonly secret: string;
  readonly version: string;
}

export interface Rpc {
  readonly port: number;
  close(): void;
}

/** The first line of the file; an error is a sentence. */
export function readSecret(path: string): { readonly secret: string } | { readonly error: string } {
  try {
    const secret = readFileSync(path, 'utf8').split('\n')[0]?.trim() ?? '';
    return secret.length < MIN_SECRET_UNITS
      ? { error: `${path}: at least ${MIN_SECRET_UNITS} characters` }
      : { secret };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

export async function startRpc(box: Box, options: RpcOptions): Promise<Rpc | { readonly error: string }> {
  const connections = new Map<Socket, RpcConnection>();
  let reported = box.state();
  const ports: MethodPorts = {
    box: box.state,
    version: options.version,
    // Whoever knows the secret is the owner.
    command: (command) => box.command(command, 'installer'),
  };

  function send(socket: Socket, line: string): void {
    socket.write(`${line}\n`);
    if (socket.writableLength > MAX_BUFFERED_BYTES) socket.destroy();
  }

  function accept(socket: Socket): void {
    const connection = createRpcConnection(options.secret, (method, params) => METHODS.get(method)?.(params, ports));
    connections.set(socket, connection);
    const deadline = setTimeout(() => {
      if (!connection.isAuthenticated()) socket.destroy();
    }, AUTHENTICATE_MS);
    readLines(socket, (line) => {
      const { line: answer, close } = connection.take(line);
      if (answer !== null) send(socket, answer);
      if (close) socket.end();
      return !close;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      connections.delete(socket);
    });
  }

  const off = box.onChange(() => {
    const now = box.state();
    const lines = notifications(reported, now).map((one) => JSON.stringify({ jsonrpc: '2.0', ...one }));
    reported = now;
    if (lines.length === 0) return;
    for (const [socket, connection] of connections) if (connection.isAuthenticated()) send(socket, lines.join('\n'));
  });

  const server = createServer(accept);
  server.maxConnections = MAX_CONNECTIONS;
  const error = await listenOn(server, options);
  if (error !== undefined) {
    off();
    return { error };
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close() {
      off();
      server.close();
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

/** Until `take` says no; a line that is too long ends the connection. */
function readLines(socket: Socket, take: (line: string) => boolean): void {
  let rest = '';
  let open = true;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (open && line.trim() !== '') open = take(line);
    if (!open) rest = '';
    else if (rest.length > MAX_LINE_BYTES) socket.destroy();
  });
}

function listenOn(server: Server, { port, bind }: RpcOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(error.message));
    server.listen(port, bind, () => resolve(undefined));
  });
}

/** Nothing where no port is asked for; what goes wrong is a line of the log. */
export async function startRpcIfWanted(
  box: Box,
  wanted: { readonly port: number; readonly bind: string; readonly secretPath: string } | undefined,
  version: string,
  onLog: (line: string) => void,
): Promise<void> {
  if (wanted === undefined) return;
  const { port, bind, secretPath } = wanted;
  const read = readSecret(secretPath);
  const started = 'error' in read ? read : await startRpc(box, { port, bind, secret: read.secret, version });
  if ('error' in started) onLog(`JSON-RPC: ${started.error}`);
}
