/** Datagrams that can be told apart and checked byte by byte. */

/** Datagram number `n`: up to 2 kB long, every byte of it follows from `n`. */
export function numberedDatagram(n: number): Uint8Array {
  return Uint8Array.from({ length: (n * 37) % 2048 }, (_, i) => (n * 31 + i * 7) & 255);
}
