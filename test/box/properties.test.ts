/** Any events in any order: what must hold whatever people, servers and sound cards do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcements } from '../../src/box/announcements.ts';
import type { Command } from '../../src/box/commands.ts';
import type { BoxEffect } from '../../src/box/effects.ts';
import type { BoxEvent } from '../../src/box/events.ts';
import { initialState } from '../../src/box/initial-state.ts';
import { isUpdating, may, type Role } from '../../src/box/policy.ts';
import { reduce } from '../../src/box/reduce.ts';
import type { BoxState, UpdateReport } from '../../src/box/state.ts';
import { statusLine } from '../../src/box/status-line.ts';
import type { SessionEvent } from '../../src/jamulus/session-types.ts';
import { ATTIC, CELLAR, type Happening, musician, SETTINGS } from './box.ts';

const number = fc.oneof(fc.integer({ min: -5, max: 200 }), fc.double());
const channelId = fc.integer({ min: 0, max: 149 });
const name = fc.oneof(fc.constantFrom('', 'Anna', 'Bo\u001b[2J'), fc.string({ unit: 'binary', maxLength: 16 }));
const server = fc.constantFrom(CELLAR, ATTIC, { address: 'no:good:address', label: '' });
const recorderStates = ['unknown', 'not-initialised', 'not-enabled', 'recording'] as const;

const person = fc
  .record({ channelId, name, isOwn: fc.boolean(), hasMutedMe: fc.boolean() })
  .map(({ channelId, name, ...rest }) => musician(channelId, name, rest));

const sessionEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant('connected' as const), channelId }),
  fc.record({ type: fc.constant('clientList' as const), clients: fc.array(person, { maxLength: 160 }) }),
  fc.record({
    type: fc.constant('levels' as const),
    levels: fc.array(fc.record({ channelId, level: fc.integer({ min: 0, max: 9 }) })),
  }),
  fc.record({
    type: fc.constantFrom('chat' as const, 'welcome' as const),
    html: fc.string({ unit: 'binary', maxLength: 1800 }),
  }),
  fc.record({ type: fc.constant('recorderState' as const), state: fc.constantFrom(...recorderStates) }),
  fc.record({ type: fc.constant('muteState' as const), channelId, muted: fc.boolean() }),
  fc.constant({ type: 'serverVersion' as const, version: '3.11.0', os: 'linux' as const }),
  fc.record({ type: fc.constant('serverJitterBlocks' as const), blocks: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ type: fc.constant('ping' as const), ms: fc.integer({ min: 0, max: 10_000 }) }),
  fc.record({
    type: fc.constantFrom(
      'licenceRequired' as const,
      'serverFull' as const,
      'rawAudioOffered' as const,
      'serverRestarted' as const,
      'noAnswer' as const,
    ),
  }),
  fc.record({
    type: fc.constant('ended' as const),
    reason: fc.constantFrom('left' as const, 'server-said-goodbye' as const, 'timeout' as const),
  }),
);

const side = fc.constant({ level: [0.1, 2], hold: [1, Number.NaN], clipped: [true, false] } as const);
const counter = fc.integer({ min: -1000, max: 1e9 });

/** Weighted so that connections come about: the resolver answers, the server gives a channel. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Happening>({ type: 'connectPressed' }) },
  { weight: 1, arbitrary: server.map((chosen): Happening => ({ type: 'connectPressed', server: chosen })) },
  { weight: 1, arbitrary: server.map((chosen): Happening => ({ type: 'started', server: chosen })) },
  {
    weight: 5,
    arbitrary: fc.constant<Happening>({
      type: 'resolved',
      attemptId: -1,
      endpoint: { family: 4, address: '192.0.2.1', port: 1 },
    }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ type: 'resolveFailed', attemptId: -1, kind: 'no-network' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Happening[]>({ type: 'leavePressed' }, { type: 'sessionFailed', kind: 'no-network' }),
  },
  { weight: 5, arbitrary: fc.constant<Happening>({ type: 'session', event: { type: 'connected', channelId: 0 } }) },
  { weight: 15, arbitrary: sessionEvent.map((event): Happening => ({ type: 'session', event })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('recorder' as const, 'reconnect' as const, 'leave' as const)
      .map((id): Happening => ({ type: 'timer', id })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ type: fc.constantFrom('noticeAnswered' as const, 'licenceAnswered' as const), ok: fc.boolean() })
      .map((answer): Happening => answer),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        channelId,
        change: fc.record({ gain: number, pan: number, muted: fc.boolean() }, { requiredKeys: [] }),
      })
      .map((change): Happening => ({ type: 'setMix', ...change })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record(
        { inputGainDb: number, boost: number, monitorOn: fc.boolean(), masterLevel: number },
        { requiredKeys: [] },
      )
      .map((change): Happening => ({ type: 'setSound', change })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Happening[]>(
      { type: 'mutePressed' },
      { type: 'feedbackGuardTripped' },
      { type: 'chatSent', text: 'hi' },
      { type: 'setTransport', change: { frameSamples: 128, blockFactor: 2 } },
      { type: 'setJitter', jitter: { kind: 'safe' } },
      { type: 'deviceMissing', problem: 'no-sound-card', why: 'gone', retrying: true },
      { type: 'deviceRunning', description: 'card', periodFrames: 64, latencyFrames: 0, inputs: 2, outputs: 2 },
    ),
  },
  { weight: 1, arbitrary: side.map((meter): Happening => ({ type: 'meters', input: meter, output: meter })) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        misses: counter,
        xruns: counter,
        audioReceived: counter,
        jitterBlocks: fc.integer({ min: 0, max: 20 }),
      })
      .map((counters): Happening => ({ type: 'engineCounters', ...counters })),
  },
);

const update = fc.constantFrom<UpdateReport['update'][]>(
  { kind: 'none' },
  { kind: 'available', version: '1' },
  { kind: 'installing', version: '1', progress: 0.5 },
  { kind: 'restarting' },
  { kind: 'undone', version: '1' },
);
const address = fc.constantFrom(CELLAR.address, ATTIC.address, 'no:good:address');
const reading = fc.record({
  carrier: fc.boolean(),
  address: fc.constantFrom(null, '192.0.2.5'),
  defaultRoute: fc.constantFrom(null, true, false),
  temperatureC: fc.constantFrom(null, 50, 90),
  cpuPercent: fc.constant(null),
  underVoltage: fc.constantFrom(null, true, false),
});

/** What people, machine, servers and root do beside the link. */
const around: fc.Arbitrary<Happening> = fc.oneof(
  reading.map((one): Happening => ({ type: 'systemRead', reading: one })),
  fc.record({ update, check: fc.boolean() }).map((report): Happening => ({ type: 'updateReported', report })),
  fc.record({ address, on: fc.boolean() }).map((one): Happening => ({ type: 'setFavourite', ...one })),
  fc
    .constantFrom('recent' as const, 'public' as const, 'room' as const, null)
    .map((group): Happening => ({ type: 'listServers', open: group === null ? null : { group } })),
  fc
    .constantFrom('people-and-servers' as const, 'everything' as const)
    .map((what): Happening => ({ type: 'forgotten', what, settings: SETTINGS })),
  fc
    .constantFrom('idle' as const, 'search' as const, 'update' as const)
    .map((id): Happening => ({ type: 'timer', id })),
  fc.constantFrom<Happening[]>(
    { type: 'touched' },
    { type: 'stillPlaying' },
    { type: 'setHabits', change: { idleMinutes: 0 } },
    { type: 'setHabits', change: { idleMinutes: 30, startMuted: true } },
    { type: 'startUpdate' },
    { type: 'updateRefused' },
    { type: 'updateSeen' },
    { type: 'setUpdateCheck', on: true },
    { type: 'firstStartStep', done: 'play' },
    { type: 'chooseCard', key: 'hat' },
    { type: 'serversFound', found: { type: 'probing' } },
    { type: 'forget', what: 'everything' },
  ),
);

