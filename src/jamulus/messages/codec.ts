/** The shape of a message module: the message, its number, its body in both directions. */

export interface MessageCodec<M extends { readonly type: string }> {
  readonly type: M['type'];
  /** The number on the wire. */
  readonly id: number;
  /** The body; text is cut to its limit. */
  encode(message: M): Uint8Array;
  /** Undefined where the specification has the receiver reject the body. */
  decode(body: Uint8Array): M | undefined;
}

const NO_BODY = new Uint8Array(0);

/** A message without fields. Its body is not looked at when received (messages.md §5). */
export function emptyMessage<T extends string>(id: number, type: T): MessageCodec<{ readonly type: T }> {
  return { id, type, encode: () => NO_BODY, decode: () => ({ type }) };
}
