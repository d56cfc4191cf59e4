/** Names of machines on the local network, as mDNS has them. Pure. */

const HOST_NAME = /^[a-z0-9-]{1,63}$/i;

/** By which others on the local network reach the machine. */
export function localName(hostName: string): string {
  return `${hostName}.local`;
}

/** The host name that a text is, without ".local"; undefined: it is none. */
export function hostNameOf(text: string): string | undefined {
  const name = text.replace(/\.local\.?$/, '');
  return HOST_NAME.test(name) ? name : undefined;
}
