/** What the page is answered: to POST /api/actions with a command as JSON (box/commands.ts), and to POST /api/pair. */
import * as v from 'valibot';
import { PIN } from '../../../settings/installer-schema.ts';

export const ACTION_ERRORS = [
  /** Body is no such command. */
  'invalid',
  /** 401: not paired. */
  'not-paired',
  /** 403: the menu is locked, the PIN is needed. */
  'locked',
  /** 409: show who sees what first, then ask again with `shown`. */
  'show-who-sees-what',
  /** 409: nothing happens now: an update is running, no such musician, list or sound card, not on this machine. */
  'not-now',
  /** 429 */
  'too-many',
] as const;
export type ActionError = (typeof ACTION_ERRORS)[number];

/** POST /api/pair: the code on the OLED, or the installer's PIN. */
export const pairRequestSchema = v.union([
  v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d{6}$/)) }),
  v.strictObject({ pin: v.pipe(v.string(), v.regex(PIN)) }),
]);

export type PairRequest = v.InferOutput<typeof pairRequestSchema>;

/** 200, 401, 409 (no code is shown now), 429 (how long to wait). */
export type PairAnswer =
  | { readonly role: 'player' | 'installer' }
  | { readonly error: 'wrong' | 'no-code' | 'invalid' }
  | { readonly error: 'pause'; readonly waitMs: number };
