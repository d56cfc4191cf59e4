/** What the players of the practice room say. */
import { describe, expect, it } from 'vitest';
import type { ListedClient } from '../../../src/jamulus/session-types.ts';
import { createSmallTalk } from '../../../src/room/practice/small-talk.ts';
import { chatLine } from '../../../src/room/session/chat-relay.ts';

const BAND = ['Practice Bass', 'Practice Guitar'];

function client(channelId: number, name: string): ListedClient {
  const mix = { gain: 1, pan: 0.5, muted: false, solo: false };
  const none = { city: '', countryCode: 0, instrument: 0, skill: 'not-set', hasMutedMe: false } as const;
  return { channelId, name, ...none, mix, isOwn: channelId === 0 };
}

const ALONE = [client(0, 'Practice Bass'), client(1, 'Practice Guitar')];
const WITH_ANNA = [...ALONE, client(2, 'Anna')];

describe('small talk', () => {
  it('says hello once to somebody who comes, after a moment', () => {
    const talk = createSmallTalk(BAND);
    talk.list(ALONE, 0);
    expect(talk.nextMs()).toBe(Number.POSITIVE_INFINITY);
    talk.list([...ALONE, client(2, '')], 5); // has not introduced themselves yet
    talk.list(WITH_ANNA, 10);
    talk.list(WITH_ANNA, 20);
    expect(talk.nextMs()).toBe(1510);
    expect(talk.say(1509)).toBeUndefined();
    expect(talk.say(1510)).toMatch(/^Hello!/);
    talk.list(WITH_ANNA, 60_000);
    expect(talk.say(90_000)).toBeUndefined();
  });

  it('answers a line, another one each time', () => {
    const talk = createSmallTalk(BAND);
    const answers = [0, 10_000, 20_000, 30_000].map((atMs) => {
      talk.chat(chatLine(2, 'Anna', 'hi <there>', 0), atMs);
      return talk.say(atMs + 1500);
    });
    expect(new Set(answers).size).toBe(3);
    expect(answers).not.toContain(undefined);
  });

  it('does not answer a player, a line of the server, or every line of a flood', () => {
    const talk = createSmallTalk(BAND);
    talk.chat(chatLine(0, 'Practice Bass', 'hi', 0), 0);
    talk.chat('<b>Server Welcome Message:</b> hi', 0);
    talk.chat('hi', 0);
    expect(talk.nextMs()).toBe(Number.POSITIVE_INFINITY);
    let said = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      talk.chat(chatLine(2, 'Anna', 'hi', 0), ms);
      if (talk.say(ms) !== undefined) said++;
    }
    expect(said).toBeLessThanOrEqual(12);
  });

  it('two bands do not talk to each other for ever: names decide, not channels', () => {
    const talk = createSmallTalk(BAND);
    talk.chat(chatLine(9, 'Practice Guitar', 'Hello!', 0), 0);
    expect(talk.nextMs()).toBe(Number.POSITIVE_INFINITY);
  });
});
