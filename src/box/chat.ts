/** Chat and the welcome text: the last lines in memory, as plain text, gone with the visit (privacy C7). */
import { cutText, MAX_SENT_CHAT_UNITS } from '../jamulus/text.ts';
import { callSession, type Step, unchanged } from './effects.ts';
import { plainText } from './plain-text.ts';
import { type BoxState, withVisit } from './state.ts';

const MAX_LINES = 10;

export function chatReceived(state: BoxState, html: string, atMs: number): BoxState {
  const text = plainText(html);
  if (text === '') return state;
  const { chat } = state.visit;
  const number = (chat.at(-1)?.number ?? 0) + 1;
  return withVisit(state, { chat: [...chat, { number, atMs, text }].slice(-MAX_LINES) });
}

export function welcomeReceived(state: BoxState, html: string): BoxState {
  return withVisit(state, { welcome: plainText(html) });
}

/** The own line comes back from the server like everybody's. */
export function sendChat(state: BoxState, text: string): Step {
  const trimmed = cutText(text.trim(), MAX_SENT_CHAT_UNITS);
  if (trimmed === '' || state.link.kind !== 'connected') return unchanged(state);
  return { state, effects: [callSession({ method: 'sendChat', text: trimmed })] };
}
