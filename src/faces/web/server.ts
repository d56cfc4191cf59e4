/** The routes of the phone page (docs/api.md): who may, what is asked, and what is answered. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { PairingResult, PhoneAccess } from '../../app/phones/phone-access.ts';
import { commandSchema, type RemoteCommand } from '../../box/commands.ts';
import type { Refusal } from '../../box/policy.ts';
import type { PhoneRole } from '../../box/state.ts';
import { type ActionError, type PairAnswer, pairRequestSchema } from './api/answers.ts';
import type { Me, PageState } from './api/page-state.ts';
import { isOwnHost, isOwnOrigin, type OwnNames } from './http/hosts.ts';
import { RateLimit } from './http/rate-limit.ts';
import { type StaticFile, staticResponse } from './http/static-files.ts';
import { PARTS, type Part, type Watchers } from './http/watchers.ts';
import { listRecordings, openRecording, recordingsPage } from './recordings.ts';

export const COOKIE = 'jambox';
const COOKIE_SECONDS = 400 * 24 * 3600;
export const MAX_BODY_BYTES = 8 * 1024;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; " +
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** 200 connections of a household fit; a slider that is dragged makes 15 actions a second. */
const REQUESTS = { perSecond: 30, burst: 300 } as const;
const ACTIONS = { perSecond: 40, burst: 120 } as const;
const PAIRINGS = { perSecond: 0.5, burst: 10 } as const;

export interface ServerParts {
  readonly phones: PhoneAccess;
  readonly watchers: Watchers;
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Names and addresses of this machine as they are now. */
  readonly ownNames: () => OwnNames;
  readonly state: () => PageState;
  /** Null: done. */
  readonly command: (command: RemoteCommand, role: PhoneRole) => Refusal | null;
  readonly diagnostics: () => string;
  /** Null: switched off. */
  readonly metrics: (() => string) | null;
  readonly openApi: () => object;
  /** Folder of the own room's recordings; null = there are none. */
  readonly recordings: string | null;
  /** Whoever is not paired may look. */
  readonly openStatus: boolean;
  readonly nowMs?: () => number;
}

interface Env {
  Bindings: HttpBindings;
  Variables: { role: PhoneRole | null };
}
type Request = Context<Env>;

const ACTION_STATUS: Readonly<Record<ActionError, ContentfulStatusCode>> = {
  invalid: 400,
  'not-paired': 401,
  locked: 403,
  'show-who-sees-what': 409,
  'not-now': 409,
  'too-many': 429,
};