const timed = fc.array(
  fc.tuple(
    fc.oneof({ weight: 4, arbitrary: happening }, { weight: 1, arbitrary: around }),
    fc.integer({ min: 0, max: 40_000 }),
  ),
  { maxLength: 120, size: 'max' },
);

/** From idle to joined, so that what follows happens on a server for a while. */
const JOIN: readonly (readonly [Happening, number])[] = [
  [{ type: 'connectPressed' }, 0],
  [{ type: 'resolved', attemptId: -1, endpoint: { family: 4, address: '192.0.2.1', port: 1 } }, 0],
  [{ type: 'session', event: { type: 'connected', channelId: 0 } }, 0],
];

/** Runs events, with answers of the resolver going to the present attempt, and looks at every step. */
function run(
  events: readonly (readonly [Happening, number])[],
  look: (event: BoxEvent, state: BoxState, effects: readonly BoxEffect[], before: BoxState) => void,
): BoxState {
  let state = initialState(SETTINGS);
  let atMs = 0;
  for (const [happening, passedMs] of events) {
    atMs += passedMs;
    const aimed = 'attemptId' in happening ? { ...happening, attemptId: state.attemptId } : happening;
    const event = { ...aimed, atMs } as BoxEvent;
    const before = state;
    const step = reduce(state, event);
    state = step.state;
    look(event, state, step.effects, before);
  }
  return state;
}

