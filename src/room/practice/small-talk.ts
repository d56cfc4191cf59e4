/**
 * What the players of the practice room say: hello to somebody who comes, and an answer to a line of chat. One of them
 * does the talking, never to another player and never more than a line in a few seconds.
 */
import type { ListedClient } from '../../jamulus/session-types.ts';

/** Pause before an answer: nobody answers at once. */
const THINKING_MS = 1500;
/** After an answered line, lines are not answered for this time. */
const PAUSE_MS = 5000;

const HELLO = 'Hello! We are not real: this computer plays us. Try our faders, mute us, write something here.';
const ANSWERS = [
  'Nice to hear from you. In a real session everybody reads this.',
  'We only know one tune. Play along in A minor!',
  'When you have heard enough of us, choose a server in the menu: there are people.',
] as const;

/** The speaker in a line that a server relays (sessions.md §7), still escaped. */
const SPEAKER = /^<font color="[a-z]+">\([^)]*\) <b>([^<]*)<\/b><\/font> /;

export interface SmallTalk {
  /** Who is there now. */
  list(clients: readonly ListedClient[], nowMs: number): void;
  chat(html: string, nowMs: number): void;
  /** What to say now; undefined = nothing. */
  say(nowMs: number): string | undefined;
  /** When say() has something; Infinity = not foreseeable. */
  nextMs(): number;
}

/** @param players the names of all players */
export function createSmallTalk(players: readonly string[]): SmallTalk {
  let listeners = new Set<number>();
  let planned: { readonly text: string; readonly atMs: number } | undefined;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let answers = 0;

  function plan(text: string, nowMs: number): void {
    if (planned !== undefined || nowMs < quietUntilMs) return;
    planned = { text, atMs: nowMs + THINKING_MS };
    quietUntilMs = nowMs + PAUSE_MS;
  }

  return {
    list(clients, nowMs) {
      const present = clients.filter(({ isOwn, name }) => !isOwn && name !== '' && !players.includes(name));
      const ids = new Set(present.map(({ channelId }) => channelId));
      if ([...ids].some((id) => !listeners.has(id))) plan(HELLO, nowMs);
      listeners = ids;
    },
    chat(html, nowMs) {
      const speaker = SPEAKER.exec(html)?.[1];
      if (speaker === undefined || players.includes(speaker) || nowMs < quietUntilMs) return;
      plan(ANSWERS[answers % ANSWERS.length] ?? ANSWERS[0], nowMs);
      answers += 1;
    },
    say(nowMs) {
      if (planned === undefined || nowMs < planned.atMs) return undefined;
      const { text } = planned;
      planned = undefined;
      return text;
    },
    nextMs: () => planned?.atMs ?? Number.POSITIVE_INFINITY,
  };
}
