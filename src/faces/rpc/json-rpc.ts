/**
 * JSON-RPC 2.0, a document a line, with the answers of the real client 3.9.1 to whatever is sent to it (tried side by
 * side: test/interop/rpc.peers.ts). Pure but for the state of one connection.
 */
import { isSameSecret } from '../../app/same-secret.ts';

export type Params = Readonly<Record<string, unknown>>;

export interface RpcError {
  readonly code: number;
  readonly message: string;
}
export type Result = { readonly result: unknown } | { readonly error: RpcError };

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
const AUTHENTICATION_FAILED = 400;
const UNAUTHENTICATED = 401;

const MAX_WRONG_SECRETS = 5;
const MAX_BATCH = 50;

export function failure(code: number, message: string): { readonly error: RpcError } {
  return { error: { code, message } };
}

export function invalidParams(what: string): { readonly error: RpcError } {
  return failure(INVALID_PARAMS, `Invalid params: ${what}`);
}

export interface Answered {
  /** To be sent, if there is any. */
  readonly line: string | null;
  /** The connection ends after it. */
  readonly close: boolean;
}

export interface RpcConnection {
  /** One line without its end. */
  take(line: string): Answered;
  /** Notifications go to those only who have said the secret. */
  isAuthenticated(): boolean;
}

/** @param call a method that is not about the connection; undefined = there is none of this name */
export function createRpcConnection(
  secret: string,
  call: (method: string, params: Params) => Result | undefined,
): RpcConnection {
  let authenticated = false;
  let wrong = 0;

  function authenticate({ secret: tried }: Params): Result {
    if (typeof tried !== 'string') return invalidParams('secret is not a string');
    authenticated = isSameSecret(tried, secret);
    if (authenticated) return { result: 'ok' };
    wrong += 1;
    return failure(AUTHENTICATION_FAILED, 'Authentication failed.');
  }

  function answer(request: Params): object {
    const { method, params } = request;
    const id = request['id'] ?? null;
    return { id, jsonrpc: '2.0', ...resultOf(method, params) };
  }

  function resultOf(method: unknown, params: unknown): Result {
    if (typeof method !== 'string') {
      return failure(INVALID_REQUEST, 'Invalid request: The `method` member is not a string');
    }
    if (!isObject(params)) return invalidParams('The `params` member is not an object');
    if (method === 'jamulus/apiAuth') return authenticate(params);
    if (!authenticated) {
      return failure(UNAUTHENTICATED, 'Unauthenticated: Please authenticate using jamulus/apiAuth first');
    }
    return call(method, params) ?? failure(METHOD_NOT_FOUND, 'Method not found');
  }

  function refuse(code: number, message: string): Answered {
    return { line: JSON.stringify({ jsonrpc: '2.0', ...failure(code, message) }), close: true };
  }

  return {
    isAuthenticated: () => authenticated,
    take(line) {
      const document = parse(line);
      if (isObject(document)) return { line: JSON.stringify(answer(document)), close: wrong >= MAX_WRONG_SECRETS };
      if (!Array.isArray(document)) return refuse(PARSE_ERROR, 'Parse error: Invalid JSON received');
      if (document.length === 0) return refuse(INVALID_REQUEST, 'Invalid request: Empty batch request encountered');
      if (document.length > MAX_BATCH || !document.every(isObject)) {
        return refuse(INVALID_REQUEST, 'Invalid request: Too long a batch, or something else than requests in it');
      }
      return { line: JSON.stringify(document.map(answer)), close: wrong >= MAX_WRONG_SECRETS };
    },
  };
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
