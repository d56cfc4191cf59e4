/**
 * Looking for servers on the local network: one ping to the servers' usual port of each address, 20 ms apart. The
 * protocol knows no broadcast; the addresses come from discovery/lan-targets.ts.
 */
import type { HostPort } from './directory-types.ts';
import type { ClmPingMsWithnumclients } from './messages/clm-ping-ms-withnumclients.ts';
import { DEFAULT_PORT } from './server-address.ts';

/** Four networks of 256 addresses. */
const MAX_PROBES = 1024;
/** Pause between two pings. */
const PAUSE_MS = 20;
/** How long answers are waited for after the last ping. */
const PATIENCE_MS = 1000;

export interface ServerProbe {
  /** Begins with these addresses, instead of those that still wait. */
  start(addresses: readonly string[], nowMs: number): void;
  /** True if it answers a ping of ours. */
  accept(message: ClmPingMsWithnumclients, from: HostPort): boolean;
  tick(nowMs: number): void;
  nextTickMs(): number;
  stop(): void;
}

export interface ServerProbeSink {
  readonly send: (to: HostPort, message: ClmPingMsWithnumclients) => void;
  /** The last address has had its time. */
  readonly done: () => void;
}

export function createServerProbe(sink: ServerProbeSink): ServerProbe {
  let waiting: string[] = [];
  /** The time sent to each address that has not answered. */
  let sent = new Map<string, number>();
  let nextMs = Number.POSITIVE_INFINITY;

  function stop(): void {
    waiting = [];
    sent = new Map();
    nextMs = Number.POSITIVE_INFINITY;
  }

  return {
    start(addresses, nowMs) {
      waiting = [...new Set(addresses)].slice(0, MAX_PROBES).reverse();
      sent = new Map();
      nextMs = nowMs;
    },
    accept({ timeMs }, { address, port }) {
      return port === DEFAULT_PORT && sent.get(address) === timeMs && sent.delete(address);
    },
    tick(nowMs) {
      if (nowMs < nextMs) return;
      const address = waiting.pop();
      if (address === undefined) {
        stop();
        sink.done();
        return;
      }
      nextMs = nowMs + (waiting.length === 0 ? PATIENCE_MS : PAUSE_MS);
      const timeMs = Math.trunc(nowMs) >>> 0;
      sent.set(address, timeMs);
      sink.send({ address, port: DEFAULT_PORT }, { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs, clients: 0 });
    },
    nextTickMs: () => nextMs,
    stop,
  };
}
