/** Options of what can be reached from elsewhere: the phone page and JSON-RPC. */
import { type Args, filled, has, mistake, whole } from './command-line-values.ts';
import { DEFAULTS } from './defaults.ts';

export interface RpcOption {
  readonly port: number;
  /** File whose first line is the secret. */
  readonly secretPath: string;
  /** Own address to listen on. */
  readonly bind: string;
}

/** TCP port of the phone page. */
export function page(args: Args): 'off' | number | undefined {
  return args.values.get('page') === 'off' ? 'off' : whole(args, 'page', 1, 65535);
}

export function rpc(args: Args): RpcOption | undefined {
  const port = whole(args, 'rpc', 1, 65535);
  const secretPath = filled(args, 'rpc-secret');
  const bind = filled(args, 'rpc-bind') ?? DEFAULTS.rpcBind;
  if (port === undefined && (has(args, 'rpc-secret') || has(args, 'rpc-bind')))
    mistake(args, '--rpc-secret and --rpc-bind need --rpc');
  if (port === undefined) return undefined;
  if (secretPath === undefined) return mistake(args, '--rpc needs --rpc-secret FILE');
  return { port, secretPath, bind };
}