/** Any command in any state is decided, and what it leads to is taken. */
const commands = fc.constantFrom<Command[]>(
  { type: 'connect' },
  { type: 'connect', address: ATTIC.address, label: 'Attic', shown: true },
  { type: 'leave' },
  { type: 'mute', on: true },
  { type: 'notice', ok: false },
  { type: 'licence', ok: true },
  { type: 'mix', channelId: 1, fader: 10 },
  { type: 'favourite', address: ATTIC.address, on: true },
  { type: 'listServers', open: { group: 'recent' } },
  { type: 'startUpdate' },
  { type: 'updateCheck', on: true },
  { type: 'profile', country: 'DE' },
  { type: 'reset', what: 'everything' },
  { type: 'newPairingCode' },
  { type: 'restart' },
  { type: 'record', what: 'start' },
  { type: 'soundCard', key: null },
);

describe('whatever happens', () => {
  it('every command is decided, and its events are taken: nobody connects while an update is put in', () => {
    fc.assert(
      fc.property(timed, commands, fc.constantFrom<Role[]>('panel', 'player', 'installer'), (events, command, role) => {
        const state = run([...JOIN, ...events], () => {});
        const decision = may(state, command, role);
        if ('error' in decision) return;
        const after = decision.events.reduce((box, one) => reduce(box, { ...one, atMs: 1e7 } as BoxEvent).state, state);
        if (isUpdating(state) && state.link.kind === 'idle') expect(after.link.kind).toBe('idle');
        if (command.type === 'mute') expect(after.sound.mute !== 'off').toBe(command.on);
      }),
      { numRuns: 200 },
    );
  });

  it('the state stays bounded, serialisable and presentable', () => {
    fc.assert(
      fc.property(timed, (events) => {
        run([...JOIN, ...events], (_event, state, _effects, before) => {
          const { visit, mixes } = state;
          expect(visit.people.length).toBeLessThanOrEqual(150);
          expect(visit.chat.length).toBeLessThanOrEqual(10);
          expect(visit.missReadings.length).toBeLessThanOrEqual(61);
          expect(mixes.others.length).toBeLessThanOrEqual(250);
          const line = statusLine(state);
          for (const text of [line, ...announcements(before, state)]) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
            expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          }
          expect([...line].length).toBeLessThanOrEqual(100);
        });
        const end = run(events, () => {});
        const meters = { level: [0, 0], hold: [0, 0], clipped: [false, false] } as const;
        const plain = { ...end, engine: { ...end.engine, input: meters, output: meters } };
        expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  it('C5: the microphone is never open while a recording that was met at joining is unanswered, or a licence not accepted', () => {
    let opened = 0;
    fc.assert(
      fc.property(timed, (events) => {
        // A model of its own, made of events only: is the next word about recording the first one, what is asked.
        let firstWord = true;
        let recordingAsks = false;
        let licenceAsks = false;
        let closed = true;
        run([...JOIN, ...events], (event, state, effects, before) => {
          const connected = before.link.kind === 'connected';
          const told =
            event.type === 'session' && (connected || before.link.kind === 'connecting') ? event.event : undefined;
          if (told?.type === 'connected' || told?.type === 'serverRestarted') {
            firstWord = true;
            recordingAsks = false;
          }
          if (told?.type === 'recorderState') {
            recordingAsks = told.state === 'recording' && (recordingAsks || firstWord);
            firstWord = told.state === 'unknown';
          }
          if (told?.type === 'licenceRequired') licenceAsks = true;
          if (told?.type === 'serverRestarted') licenceAsks = false;
          if (event.type === 'noticeAnswered' && event.ok && connected) recordingAsks = false;
          if (event.type === 'licenceAnswered' && event.ok && connected) licenceAsks = false;
          if (state.link.kind !== 'connected' && state.link.kind !== 'connecting') {
            firstWord = true;
            recordingAsks = false;
            licenceAsks = false;
          }
          for (const effect of effects) if (effect.type === 'sound') closed = effect.sound.microphoneClosed;
          if (!closed) opened++;
          if (recordingAsks || licenceAsks || state.link.kind !== 'connected') expect(closed).toBe(true);
          if (told?.type === 'connected') expect(closed).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
    expect(opened).toBeGreaterThan(100);
  });

  it('after quit the box says goodbye if it must, and exits once, then never again does anything', () => {
    fc.assert(
      fc.property(timed, timed, (events, later) => {
        const quit: [Happening, number] = [{ type: 'quit', code: 7 }, 0];
        const leaveTimer: [Happening, number] = [{ type: 'timer', id: 'leave' }, 2000];
        const after: BoxEffect[] = [];
        let quitting = false;
        let hadSession = false;
        const end = run(
          [...JOIN, ...events, quit, ...later, leaveTimer, ...later],
          (event, _state, effects, before) => {
            if (event.type === 'quit') {
              quitting = true;
              hadSession = before.link.kind === 'connecting' || before.link.kind === 'connected';
            }
            if (before.life.kind === 'ended') expect(effects).toEqual([]);
            if (quitting) after.push(...effects);
          },
        );
        expect(end.life.kind).toBe('ended');
        expect(after.filter((effect) => effect.type === 'exit')).toEqual([{ type: 'exit', code: 7 }]);
        expect(after.at(-1)).toEqual({ type: 'exit', code: 7 });
        const goodbyes = after.filter((effect) => effect.type === 'session' && effect.call.method === 'leave');
        expect(goodbyes).toHaveLength(hadSession ? 1 : 0);
        expect(after.some((effect) => effect.type === 'resolve' || effect.type === 'openSession')).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('every session that is opened is closed, or still there', () => {
    fc.assert(
      fc.property(timed, (events) => {
        let open = 0;
        run(events, (_event, state, effects) => {
          for (const effect of effects) {
            if (effect.type === 'openSession') open++;
            if (effect.type === 'closeSession') open--;
          }
          expect(open).toBe(['connecting', 'connected', 'leaving'].includes(state.link.kind) ? 1 : 0);
        });
      }),
      { numRuns: 200 },
    );
  });
});
