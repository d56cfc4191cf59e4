/**
 * Which names the box answers to. A page of the internet can give its own name the address of the box (DNS rebinding);
 * it cannot make a browser send another Host than that name. Pure.
 */
import { localName } from '../../../box/host-name.ts';

export interface OwnNames {
  /** Without ".local". */
  readonly hostName: string;
  /** Of all own interfaces, IPv4 and IPv6 as os.networkInterfaces gives them. */
  readonly addresses: readonly string[];
}

const HOST_PATTERN = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253}?)\.?(?::(\d{1,5}))?$/;

/** @param header the Host header */
export function isOwnHost(header: string | undefined, { hostName, addresses }: OwnNames): boolean {
  const host = hostOf(header);
  if (host === undefined) return false;
  const own = hostName.toLowerCase();
  if (host === 'localhost' || (own !== '' && (host === own || host === localName(own)))) return true;
  return addresses.some((address) => hostOf(address.includes(':') ? `[${address}]` : address) === host);
}

/**
 * True for a request that a page of this box has made, and for one that no browser has made. Browsers send Origin with
 * every post.
 */
export function isOwnOrigin(headers: {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}): boolean {
  const { host, origin, fetchSite } = headers;
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  return origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`;
}

/** In small letters, without the port; IPv6 in its shortest form, in brackets. */
function hostOf(header: string | undefined): string | undefined {
  const [, host] = HOST_PATTERN.exec(header?.toLowerCase() ?? '') ?? [];
  if (host === undefined || !host.startsWith('[')) return host;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}
