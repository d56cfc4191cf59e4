/** Opens the TCP port of the page, with limits for those who connect and say nothing. */
import { createServer, type RequestListener, type Server } from 'node:http';

/** Limits of the server, so that strangers can't fill it: connections, size of headers, times to send them and a request, idle time. */
const MAX_CONNECTIONS = 400;
const MAX_HEADER_BYTES = 8 * 1024;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
const IDLE_MS = 20_000;

export interface Listening {
  readonly server: Server;
  readonly port: number;
}

/**
 * On all interfaces, IPv6 where there is any.
 * @param ports the first one that is free is taken
 */
export async function listen(
  handler: RequestListener,
  ports: readonly number[],
): Promise<Listening | { readonly error: string }> {
  let error = 'no port';
  for (const port of ports) {
    for (const host of ['::', '0.0.0.0']) {
      const server = createServer(
        {
          maxHeaderSize: MAX_HEADER_BYTES,
          headersTimeout: HEADERS_MS,
          requestTimeout: REQUEST_MS,
          keepAliveTimeout: IDLE_MS,
        },
        handler,
      );
      server.maxConnections = MAX_CONNECTIONS;
      const result = await tryListen(server, port, host);
      if (result === true) {
        const address = server.address();
        return { server, port: typeof address === 'object' && address !== null ? address.port : port };
      }
      error = result;
      // A port that is taken is taken on both.
      if (result === 'EADDRINUSE') break;
    }
  }
  return { error };
}

/** The system's code of the error, or true. */
function tryListen(server: Server, port: number, host: string): Promise<true | string> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => resolve(true));
  });
}
