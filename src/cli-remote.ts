/** Options of what can be reached from elsewhere: the phone page and JSON-RPC. */
import { type Args, filled, has, mistake, whole } from './cli-values.ts';

/** TCP port of the phone page; 'default': the first free one from the default on. */
export type PageOption = 'off' | 'default' | number;

export interface RpcOption {
  readonly port: number;
  /** File whose first line is the secret. */
  readonly secretPath: string;
  /** Own address to listen on. */
  readonly bind: string;
}

/** Without a panel nobody sees the code: then the page has to be asked for. */
export function page(args: Args, isPlain: boolean): PageOption {
  const wanted = args.values.get('page');
  if (wanted === 'off') return 'off';
  return whole(args, 'page', 1, 65535) ?? (isPlain ? 'off' : 'default');
}

export function rpc(args: Args): RpcOption | undefined {
  const port = whole(args, 'rpc', 1, 65535);
  const secretPath = filled(args, 'rpc-secret');
  const bind = filled(args, 'rpc-bind') ?? '127.0.0.1';
  if (port === undefined && (has(args, 'rpc-secret') || has(args, 'rpc-bind')))
    mistake(args, '--rpc-secret and --rpc-bind need --rpc');
  if (port === undefined) return undefined;
  if (secretPath === undefined) return mistake(args, '--rpc needs --rpc-secret FILE');
  return { port, secretPath, bind };
}