export function createPageServer(parts: ServerParts): Hono<Env> {
  const { phones, watchers, files, nowMs = () => performance.now() } = parts;
  const requests = new RateLimit(REQUESTS);
  const actions = new RateLimit(ACTIONS);
  const pairings = new RateLimit(PAIRINGS);
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    const { host } = c.env.incoming.headers;
    if (!isOwnHost(host, parts.ownNames())) return c.json({ error: 'wrong-host' }, 403);
    if (!requests.allows(addressOf(c), nowMs())) return c.json({ error: 'too-many' }, 429);
    return await next();
  });

  app.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    const { host, origin } = c.env.incoming.headers;
    if (!isOwnOrigin({ host, origin, fetchSite: c.req.header('sec-fetch-site') })) {
      return c.json({ error: 'wrong-origin' }, 403);
    }
    // A form of another page can send everything but this type.
    if (c.req.method !== 'GET' && !/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      return c.json({ error: 'invalid' }, 415);
    }
    c.set('role', phones.roleOf(getCookie(c, COOKIE)));
    return await next();
  });

  const limitBody = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ error: 'invalid' }, 413) });
  const refuse = (c: Request) => c.json({ error: 'not-paired' }, 401);

  app.get('/api/me', (c) => {
    const role = c.get('role');
    const token = getCookie(c, COOKIE);
    // Browsers keep no cookie for longer than this: each visit counts anew.
    if (role !== null && token !== undefined) giveCookie(c, token);
    const { box } = parts.state();
    return c.json({
      api: 1,
      role: role ?? (parts.openStatus ? 'watcher' : 'nobody'),
      hostName: box.hostName,
      hasPin: phones.hasPin,
      menuLocked: box.menuLocked,
    } satisfies Me);
  });

  app.post('/api/pair', limitBody, async (c) => {
    if (!pairings.allows(addressOf(c), nowMs())) return c.json({ error: 'too-many' }, 429);
    const request = v.safeParse(pairRequestSchema, await readJson(c));
    if (!request.success) return c.json({ error: 'invalid' } satisfies PairAnswer, 400);
    const { output } = request;
    const paired = 'code' in output ? phones.tryCode(output.code) : phones.tryPin(output.pin);
    if (paired.kind === 'right') giveCookie(c, paired.token);
    const { status, body } = pairAnswer(paired);
    return c.json(body, status);
  });

  app.post('/api/unpair', limitBody, (c) => {
    const token = getCookie(c, COOKIE);
    if (c.get('role') === null || token === undefined) return refuse(c);
    phones.leave(token);
    deleteCookie(c, COOKIE, { path: '/' });
    return c.json({ ok: true });
  });

  app.post('/api/actions', limitBody, async (c) => {
    const role = c.get('role');
    if (role === null) return refuse(c);
    if (!actions.allows(addressOf(c), nowMs())) return c.json({ error: 'too-many' }, 429);
    const command = v.safeParse(commandSchema, await readJson(c));
    if (!command.success) return c.json({ error: 'invalid', at: v.getDotPath(command.issues[0]) }, 400);
    const error = parts.command(command.output, role);
    return error === null ? c.json({ ok: true }) : c.json({ error }, ACTION_STATUS[error]);
  });

  app.get('/api/events', (c) => {
    const role = c.get('role');
    if (role === null && !parts.openStatus) return refuse(c);
    const wanted = (c.req.query('parts') ?? '').split(',');
    const chosen = new Set<Part>(PARTS.filter((part) => wanted.includes(part)));
    return watch(watchers, c.env.incoming, c.env.outgoing, role !== null, chosen)
      ? RESPONSE_ALREADY_SENT
      : c.json({ error: 'too-many' }, 503);
  });

  app.get('/api/state', (c) => (c.get('role') === null ? refuse(c) : c.json(parts.state())));
  app.get('/api/openapi.json', (c) => c.json(parts.openApi()));
  app.get('/api/diagnostics', (c) => {
    if (c.get('role') === null) return refuse(c);
    c.header('Content-Disposition', 'attachment; filename="jamulus-box.txt"');
    return c.text(parts.diagnostics());
  });

  const { recordings } = parts;
  if (recordings !== null) {
    // Where there is a PIN, the operator is who knows it; elsewhere whoever stood at the panel.
    const isOperator = (c: Request) => c.get('role') === 'installer' || (c.get('role') === 'player' && !phones.hasPin);
    app.get('/api/recordings', async (c) =>
      isOperator(c) ? c.html(recordingsPage(await listRecordings(recordings))) : refuse(c),
    );
    app.get('/api/recordings/:session/:file', async (c) => {
      if (!isOperator(c)) return refuse(c);
      const { session, file: name } = c.req.param();
      const found = await openRecording(recordings, session, name);
      if (found === undefined) return c.notFound();
      c.header('Content-Type', 'application/octet-stream');
      c.header('Content-Length', String(found.bytes));
      c.header('Content-Disposition', `attachment; filename="${name}"`);
      // It goes on growing while it is recorded: no more than what was promised.
      const bytes = found.file.createReadStream({ end: Math.max(0, found.bytes - 1) });
      return c.body(Readable.toWeb(bytes) as ReadableStream);
    });
  }

  if (parts.metrics !== null) {
    const { metrics } = parts;
    app.get('/metrics', (c) => c.text(metrics(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }));
  }

  app.get('*', (c) => {
    const file = files.get(c.req.path);
    return file === undefined ? c.notFound() : withHeaders(staticResponse(file, c.req.raw.headers));
  });
  app.notFound((c) => c.json({ error: 'not-found' }, 404));
  return app;
}

function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  return response;
}

function addressOf(c: Request): string {
  return c.env.incoming.socket.remoteAddress ?? '';
}

function giveCookie(c: Request, token: string): void {
  setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: COOKIE_SECONDS });
}

async function readJson(c: Request): Promise<unknown> {
  try {
    return JSON.parse(await c.req.text());
  } catch {
    return undefined;
  }
}

function pairAnswer(paired: PairingResult): { readonly status: ContentfulStatusCode; readonly body: PairAnswer } {
  switch (paired.kind) {
    case 'right':
      return { status: 200, body: { role: paired.role } };
    case 'wrong':
      return { status: 401, body: { error: 'wrong' } };
    case 'no-code':
      return { status: 409, body: { error: 'no-code' } };
    case 'pause':
      return { status: 429, body: { error: 'pause', waitMs: paired.waitMs } };
  }
}

/** Keeps the connection; false: there are too many. */
function watch(
  watchers: Watchers,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isPaired: boolean,
  parts: ReadonlySet<Part>,
): boolean {
  if (watchers.isFull(isPaired)) return false;
  outgoing.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  incoming.socket.setNoDelay(true);
  outgoing.on('close', () => watchers.remove(outgoing));
  outgoing.on('error', () => watchers.remove(outgoing));
  watchers.add(outgoing, isPaired, parts);
  return true;
}
