/** The real Jamulus 3.9.1 client for tests, headless, on a JACK server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import type { Jack } from './jack.ts';
import type { PeerProcess, Peers } from './processes.ts';
import { connectRpc, type Rpc } from './rpc.ts';
import { RPC_SECRET, writeSecret } from './secret.ts';
import { until } from './wait.ts';

/** 3.9.1 announces mono/normal first and its real format about 0.4 s later: until then sound is not what was asked. */
const FORMAT_SETTLED_MS = 1500;
const CHANNELS = { mono: 0, 'mono-in stereo-out': 1, stereo: 2 } as const;
const QUALITY = { low: 0, normal: 1, high: 2 } as const;

export type ClientOptions = {
  /** Plain ASCII; also names its JACK ports, log and settings file. */
  readonly name: string;
  /** Base UDP port: it listens on the first free one from 83 above. JSON-RPC is on the TCP port one below. */
  readonly port: number;
  readonly jack: Jack;
  /** address:port */
  readonly server: string;
  readonly city?: string;
  readonly instrument?: number;
  /** Qt 5 number. */
  readonly country?: number;
  readonly skill?: 0 | 1 | 2 | 3;
  readonly channels?: keyof typeof CHANNELS;
  readonly quality?: keyof typeof QUALITY;
  /** 64-sample frames; needs a JACK server at 64. */
  readonly small?: boolean;
  /** Fixed sizes of its own buffer and the one at the server, 1..20 frames; otherwise both automatic. */
  readonly jitter?: { readonly client: number; readonly server: number };
  /** Starts muted for the others (-M). */
  readonly muted?: boolean;
  /** Takes its own sound out of the mix it gets (--mutemyown). */
  readonly withoutOwn?: boolean;
  /** Wire its ports to system: ports by itself (otherwise connect them through `jack`). Default true. */
  readonly autoConnect?: boolean;
};

const PersonSchema = v.object({
  id: v.number(),
  name: v.string(),
  city: v.string(),
  countryId: v.number(),
  instrumentId: v.number(),
  skillLevel: v.nullable(v.string()),
});
export type Person = v.InferOutput<typeof PersonSchema>;

export type Client = {
  readonly name: string;
  readonly process: PeerProcess;
  readonly rpc: Rpc;
  /** JACK ports: what it hears from its musician, and what it plays. Left and right. */
  readonly inputs: readonly [string, string];
  readonly outputs: readonly [string, string];
  readonly isConnected: () => Promise<boolean>;
  readonly clientList: () => Promise<Person[]>;
  readonly sendChatText: (chatText: string) => Promise<void>;
};

/**
 * Starts the client and waits until it has heard from its server.
 * Its sound has the asked format only 1.5 s after the start: `settled: false` gives it back earlier.
 */
export async function startClient(peers: Peers, options: ClientOptions, { settled = true } = {}): Promise<Client> {
  const { name, port, jack } = options;
  const startedAt = performance.now();
  const ini = join(peers.folder, `${name}.ini`);
  writeFileSync(ini, iniText(options));
  const args = [
    ...['-n', '-t', '-i', ini, '-p', String(port), '--clientname', name, '-c', options.server],
    ...['--jsonrpcport', String(port - 1), '--jsonrpcsecretfile', writeSecret(peers.folder)],
    ...(options.muted ? ['-M'] : []),
    ...(options.withoutOwn ? ['--mutemyown'] : []),
    ...(options.autoConnect === false ? ['-j'] : []),
  ];
  const client = peers.start(name, 'Jamulus', args, jack.env);
  const rpc = await connectRpc(port - 1, RPC_SECRET);
  peers.atEnd(rpc.close);
  const isConnected = async () =>
    v.parse(v.object({ connected: v.boolean() }), await rpc.call('jamulusclient/getClientInfo')).connected;
  const clientList = async () =>
    v.parse(v.object({ clients: v.array(PersonSchema) }), await rpc.call('jamulusclient/getClientList')).clients;
  await until(`${name} in its own client list`, async () =>
    (await clientList()).some((person) => person.name === name),
  );
  if (settled) await sleep(Math.max(0, startedAt + FORMAT_SETTLED_MS - performance.now()));
  return {
    name,
    process: client,
    rpc,
    inputs: [`Jamulus ${name}:input left`, `Jamulus ${name}:input right`],
    outputs: [`Jamulus ${name}:output left`, `Jamulus ${name}:output right`],
    isConnected,
    clientList,
    sendChatText: async (chatText) => void (await rpc.call('jamulusclient/sendChatText', { chatText })),
  };
}

function iniText(options: ClientOptions): string {
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  const { jitter } = options;
  const settings: Record<string, string | number> = {
    name_base64: base64(options.name),
    city_base64: base64(options.city ?? ''),
    instrument: options.instrument ?? 0,
    country: options.country ?? 0,
    skill: options.skill ?? 0,
    newclientlevel: 100,
    // It mutes itself when it hears a loud signal in the first 3 s.
    enablefeedbackdetection: 0,
    audiochannels: CHANNELS[options.channels ?? 'stereo'],
    audioquality: QUALITY[options.quality ?? 'high'],
    enableopussmall: options.small ? 1 : 0,
    autojitbuf: jitter ? 0 : 1,
    jitbuf: jitter?.client ?? 4,
    jitbufserver: jitter?.server ?? 4,
  };
  const lines = Object.entries(settings).map(([key, value]) => ` <${key}>${value}</${key}>`);
  return `<client>\n${lines.join('\n')}\n</client>\n`;
}
