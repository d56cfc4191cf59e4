/** Text on the wire: UTF-8 with limits in UTF-16 units (messages.md §3.1). */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Limits of messages.md §3.1 in UTF-16 units. */
export const MAX_NAME_UNITS = 16;
export const MAX_CITY_UNITS = 20;
export const MAX_SERVER_NAME_UNITS = 20;
export const MAX_ADDRESS_UNITS = 15;
/** What a receiver accepts; versions before 3.12.0 reject more than 30, so an own version text stays within 30. */
export const MAX_VERSION_UNITS = 50;
/** What any receiver accepts in CHAT_TEXT. */
export const MAX_CHAT_UNITS = 1800;
/** What a client may send as chat, and the limit of a welcome text. */
export const MAX_SENT_CHAT_UNITS = 1600;

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Invalid UTF-8 becomes U+FFFD, never an error. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The longest beginning of `text` of at most `maxUnits` UTF-16 units that ends between two graphemes. */
export function cutText(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  // One code point more than the limit shows whether the last grapheme goes on, and keeps the work bounded for any input.
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, maxUnits + 2))) {
    if (index + segment.length > maxUnits) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
