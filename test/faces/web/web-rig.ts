/** A page server on loopback over a box whose state the test sets; real requests through node:http. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createPhoneAccess, type PhoneAccess } from '../../../src/app/phones/phone-access.ts';
import type { UntimedEvent } from '../../../src/box/events.ts';
import { may } from '../../../src/box/policy.ts';
import type { BoxState } from '../../../src/box/state.ts';
import type { StateEvent } from '../../../src/faces/web/api/page-state.ts';
import { loadStaticFiles } from '../../../src/faces/web/http/static-files.ts';
import { createWatchers, type Watchers } from '../../../src/faces/web/http/watchers.ts';
import { listen } from '../../../src/faces/web/listen.ts';
import { metersOf } from '../../../src/faces/web/meters-of.ts';
import { openApi } from '../../../src/faces/web/openapi.ts';
import { pageState } from '../../../src/faces/web/page-state-of.ts';
import { COOKIE, createPageServer } from '../../../src/faces/web/server.ts';
import { playingBox } from '../panel/scenes.ts';

export const PIN = '402913';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface WebRig {
  readonly port: number;
  readonly phones: PhoneAccess;
  readonly watchers: Watchers;
  /** What the page has made the box do. */
  readonly events: UntimedEvent[];
  box: BoxState;
  nowMs: number;
  ask(ask: Ask): Promise<Answer>;
  post(path: string, body: unknown, cookie?: string): Promise<Answer>;
  /** A cookie of a phone that has been let in. */
  pair(): Promise<string>;
  watch(cookie: string | null, parts?: string): Promise<Watch>;
  close(): void;
}

export interface Watch {
  readonly status: number;
  readonly events: { readonly event: string; readonly data: unknown }[];
  readonly response: IncomingMessage;
  /** The state as a page has it. */
  state(): Readonly<Record<string, unknown>>;
  until(met: () => boolean): Promise<void>;
  close(): void;
}

export async function openWeb(
  change: {
    readonly openStatus?: boolean;
    readonly metrics?: boolean;
    readonly folder?: string;
    readonly recordings?: string;
    readonly pin?: null;
  } = {},
): Promise<WebRig> {
  const events: UntimedEvent[] = [];
  const phones = createPhoneAccess({ keys: [], pin: change.pin === null ? null : PIN, nowMs: () => rig.nowMs });
  const state = () => pageState({ box: { ...rig.box, access: phones.access() }, version: '1', recordings: false });
  const watchers = createWatchers({
    state,
    meters: () => metersOf(rig.box),
    servers: () => ({ fixed: false, lists: [], rows: [] }),
    history: () => [[1, 2, 3, 4]],
    newestSample: () => [2, 2, 3, 4],
  });
  const app = createPageServer({
    phones,
    watchers,
    files: await loadStaticFiles(change.folder ?? '/nowhere'),
    ownNames: () => ({ hostName: 'jambox-7f3a', addresses: ['127.0.0.1', '192.168.1.7', 'fe80::1', '::1'] }),
    state,
    command(command, role) {
      const decision = may(rig.box, command, role);
      if ('error' in decision) return decision.error;
      events.push(...decision.events);
      return null;
    },
    diagnostics: () => 'text',
    metrics: change.metrics === true ? () => 'jambox_up 1\n' : null,
    openApi: () => openApi('1'),
    recordings: change.recordings ?? null,
    openStatus: change.openStatus ?? false,
    nowMs: () => rig.nowMs,
  });
  const listening = await listen(getRequestListener(app.fetch, { overrideGlobalObjects: false }), [0]);
  if ('error' in listening) throw new Error(listening.error);
  const { server } = listening;
  const { port } = server.address() as AddressInfo;

  const rig: WebRig = {
    port,
    phones,
    watchers,
    events,
    box: playingBox(),
    nowMs: 1_000_000,
    ask({ method = 'GET', path, headers = {}, body }) {
      return new Promise((resolve, reject) => {
        const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: parse(text) });
          });
        });
        req.on('error', reject);
        req.end(body);
      });
    },
    post: (path, body, cookie) =>
      rig.ask({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
        body: JSON.stringify(body),
      }),
    async pair() {
      phones.newCode();
      const { headers } = await rig.post('/api/pair', { code: phones.access().pairingCode });
      return /^[^;]*/.exec(headers['set-cookie']?.[0] ?? '')?.[0] ?? '';
    },
    watch(cookie, parts = '') {
      return new Promise((resolve, reject) => {
        const headers = cookie === null ? {} : { cookie };
        const req = request(
          { host: '127.0.0.1', port, path: `/api/events?parts=${parts}`, headers, agent: false },
          (res) => resolve(follow(res, () => req.destroy())),
        );
        req.on('error', reject);
        req.end();
      });
    },
    close() {
      watchers.close();
      phones.close();
      server.close();
      server.closeAllConnections();
    },
  };
  return rig;
}

export function cookieOf(token: string): string {
  return `${COOKIE}=${token}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function follow(response: IncomingMessage, close: () => void): Watch {
  const events: { event: string; data: unknown }[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      if (event !== undefined && data !== undefined) events.push({ event, data: JSON.parse(data) });
    }
    for (const look of waiting) look();
  });
  return {
    status: response.statusCode ?? 0,
    events,
    response,
    state() {
      const told = events.filter(({ event }) => event === 'state').map(({ data }) => (data as StateEvent).set);
      return Object.assign({}, ...told) as Record<string, unknown>;
    },
    until(met) {
      return new Promise((resolve) => {
        const look = () => {
          if (!met()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    close,
  };
}
