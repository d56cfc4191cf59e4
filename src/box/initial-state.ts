/** The state of the box at start, made of settings and of what stands around it. */
import { NO_CHOICES } from './choices.ts';
import { ENGINE_AT_START } from './engine.ts';
import { initialServers, NO_SEARCH, NO_SERVERS } from './servers/state.ts';
import { initialSound } from './sound.ts';
import { type BoxSettings, type BoxState, NEW_VISIT, type RememberedMixes, type Setup } from './state.ts';
import { UNREAD } from './system.ts';
import { NO_UPDATES } from './update.ts';

export const NO_MIXES: RememberedMixes = { own: null, others: [] };

/** A box on a desk: nothing is fixed, and nobody has to be asked whether they still play. */
export const PLAIN_SETUP: Setup = {
  hostName: 'box',
  menuLocked: false,
  controls: 'knob',
  fixedServer: null,
  mistakes: [],
  ownAddress: 'route',
  needsNetwork: true,
  habits: { startMuted: false, idleMinutes: 0 },
  ownsMachine: false,
};

/** What the box has beside its own settings, and remembers from earlier starts. */
export type Surroundings = Partial<
  Pick<
    BoxState,
    | 'setup'
    | 'choices'
    | 'system'
    | 'firstStart'
    | 'servers'
    | 'lastServer'
    | 'update'
    | 'access'
    | 'hosting'
    | 'cards'
    | 'shownProfile'
  >
>;

export function initialState(settings: BoxSettings, around: Surroundings = {}): BoxState {
  const { server, profile, transport, jitter, consent, mixes } = settings;
  return {
    life: { kind: 'running' },
    link: { kind: 'idle' },
    server,
    attemptId: 0,
    problem: null,
    shownProfile: null,
    profile,
    transport,
    jitter,
    consent,
    sound: initialSound(settings.sound, settings.startMuted),
    mixes,
    visit: NEW_VISIT,
    engine: ENGINE_AT_START,
    setup: PLAIN_SETUP,
    choices: NO_CHOICES,
    system: { ...UNREAD, settingsRestored: false, wifi: 'off' },
    firstStart: 'done',
    idle: { sinceMs: 0, questionUntilMs: null },
    servers: initialServers(NO_SERVERS, []),
    search: NO_SEARCH,
    lastServer: null,
    afterForgetting: null,
    update: NO_UPDATES,
    access: null,
    hosting: null,
    cards: null,
    ...around,
  };
}
