/** Reading and writing message bodies: little-endian numbers and length-prefixed text (messages.md, conventions). */
import { formatIpv4, parseIpv4 } from './ipv4.ts';
import { cutText, decodeUtf8, encodeUtf8 } from './text.ts';

/** A cursor over one body. After a field that does not fit, `failed` is set and every further field reads as empty. */
export class BodyReader {
  failed = false;
  #offset = 0;
  readonly #body: Uint8Array;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  remaining(): number {
    return this.#body.length - this.#offset;
  }

  /** True if every field so far fitted and nothing is left: the rule for most messages. */
  complete(): boolean {
    return !this.failed && this.remaining() === 0;
  }

  u8(): number {
    return this.#uint(1);
  }

  u16(): number {
    return this.#uint(2);
  }

  u32(): number {
    return this.#uint(4);
  }

  /** An address of messages.md §3.8 as dotted quad. */
  ipv4(): string {
    return formatIpv4(this.u32());
  }

  /** Text with a byte count of one byte; fails beyond `maxUnits` UTF-16 units. */
  str8(maxUnits: number): string {
    return this.#text(this.u8(), maxUnits);
  }

  /** Text with a byte count of two bytes; fails beyond `maxUnits` UTF-16 units. */
  str16(maxUnits: number): string {
    return this.#text(this.u16(), maxUnits);
  }

  #uint(bytes: number): number {
    if (this.failed || this.remaining() < bytes) {
      this.failed = true;
      return 0;
    }
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (this.#body[this.#offset + i] as number);
    this.#offset += bytes;
    return value;
  }

  #text(bytes: number, maxUnits: number): string {
    if (this.failed || this.remaining() < bytes) {
      this.failed = true;
      return '';
    }
    const text = decodeUtf8(this.#body.subarray(this.#offset, this.#offset + bytes));
    this.#offset += bytes;
    if (text.length <= maxUnits) return text;
    this.failed = true;
    return '';
  }
}

/** Collects one body. Numbers are taken modulo their size, text is cut to its limit. */
export class BodyWriter {
  readonly #bytes: number[] = [];

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  u8(value: number): this {
    return this.#uint(value, 1);
  }

  u16(value: number): this {
    return this.#uint(value, 2);
  }

  u32(value: number): this {
    return this.#uint(value, 4);
  }

  /** A dotted quad; anything else is written as 0.0.0.0. */
  ipv4(address: string): this {
    return this.u32(parseIpv4(address) ?? 0);
  }

  str8(text: string, maxUnits: number): this {
    const encoded = encodeUtf8(cutText(text, maxUnits));
    return this.u8(encoded.length).#append(encoded);
  }

  str16(text: string, maxUnits: number): this {
    const encoded = encodeUtf8(cutText(text, maxUnits));
    return this.u16(encoded.length).#append(encoded);
  }

  #uint(value: number, bytes: number): this {
    for (let i = 0; i < bytes; i++) this.#bytes.push((value >>> (8 * i)) & 0xff);
    return this;
  }

  #append(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
}
