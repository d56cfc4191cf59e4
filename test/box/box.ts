/** A box on the desk: takes events, keeps the state, and remembers every effect. */

import { announcements } from '../../src/box/announcements.ts';
import type { BoxEffect, SessionCall } from '../../src/box/effects.ts';
import type { BoxEvent } from '../../src/box/events.ts';
import { initialState, NO_MIXES, type Surroundings } from '../../src/box/initial-state.ts';
import { reduce } from '../../src/box/reduce.ts';
import type { ServerTarget } from '../../src/box/server-target.ts';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import type { BoxSettings, BoxState } from '../../src/box/state.ts';
import type { ListedClient, SessionEvent } from '../../src/jamulus/session-types.ts';

export const CELLAR: ServerTarget = { address: 'cellar.example:22125', label: 'The Cellar' };
export const ATTIC: ServerTarget = { address: '192.0.2.7', label: 'Attic' };

export const SETTINGS: BoxSettings = {
  server: CELLAR,
  profile: { name: 'Box-7F3A', city: '', countryCode: 0, instrument: 0, skill: 'not-set' },
  transport: { quality: 'high', frameSamples: 64, blockFactor: 1 },
  jitter: { kind: 'normal' },
  consent: { acceptRecording: false, acceptLicence: false },
  sound: DEFAULT_SOUND,
  startMuted: false,
  mixes: NO_MIXES,
};

/** An event without its time. */
export type Happening = BoxEvent extends infer E ? (E extends BoxEvent ? Omit<E, 'atMs'> : never) : never;

export interface TestBox {
  readonly state: () => BoxState;
  /** Effects of the last event. */
  readonly last: () => readonly BoxEffect[];
  readonly all: () => readonly BoxEffect[];
  /** Everything a terminal would have printed. */
  readonly printed: () => readonly string[];
  readonly at: (atMs: number) => void;
  readonly send: (happening: Happening) => void;
  readonly session: (event: SessionEvent) => void;
  readonly microphoneOpen: () => boolean;
  readonly calls: () => readonly SessionCall[];
}

export function makeBox(changes: Partial<BoxSettings> = {}, around: Surroundings = {}): TestBox {
  let state = initialState({ ...SETTINGS, ...changes }, around);
  let nowMs = 0;
  let last: readonly BoxEffect[] = [];
  const all: BoxEffect[] = [];
  const printed: string[] = [];
  const send = (happening: Happening): void => {
    const step = reduce(state, { ...happening, atMs: nowMs } as BoxEvent);
    printed.push(...announcements(state, step.state));
    state = step.state;
    last = step.effects;
    all.push(...last);
  };
  send({ type: 'started' });
  return {
    state: () => state,
    last: () => last,
    all: () => all,
    printed: () => printed,
    at: (atMs) => {
      nowMs = atMs;
    },
    send,
    session: (event) => send({ type: 'session', event }),
    microphoneOpen: () => all.findLast((effect) => effect.type === 'sound')?.sound.microphoneClosed === false,
    calls: () => all.flatMap((effect) => (effect.type === 'session' ? [effect.call] : [])),
  };
}

/** From idle to a session that tries to reach the server. */
export function connecting(box: TestBox, server?: ServerTarget): void {
  box.send(server === undefined ? { type: 'connectPressed' } : { type: 'connectPressed', server });
  resolve(box);
}

export function resolve(box: TestBox): void {
  const endpoint = { family: 4, address: '192.0.2.1', port: 22125 } as const;
  box.send({ type: 'resolved', attemptId: box.state().attemptId, endpoint });
}

/** From idle to playing on a server that doesn't record. */
export function playing(box: TestBox, server?: ServerTarget): void {
  connecting(box, server);
  box.session({ type: 'recorderState', state: 'unknown' });
  box.session({ type: 'connected', channelId: 3 });
  box.session({ type: 'recorderState', state: 'not-enabled' });
}

export function musician(channelId: number, name: string, changes: Partial<ListedClient> = {}): ListedClient {
  return {
    channelId,
    name,
    city: '',
    countryCode: 0,
    instrument: 0,
    skill: 'not-set',
    isOwn: false,
    mix: { gain: 1, pan: 0.5, muted: false, solo: false },
    hasMutedMe: false,
    ...changes,
  };
}

export function types(effects: readonly BoxEffect[]): readonly string[] {
  return effects.map((effect) => effect.type);
}
