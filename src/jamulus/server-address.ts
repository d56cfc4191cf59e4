/** Server addresses as people write them (sessions.md §1): host, host:port, a.b.c.d:port, [v6]:port. */
import { parseIpv4 } from './ipv4.ts';

export const DEFAULT_PORT = 22124;

export interface ServerAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** 'name' must be resolved; with no port given, first through the service record _jamulus._udp.<name>. */
  readonly kind: 'name' | 'ipv4' | 'ipv6';
  readonly portGiven: boolean;
}

export type AddressError = 'empty' | 'bad-port' | 'bad-host' | 'ipv6-needs-brackets';

export type AddressResult =
  | { readonly ok: true; readonly address: ServerAddress }
  | { readonly ok: false; readonly error: AddressError };

const HOST_NAME = /^[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*\.?$/u;
const MAX_HOST_UNITS = 253;
/** Longest text that is taken for an address from a file or a page. */
export const MAX_SERVER_ADDRESS_UNITS = 300;

/** Reads an address; white space anywhere is dropped. */
export function parseServerAddress(input: string): AddressResult {
  const text = input.replace(/\s+/g, '');
  if (text === '') return failure('empty');
  if (text.startsWith('[')) return parseBracketed(text);
  const colons = text.split(':').length - 1;
  if (colons > 1) return failure('ipv6-needs-brackets');
  const [host = '', port] = text.split(':');
  return finish(host, port, kindOfHost(host));
}

function parseBracketed(text: string): AddressResult {
  const end = text.indexOf(']');
  if (end < 0) return failure('bad-host');
  const host = text.slice(1, end);
  const rest = text.slice(end + 1);
  if (rest !== '' && !rest.startsWith(':')) return failure('bad-port');
  const kind = parseIpv4(host) !== undefined ? 'ipv4' : isIpv6(host) ? 'ipv6' : undefined;
  return finish(host, rest === '' ? undefined : rest.slice(1), kind);
}

function finish(host: string, portText: string | undefined, kind: ServerAddress['kind'] | undefined): AddressResult {
  if (kind === undefined) return failure('bad-host');
  const portGiven = portText !== undefined;
  const port = portGiven ? parsePort(portText) : DEFAULT_PORT;
  if (port === undefined) return failure('bad-port');
  return { ok: true, address: { host, port, kind, portGiven } };
}

function failure(error: AddressError): AddressResult {
  return { ok: false, error };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

function kindOfHost(host: string): 'name' | 'ipv4' | undefined {
  if (parseIpv4(host) !== undefined) return 'ipv4';
  // Numbers and dots that are no address can only be a slip of the finger.
  if (/^[\d.]*$/.test(host) || host.length > MAX_HOST_UNITS || !HOST_NAME.test(host)) return undefined;
  return 'name';
}

/** An IPv6 literal, with an optional zone (fe80::1%eth0) and an optional dotted quad at its end. */
function isIpv6(text: string): boolean {
  const match = /^([0-9a-f:.]+)(%[\w.-]+)?$/i.exec(text);
  if (match === null) return false;
  const halves = (match[1] ?? '').split('::');
  if (halves.length > 2) return false;
  const [head = 0, tail = 0] = halves.map((half, index) => countGroups(half, index === halves.length - 1));
  return halves.length === 2 ? head + tail <= 7 : head === 8;
}

/** Number of 16-bit groups in a part without "::"; NaN if one is malformed. */
function countGroups(text: string, isLast: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  let count = 0;
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) count += 1;
    else if (isLast && index === groups.length - 1 && parseIpv4(group) !== undefined) count += 2;
    else return Number.NaN;
  }
  return count;
}
