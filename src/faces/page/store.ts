/** What the page knows, and who wants to hear of changes. Meters go their own way: they are drawn without a rendering. */
import type { RemoteCommand } from '../../box/commands.ts';
import type { ActionError } from '../web/api/answers.ts';
import type { HistorySample, Me, PageServers, PageState } from '../web/api/page-state.ts';
import { type BoxLink, openBoxLink, type Part, postAction } from './box-link.ts';

export const TABS = ['play', 'servers', 'sound', 'me', 'chat', 'box'] as const;
export type Tab = (typeof TABS)[number];

/** A question before something is done. */
export type Question =
  | { readonly kind: 'who-sees'; readonly connect: Extract<RemoteCommand, { type: 'connect' }> }
  | {
      readonly kind: 'sure';
      readonly title: string;
      readonly body: string;
      readonly go: string;
      readonly action: RemoteCommand;
    };

export interface Model {
  readonly me: Me | null;
  readonly state: PageState | null;
  readonly servers: PageServers | null;
  readonly history: readonly HistorySample[];
  readonly gone: boolean;
  readonly tab: Tab;
  readonly question: Question | null;
  /** Said for some seconds. */
  readonly toast: string | null;
  readonly readChat: number;
  readonly closedWelcome: string | null;
}

/** How much of the history of delay and ping is kept, and how long a toast is shown. */
const HISTORY_MS = 600_000;
const TOAST_MS = 5000;
const PARTS: Readonly<Record<Tab, readonly Part[]>> = {
  play: ['meters'],
  servers: ['servers'],
  sound: ['meters'],
  me: [],
  chat: [],
  box: ['history'],
};

let model: Model = {
  me: null,
  state: null,
  servers: null,
  history: [],
  gone: false,
  tab: tabOfAddress(),
  question: null,
  toast: null,
  readChat: 0,
  closedWelcome: null,
};
let meters: readonly number[] = [];
/** Box time minus time here. */
let clockOffsetMs = 0;
let link: BoxLink | undefined;
let toastTimer: number | undefined;
const listeners = new Set<() => void>();
const meterListeners = new Set<(meters: readonly number[]) => void>();

export function getModel(): Model {
  return model;
}

export function setModel(change: Partial<Model>): void {
  model = { ...model, ...change };
  for (const listener of listeners) listener();
}

export function onModel(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls at once with what is known, then at each change. */
export function onMeters(listener: (meters: readonly number[]) => void): () => void {
  meterListeners.add(listener);
  listener(meters);
  return () => meterListeners.delete(listener);
}

export function boxNowMs(): number {
  return performance.now() + clockOffsetMs;
}

export function say(text: string): void {
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => setModel({ toast: null }), TOAST_MS);
  setModel({ toast: text });
}

export function startStore(errorText: (error: ActionError | 'offline') => string): void {
  errorTexts = errorText;
  link = openBoxLink({
    onMe: (me) => setModel(me.role === 'nobody' ? { me, state: null, servers: null, history: [] } : { me }),
    onState: ({ nowMs, set }) => {
      clockOffsetMs = nowMs - performance.now();
      if (Object.keys(set).length === 0) return;
      setModel({ state: { ...model.state, ...set } as PageState });
    },
    onMeters: (next) => {
      meters = next;
      for (const listener of meterListeners) listener(next);
    },
    onServers: (servers) => setModel({ servers }),
    onHistory: ({ first, samples }) => {
      const all = first ? samples : [...model.history, ...samples];
      const begin = (all.at(-1)?.[0] ?? 0) - HISTORY_MS;
      setModel({ history: all.filter(([atMs]) => atMs >= begin) });
    },
    onGone: (gone) => {
      if (gone !== model.gone) setModel({ gone });
    },
  });
  link.watch(PARTS[model.tab]);
  addEventListener('hashchange', () => {
    setModel({ tab: tabOfAddress() });
    link?.watch(PARTS[model.tab]);
  });
}

let errorTexts: (error: ActionError | 'offline') => string = (error) => error;

/** Asks again who this phone is. */
export function askWhoAmI(): void {
  link?.restart();
}

/** Asks the box to do something; says so if it does not. True = done. */
export async function act(action: RemoteCommand): Promise<boolean> {
  if (action.type === 'connect' && action.shown !== true && model.state?.privacy.shown === false) {
    setModel({ question: { kind: 'who-sees', connect: action } });
    return false;
  }
  const error = await postAction(action);
  if (error === null) return true;
  if (error === 'show-who-sees-what' && action.type === 'connect') {
    setModel({ question: { kind: 'who-sees', connect: action } });
    return false;
  }
  if (error === 'not-paired') askWhoAmI();
  say(errorTexts(error));
  return false;
}

function tabOfAddress(): Tab {
  return TABS.find((tab) => location.hash === `#${tab}`) ?? 'play';
}
