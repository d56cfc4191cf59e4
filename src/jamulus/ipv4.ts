/** IPv4 addresses as lists and fields carry them (messages.md §3.8); there is no IPv6 form of any of them. */

const DOTTED_QUAD = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The number of a dotted quad, 127.0.0.1 = 0x7F000001; undefined if the text is none. */
export function parseIpv4(text: string): number | undefined {
  const match = DOTTED_QUAD.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value;
}

export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The private networks of sessions.md §1: 10/8, 127/8, 172.16/12, 192.168/16. */
export function isPrivateIpv4(value: number): boolean {
  const top = value >>> 24;
  return top === 10 || top === 127 || value >>> 20 === 0xac1 || value >>> 16 === 0xc0a8;
}
