/** The real Jamulus 3.9.1 server for tests (options: sessions.md §6). */
import { join } from 'node:path';
import * as v from 'valibot';
import type { PeerProcess, Peers } from './processes.ts';
import { connectRpc, type Rpc } from './rpc.ts';
import { RPC_SECRET, writeSecret } from './secret.ts';
import { until } from './wait.ts';

export type ServerOptions = {
  /** UDP port; JSON-RPC is on the TCP port one below. */
  readonly port: number;
  /** 64-sample server (-F). */
  readonly fast64?: boolean;
  readonly welcome?: string;
  /** Asks clients to accept the licence first (-L). */
  readonly licence?: boolean;
  /** `recordingDir` alone: can record, and does not yet; with `record`: records from the first client on. */
  readonly recordingDir?: string;
  readonly record?: boolean;
  readonly maxClients?: number;
  /** Says goodbye to its clients when it quits (-d). */
  readonly goodbye?: boolean;
  readonly delayPan?: boolean;
  readonly multithreading?: boolean;
  /** `localhost`: is a directory; an address: registers there. Listens on all addresses then. */
  readonly directory?: string;
  /** Name, city and Qt 5 country number for the directory. */
  readonly info?: { readonly name: string; readonly city: string; readonly country: number };
  readonly name?: string;
};

const ClientSchema = v.object({
  id: v.number(),
  name: v.string(),
  address: v.string(),
  channels: v.number(),
  jitterBufferSize: v.number(),
});
/** One client as the server sees it; `jitterBufferSize` is the buffer at the server, in frames. */
export type ServerClient = v.InferOutput<typeof ClientSchema>;

export type Server = {
  readonly process: PeerProcess;
  /** 127.0.0.1:port */
  readonly address: string;
  readonly port: number;
  readonly rpc: Rpc;
  readonly clients: () => Promise<ServerClient[]>;
  /** Waits until someone of that name is on. */
  readonly waitForClient: (name: string) => Promise<ServerClient>;
  readonly setRecording: (on: boolean) => Promise<void>;
};

/** Starts the server and waits until its JSON-RPC answers, which is after it has opened its port. */
export async function startServer(peers: Peers, options: ServerOptions): Promise<Server> {
  const { port, info, name = `server-${port}` } = options;
  const flag = (wanted: boolean | undefined, ...args: string[]) => (wanted ? args : []);
  const args = [
    ...['-s', '-n', '-t', '-p', String(port)],
    ...['--jsonrpcport', String(port - 1), '--jsonrpcsecretfile', writeSecret(peers.folder)],
    ...flag(options.fast64, '-F'),
    ...flag(options.licence, '-L'),
    ...flag(options.goodbye, '-d'),
    ...flag(options.delayPan, '-P'),
    ...flag(options.multithreading, '-T'),
    ...flag(options.recordingDir !== undefined, '-R', options.recordingDir ?? ''),
    ...flag(options.recordingDir !== undefined && !options.record, '--norecord'),
    ...flag(options.welcome !== undefined, '-w', options.welcome ?? ''),
    ...flag(options.maxClients !== undefined, '-u', String(options.maxClients)),
    ...(options.directory === undefined ? ['--serverbindip', '127.0.0.1'] : ['-e', options.directory]),
    ...flag(info !== undefined, '-o', `${info?.name};${info?.city};${info?.country}`),
  ];
  const server = peers.start(name, 'Jamulus', args, { HOME: join(peers.folder) });
  const rpc = await connectRpc(port - 1, RPC_SECRET);
  peers.atEnd(rpc.close);
  const clients = async () =>
    v.parse(v.object({ clients: v.array(ClientSchema) }), await rpc.call('jamulusserver/getClients')).clients;
  return {
    process: server,
    address: `127.0.0.1:${port}`,
    port,
    rpc,
    clients,
    waitForClient: (clientName) =>
      until(`${clientName} on the server`, async () => (await clients()).find((client) => client.name === clientName)),
    setRecording: async (on) => void (await rpc.call(`jamulusserver/${on ? 'startRecording' : 'stopRecording'}`)),
  };
}
