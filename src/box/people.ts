/** The musicians on the server and how they sound in the own mix, remembered by name (sessions.md §4). */
import { MAX_LEVEL } from '../jamulus/levels.ts';
import { MAX_CHANNELS } from '../jamulus/limits.ts';
import type { ChannelLevel, ChannelMix, ListedClient } from '../jamulus/session-types.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../jamulus/text.ts';
import { type BoxEffect, callSession, type Step, unchanged } from './effects.ts';
import { cleanText } from './plain-text.ts';
import {
  type BoxState,
  hasSession,
  MAX_REMEMBERED_MIXES,
  type Person,
  type RememberedMixes,
  withVisit,
} from './state.ts';

/** The mix to start with for a musician who appears; undefined = full level, centre. `name` as the server gave it. */
export function rememberedMix(state: BoxState, name: string, isOwn: boolean): ChannelMix | undefined {
  if (isOwn) return state.mixes.own ?? undefined;
  const cleaned = cleanText(name, MAX_NAME_UNITS);
  return state.mixes.others.find((known) => known.name === cleaned)?.mix;
}

export function clientListReceived(state: BoxState, clients: readonly ListedClient[]): BoxState {
  const levels = new Map(state.visit.people.map((person) => [person.channelId, person.level]));
  const people = clients.slice(0, MAX_CHANNELS).map((client) => ({
    ...client,
    name: cleanText(client.name, MAX_NAME_UNITS),
    city: cleanText(client.city, MAX_CITY_UNITS),
    hasMutedMe: client.hasMutedMe && !client.isOwn,
    level: levels.get(client.channelId) ?? 0,
  }));
  return withVisit(state, { people });
}

export function levelsReceived(state: BoxState, reported: readonly ChannelLevel[]): BoxState {
  const levels = new Map(reported.map(({ channelId, level }) => [channelId, Math.min(MAX_LEVEL, level)]));
  const people = state.visit.people.map((person) => ({ ...person, level: levels.get(person.channelId) ?? 0 }));
  return withVisit(state, { people });
}

export function muteStateReceived(state: BoxState, channelId: number, hasMutedMe: boolean): BoxState {
  // Whoever solos somebody mutes themselves in their own mix: nobody else has done that.
  return withPerson(state, channelId, (person) => ({ ...person, hasMutedMe: hasMutedMe && !person.isOwn }));
}

/** Fader, pan, mute or solo of one musician; nothing happens if they have gone or a number is none. */
export function changeMix(state: BoxState, channelId: number, change: Partial<ChannelMix>): Step {
  const person = state.visit.people.find((one) => one.channelId === channelId);
  if (person === undefined || !hasSession(state)) return unchanged(state);
  const before = person.mix;
  const mix: ChannelMix = {
    gain: fraction(change.gain, before.gain),
    pan: fraction(change.pan, before.pan),
    muted: change.muted ?? before.muted,
    solo: change.solo ?? before.solo,
  };
  const effects: BoxEffect[] = [];
  if (mix.gain !== before.gain) effects.push(callSession({ method: 'setGain', channelId, gain: mix.gain }));
  if (mix.pan !== before.pan) effects.push(callSession({ method: 'setPan', channelId, pan: mix.pan }));
  if (mix.muted !== before.muted) effects.push(callSession({ method: 'setMuted', channelId, muted: mix.muted }));
  if (mix.solo !== before.solo) effects.push(callSession({ method: 'setSolo', channelId, solo: mix.solo }));
  const next = withPerson(state, channelId, (one) => ({ ...one, mix }));
  return { state: { ...next, mixes: remember(state.mixes, person, mix) }, effects };
}

/** Only what the player has set themselves is kept (privacy C10). */
function remember(mixes: RememberedMixes, { name, isOwn }: Person, mix: ChannelMix): RememberedMixes {
  if (isOwn) return { ...mixes, own: mix };
  if (name === '') return mixes;
  const others = [{ name, mix }, ...mixes.others.filter((known) => known.name !== name)].slice(0, MAX_REMEMBERED_MIXES);
  return { ...mixes, others };
}

function withPerson(state: BoxState, channelId: number, change: (person: Person) => Person): BoxState {
  const people = state.visit.people.map((person) => (person.channelId === channelId ? change(person) : person));
  return withVisit(state, { people });
}

function fraction(value: number | undefined, before: number): number {
  return value === undefined || !Number.isFinite(value) ? before : Math.min(1, Math.max(0, value));
}
