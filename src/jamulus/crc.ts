/** The checksum of message frames: CRC-16/GENIBUS (messages.md §1.3). */

const TABLE = makeTable();

function makeTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (let index = 0; index < 256; index++) {
    let register = index << 8;
    for (let bit = 0; bit < 8; bit++) register = register & 0x8000 ? (register << 1) ^ 0x1021 : register << 1;
    table[index] = register;
  }
  return table;
}

/** CRC of the first `length` bytes, 0…65535. Period path: allocates nothing. */
export function crc16(bytes: Uint8Array, length: number): number {
  let register = 0xffff;
  for (let i = 0; i < length; i++) {
    register = ((register << 8) & 0xffff) ^ (TABLE[(register >> 8) ^ (bytes[i] as number)] as number);
  }
  return register ^ 0xffff;
}
