/** What anybody asks becomes the events of buttons, or nothing, or a reason why not. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { IDLE_MINUTES } from '../../src/box/choices.ts';
import { type Command, commandSchema, type RemoteCommand } from '../../src/box/commands.ts';
import type { BoxEvent } from '../../src/box/events.ts';
import { may, type Role } from '../../src/box/policy.ts';
import { reduce } from '../../src/box/reduce.ts';
import type { ListedServer } from '../../src/box/servers/choice.ts';
import type { BoxState } from '../../src/box/state.ts';
import { pairRequestSchema } from '../../src/faces/web/api/answers.ts';
import { faderToGain } from '../../src/jamulus/gain.ts';
import { IDLE, playingBox } from '../faces/panel/scenes.ts';
import { type Around, around } from './around.ts';

function ask(command: Command, box: BoxState = playingBox(), change: Around & { readonly role?: Role } = {}) {
  const { role = 'player', ...more } = change;
  return may(around(box, more), command, role);
}

const row = (change: Partial<ListedServer>): ListedServer => ({
  address: 'jam.example:22124',
  name: 'Jam',
  pingMs: 10,
  players: 1,
  maxPlayers: 8,
  favourite: false,
  reachable: true,
  genre: '',
  lists: ['public'],
  records: false,
  keepsLog: false,
  ...change,
});
const seen: BoxState = { ...IDLE, shownProfile: IDLE.profile };

describe('connecting', () => {
  it('C1: goes nowhere before the profile and who sees it have been shown', () => {
    expect(ask({ type: 'connect' }, IDLE)).toEqual({ error: 'show-who-sees-what' });
    expect(ask({ type: 'connect', shown: true }, IDLE)).toEqual({
      events: [{ type: 'connectPressed', server: IDLE.server }],
    });
  });

  it('once it has been shown, connects, until the profile changes', () => {
    expect(ask({ type: 'connect' }, seen)).toMatchObject({ events: [{ type: 'connectPressed' }] });
    const changed = { ...seen, profile: { ...seen.profile, city: 'Wellington' } };
    expect(ask({ type: 'connect' }, changed)).toEqual({ error: 'show-who-sees-what' });
  });

  it('C5: a server that records or keeps a log is announced each time', () => {
    for (const change of [{ records: true }, { keepsLog: true }]) {
      const servers = [row(change)];
      expect(ask({ type: 'connect', address: 'jam.example:22124' }, seen, { servers })).toEqual({
        error: 'show-who-sees-what',
      });
    }
  });

  it('calls a server by its known name, and a typed one by its address', () => {
    const servers = [row({})];
    const labels = ['jam.example:22124', '192.0.2.7'].map((address) => {
      const done = ask({ type: 'connect', address }, seen, { servers });
      return 'events' in done && done.events[0]?.type === 'connectPressed' ? done.events[0].server?.label : undefined;
    });
    expect(labels).toEqual(['Jam', '192.0.2.7']);
  });

  it('asked twice is asked once: it never stops what it has started', () => {
    for (const kind of ['resolving', 'connecting', 'connected', 'waiting'] as const) {
      const box = { ...seen, link: { kind } } as unknown as BoxState;
      expect(ask({ type: 'connect' }, box)).toEqual({ events: [] });
    }
  });

  it('does not while an update is being installed', () => {
    expect(ask({ type: 'connect' }, seen, { update: { kind: 'restarting' } })).toEqual({ error: 'not-now' });
  });
});

describe('everything else', () => {
  it('mute is what was asked for, not the other way round', () => {
    const box = playingBox();
    const muted = { ...box, sound: { ...box.sound, mute: 'pressed' as const } };
    expect(ask({ type: 'mute', on: true }, box)).toEqual({ events: [{ type: 'mutePressed' }] });
    expect(ask({ type: 'mute', on: true }, muted)).toEqual({ events: [] });
    expect(ask({ type: 'mute', on: false }, muted)).toEqual({ events: [{ type: 'mutePressed' }] });
  });

  it('a fader becomes a gain, for somebody who is there', () => {
    expect(ask({ type: 'mix', channelId: 1, fader: 50, muted: true })).toEqual({
      events: [{ type: 'setMix', channelId: 1, change: { gain: faderToGain(50), muted: true } }],
    });
    expect(ask({ type: 'mix', channelId: 149, fader: 50 })).toEqual({ error: 'not-now' });
  });

  it('a profile changes field by field', () => {
    const { profile } = playingBox();
    expect(ask({ type: 'profile', country: 'NZ', instrument: 5 })).toEqual({
      events: [{ type: 'setProfile', profile: { ...profile, countryCode: 154, instrument: 5 } }],
    });
  });

  it('a favourite is set or not, not turned', () => {
    const servers = [row({ favourite: true })];
    const action = { type: 'favourite', address: 'jam.example:22124' } as const;
    const setting = (on: boolean) => {
      const before = around(IDLE, { servers });
      const decision = may(before, { ...action, on }, 'player');
      if ('error' in decision) throw new Error(decision.error);
      return decision.events.reduce((box, event) => reduce(box, { ...event, atMs: 0 } as BoxEvent).state, before);
    };
    expect(setting(true).servers.favourites).toHaveLength(1);
    expect(setting(false).servers.favourites).toEqual([]);
  });

  it('a sound card is chosen by its key, if it is there and the box may choose', () => {
    const row = { name: 'UMC404HD 192k', kind: 'usb', hasInput: true, hasOutput: true } as const;
    const soundCards = { cards: [{ ...row, key: 'usb:1397:0509' }], chosen: null, taken: null };
    const choose = (key: string | null, change: Around) => ask({ type: 'soundCard', key }, IDLE, change);
    expect(choose('usb:1397:0509', { soundCards })).toEqual({ events: [{ type: 'chooseCard', key: 'usb:1397:0509' }] });
    expect(choose(null, { soundCards })).toEqual({ events: [] });
    expect(choose(null, { soundCards: { ...soundCards, chosen: 'hat' } })).toEqual({
      events: [{ type: 'chooseCard', key: null }],
    });
    expect(choose('usb:0000:0000', { soundCards })).toEqual({ error: 'not-now' });
    expect(choose('usb:1397:0509', {})).toEqual({ error: 'not-now' });
  });

  it('start muted is for the next start: it mutes nothing', () => {
    for (const on of [true, false]) {
      expect(ask({ type: 'startMuted', on })).toEqual({ events: [{ type: 'setHabits', change: { startMuted: on } }] });
    }
  });

  it('"Still playing?" is asked after one of the times that are offered, or never', () => {
    for (const minutes of IDLE_MINUTES) {
      const action = { type: 'idleMinutes', minutes } as const;
      expect(v.is(commandSchema, action)).toBe(true);
      expect(ask(action)).toEqual({ events: [{ type: 'setHabits', change: { idleMinutes: minutes } }] });
    }
  });

  it('answers questions that stand only', () => {
    expect(ask({ type: 'notice', ok: true })).toEqual({ error: 'not-now' });
    expect(ask({ type: 'licence', ok: true })).toEqual({ error: 'not-now' });
    expect(ask({ type: 'chat', text: 'hi' }, IDLE)).toEqual({ error: 'not-now' });
    expect(ask({ type: 'listServers', open: { group: 'public', directory: 'evil.example' } }, IDLE)).toEqual({
      error: 'not-now',
    });
    expect(ask({ type: 'restart' })).toEqual({ error: 'not-now' });
    expect(ask({ type: 'record', what: 'start' })).toEqual({ error: 'not-now' });
  });
});

describe('a locked box', () => {
  const locked = (command: Command, role: Role = 'player') => ask(command, playingBox(), { menuLocked: true, role });

  it('leaves CONNECT, MUTE and the volumes', () => {
    const allowed: readonly RemoteCommand[] = [
      { type: 'connect' },
      { type: 'leave' },
      { type: 'mute', on: true },
      { type: 'mix', channelId: 1, fader: 1 },
      { type: 'sound', masterLevel: 50 },
      { type: 'shutDown' },
    ];
    for (const action of allowed) {
      for (const role of ['player', 'panel'] as const) expect(locked(action, role)).toHaveProperty('events');
    }
  });

  it('and nothing else, without the PIN', () => {
    const refused: readonly RemoteCommand[] = [
      { type: 'connect', address: 'elsewhere.example', shown: true },
      { type: 'sound', masterLevel: 50, inputGainDb: 3 },
      { type: 'sound', inputChannels: [3, 4] },
      { type: 'sound', feedbackGuard: false },
      { type: 'profile', name: 'x' },
      { type: 'forgetPhones' },
      { type: 'reset', what: 'everything' },
      { type: 'startUpdate' },
      { type: 'favourite', address: 'jam.example', on: true },
      { type: 'startMuted', on: false },
      { type: 'soundCard', key: null },
      { type: 'idleMinutes', minutes: 0 },
    ];
    for (const action of refused) {
      for (const role of ['player', 'panel'] as const) expect(locked(action, role)).toEqual({ error: 'locked' });
      expect(ask(action, IDLE, { menuLocked: true, role: 'installer' })).not.toEqual({ error: 'locked' });
    }
  });
});

describe('hostile input', () => {
  it('is no command, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(v.safeParse(commandSchema, value).success).toBe(false);
        expect(v.safeParse(pairRequestSchema, value).success).toBe(false);
      }),
    );
  });

  it('numbers beyond their ranges, unknown keys and prototypes are refused', () => {
    for (const text of [
      '{"type":"mix","channelId":150}',
      '{"type":"mix","channelId":1,"fader":1e999}',
      '{"type":"mix","channelId":-1}',
      '{"type":"sound","boost":2.5}',
      '{"type":"sound","mute":"off"}',
      '{"type":"sound","inputChannels":[0,1]}',
      '{"type":"sound","outputChannels":[1]}',
      '{"type":"sound","outputChannels":[1,33]}',
      '{"type":"profile","name":"12345678901234567"}',
      '{"type":"profile","country":"XX"}',
      '{"type":"connect","address":"jam.example:99999"}',
      '{"type":"connect","address":""}',
      '{"type":"mute","on":1}',
      '{"type":"startMuted","on":"yes"}',
      '{"type":"startMuted"}',
      '{"type":"soundCard"}',
      '{"type":"soundCard","key":""}',
      '{"type":"idleMinutes","minutes":45}',
      '{"type":"idleMinutes","minutes":-30}',
      '{"type":"idleMinutes","minutes":null}',
      '{"type":"quit","code":0}',
      '{"type":"chat","text":""}',
      '{"type":"jitter","jitter":{"kind":"fixed","clientBlocks":21,"serverBlocks":1}}',
      '{"__proto__":{"type":"leave"}}',
      '{"type":"leave","__proto__":{"x":1}}',
      '[{"type":"leave"}]',
    ]) {
      expect(v.safeParse(commandSchema, JSON.parse(text)).success, text).toBe(false);
    }
  });

  it('every command that passes is done or refused in any state', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const actions: fc.Arbitrary<RemoteCommand> = fc.oneof(
      fc.record({ type: fc.constant('mix' as const), channelId: fc.integer({ min: 0, max: 149 }), pan: fraction }),
      fc.record({ type: fc.constant('chat' as const), text: fc.string({ minLength: 1, maxLength: 100 }) }),
      fc.constantFrom<RemoteCommand>({ type: 'leave' }, { type: 'connect' }, { type: 'shutDown' }, { type: 'restart' }),
      fc.record({ type: fc.constant('mute' as const), on: fc.boolean() }),
    );
    fc.assert(
      fc.property(actions, fc.constantFrom(IDLE, seen, playingBox()), (action, box) => {
        expect(v.safeParse(commandSchema, action).success).toBe(true);
        const done = ask(action, box);
        expect('events' in done || 'error' in done).toBe(true);
      }),
    );
  });
});
