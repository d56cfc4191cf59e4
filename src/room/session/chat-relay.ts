/** What a client says, as all clients get it (sessions.md §7): HTML with colour, time and name. */
import { cutText, MAX_CHAT_UNITS, MAX_SENT_CHAT_UNITS } from '../../jamulus/text.ts';

const COLOURS = ['mediumblue', 'red', 'darkorchid', 'green', 'maroon', 'coral'] as const;

/**
 * The line for plain `text`, at most 1800 UTF-16 units: what is longer than a client may send, or would be longer than a
 * client takes once it is escaped, is cut, where the reference implementation would lose it.
 * @param secondsOfDay local time, 0…86399
 */
export function chatLine(channelId: number, name: string, text: string, secondsOfDay: number): string {
  const colour = COLOURS[channelId % COLOURS.length];
  const head = `<font color="${colour}">(${timeOfDay(secondsOfDay)}) <b>${escapeHtml(name)}</b></font> `;
  return head + escapeWithin(cutText(text, MAX_SENT_CHAT_UNITS), MAX_CHAT_UNITS - head.length);
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Escapes the longest beginning of `text`, give or take a character, that fits into `maxUnits`. */
function escapeWithin(text: string, maxUnits: number): string {
  let escaped = escapeHtml(text);
  while (escaped.length > maxUnits) {
    // One escaped unit has at most 6: cutting a sixth of what is too much never cuts too far.
    text = cutText(text, text.length - Math.ceil((escaped.length - maxUnits) / 6));
    escaped = escapeHtml(text);
  }
  return escaped;
}

/** "hh:mm:ss AP" as the official server writes it. */
function timeOfDay(secondsOfDay: number): string {
  const seconds = Math.max(0, Math.trunc(secondsOfDay) || 0) % 86_400;
  const hours = Math.trunc(seconds / 3600);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [hours % 12 || 12, Math.trunc(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${clock} ${hours < 12 ? 'AM' : 'PM'}`;
}
