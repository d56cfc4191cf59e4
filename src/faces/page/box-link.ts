/**
 * The line to the box: the stream of events while somebody looks at the page, and posts of actions. It finds out by itself
 * that the box is silent, and tries again until it answers.
 */
import type { RemoteCommand } from '../../box/commands.ts';
import type { ActionError, PairAnswer, PairRequest } from '../web/api/answers.ts';
import type { Me, PageHistory, PageServers, StateEvent } from '../web/api/page-state.ts';

export type Part = 'meters' | 'servers' | 'history';

export interface BoxLinkEvents {
  readonly onMe: (me: Me) => void;
  readonly onState: (event: StateEvent) => void;
  readonly onMeters: (meters: readonly number[]) => void;
  readonly onServers: (servers: PageServers) => void;
  readonly onHistory: (history: PageHistory) => void;
  /** The box does not answer, or answers again. */
  readonly onGone: (isGone: boolean) => void;
}

export interface BoxLink {
  /** Which parts are being looked at. */
  readonly watch: (parts: readonly Part[]) => void;
  /** Asks again who this phone is: after pairing, or once it has been forgotten. */
  readonly restart: () => void;
}

/** The box counts as gone when nothing has come for this time; it sends something every 5 s. */
const SILENCE_MS = 12_000;
/** How long one answer of the box is waited for. */
const ANSWER_MS = 4000;
/** Pauses before the next attempt, after the first failure, the second and so on. */
const RETRY_MS = [500, 1000, 2000, 3000] as const;

export function openBoxLink(events: BoxLinkEvents): BoxLink {
  let parts: readonly Part[] = [];
  let source: EventSource | undefined;
  let silence: number | undefined;
  let retry: number | undefined;
  let failures = 0;
  /** Answers to older questions don't count. */
  let round = 0;

  function stop(): void {
    round += 1;
    source?.close();
    source = undefined;
    clearTimeout(silence);
    clearTimeout(retry);
  }

  function heard(): void {
    failures = 0;
    events.onGone(false);
    clearTimeout(silence);
    silence = setTimeout(failed, SILENCE_MS);
  }

  function failed(): void {
    stop();
    events.onGone(true);
    retry = setTimeout(start, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  }

  async function start(): Promise<void> {
    stop();
    if (document.hidden) return;
    const mine = round;
    const me = await askMe();
    if (mine !== round) return;
    if (me === undefined) return failed();
    events.onGone(false);
    events.onMe(me);
    if (me.role !== 'nobody') listen();
    else failures = 0;
  }

  function listen(): void {
    const next = new EventSource(parts.length === 0 ? 'api/events' : `api/events?parts=${parts.join(',')}`);
    const on = (name: string, take: (data: never) => void) =>
      next.addEventListener(name, (event: MessageEvent<string>) => {
        heard();
        take(JSON.parse(event.data) as never);
      });
    on('state', events.onState);
    on('meters', events.onMeters);
    on('servers', events.onServers);
    on('history', events.onHistory);
    next.addEventListener('error', () => {
      if (next === source) failed();
    });
    source?.close();
    source = next;
    clearTimeout(silence);
    silence = setTimeout(failed, SILENCE_MS);
  }

  document.addEventListener('visibilitychange', () => void start());
  addEventListener('online', () => void start());
  addEventListener('pagehide', stop);
  addEventListener('pageshow', (event) => {
    if (event.persisted) void start();
  });
  void start();
  return {
    watch: (wanted) => {
      if (wanted.join() === parts.join()) return;
      parts = [...wanted];
      if (source !== undefined) listen();
    },
    restart: () => void start(),
  };
}

async function askMe(): Promise<Me | undefined> {
  try {
    const answer = await fetch('api/me', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok ? ((await answer.json()) as Me) : undefined;
  } catch {
    return undefined;
  }
}

async function post(path: string, body: unknown): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Null = done. */
export async function postAction(action: RemoteCommand): Promise<ActionError | 'offline' | null> {
  const answer = await post('api/actions', action);
  if (answer === undefined) return 'offline';
  return answer['ok'] === true ? null : ((answer['error'] as ActionError | undefined) ?? 'not-now');
}

export async function postPair(request: PairRequest): Promise<PairAnswer | { readonly error: 'offline' }> {
  return ((await post('api/pair', request)) as PairAnswer | undefined) ?? { error: 'offline' };
}

export async function postUnpair(): Promise<void> {
  await post('api/unpair', {});
}
