/**
 * From keys going down and up, and a knob that turns, to what people mean. A short press acts on release; held for
 * 800 ms it is "back" or "leave", acting while held; held for 4 s it is dangerous, with a countdown that letting go
 * cancels. Knob and OK button are the same key; Up and Down repeat while they are held.
 */
export const KEYS = ['connect', 'mute', 'knob', 'up', 'down'] as const;
export type Key = (typeof KEYS)[number];

export type RawInput =
  | { readonly type: 'down' | 'up'; readonly key: Key }
  /** Positive = clockwise, one a detent. */
  | { readonly type: 'turn'; readonly steps: number }
  /** Call it at least every 50 ms while a key is down. */
  | { readonly type: 'tick' };

/** What people can do, whatever the controls are. */
export type PanelInput =
  /** `count`: 1, or more when the knob is turned fast on a number or a long list. */
  | { readonly type: 'previous' | 'next'; readonly count: number }
  | { readonly type: 'choose' | 'back' | 'connect' | 'leave' | 'mute' }
  /** Held for 4 s: CONNECT for shutting down, the knob where a screen has something dangerous. */
  | { readonly type: 'shutDown' | 'danger' }
  /** Time has passed, or the box has changed. */
  | { readonly type: 'tick' };

/** What the screen that is shown makes of keys. */
export interface PressContext {
  /** A number or a long list: the knob may take several steps at once. */
  readonly accelerates: boolean;
  /** Holding the knob is dangerous here, instead of "back". */
  readonly dangerous: boolean;
  /** There is a connection, or an attempt, to leave. */
  readonly canLeave: boolean;
}

/** A hold in progress, to be shown as a filling bar or a countdown. */
export interface Hold {
  readonly purpose: 'back' | 'leave' | 'shutDown' | 'danger';
  /** 0…1 */
  readonly progress: number;
  readonly secondsLeft: number;
}

interface Held {
  readonly sinceMs: number;
  /** The hold of 800 ms has acted. */
  readonly acted: boolean;
  /** The hold of 4 s has acted. */
  readonly finished: boolean;
  /** Steps that Up or Down has made by being held. */
  readonly repeats: number;
}

export interface Presses {
  readonly held: Readonly<Partial<Record<Key, Held>>>;
  readonly turnedAtMs: number;
}

export const NO_PRESSES: Presses = { held: {}, turnedAtMs: Number.NEGATIVE_INFINITY };

/** How long a key is held for its second meaning, and for the one that ends or deletes something. */
export const HOLD_MS = 800;
export const DANGER_MS = 4000;
/** A bar or a countdown is not shown for presses shorter than these. */
const SHOW_HOLD_MS = 200;
const SHOW_DANGER_MS = 1200;
/** A held arrow key repeats after the first time, and then at the second interval. */
const REPEAT_AFTER_MS = 500;
const REPEAT_EVERY_MS = 120;
const MAX_COUNT = 8;

interface Pressed {
  readonly presses: Presses;
  readonly inputs: readonly PanelInput[];
}

/** Takes one happening at the controls. Keys don't disturb each other: a stuck one leaves the others usable. */
export function press(presses: Presses, raw: RawInput, context: PressContext, atMs: number): Pressed {
  switch (raw.type) {
    case 'down': {
      if (presses.held[raw.key] !== undefined) return { presses, inputs: [] };
      const fresh: Held = { sinceMs: atMs, acted: false, finished: false, repeats: 0 };
      return { presses: { ...presses, held: { ...presses.held, [raw.key]: fresh } }, inputs: [] };
    }
    case 'up': {
      const held = presses.held[raw.key];
      if (held === undefined) return { presses, inputs: [] };
      const { [raw.key]: _, ...others } = presses.held;
      return { presses: { ...presses, held: others }, inputs: released(raw.key, held, context, atMs) };
    }
    case 'turn':
      return turned(presses, raw.steps, context, atMs);
    case 'tick':
      return ticked(presses, context, atMs);
  }
}

/**
 * Events were lost, or the controls have gone: no key counts as held any more, and nothing acts because of it. The
 * release of a key that was really held comes later and does nothing.
 */
export function letGo(presses: Presses): Presses {
  return { ...presses, held: {} };
}

function released(key: Key, held: Held, context: PressContext, atMs: number): readonly PanelInput[] {
  const short = !held.acted && !held.finished && atMs - held.sinceMs < firstHoldMs(key, context);
  switch (key) {
    case 'mute':
      return [{ type: 'mute' }];
    case 'connect':
      return short ? [{ type: 'connect' }] : [];
    case 'knob':
      return short ? [{ type: 'choose' }] : [];
    case 'up':
      return held.repeats === 0 ? [{ type: 'previous', count: 1 }] : [];
    case 'down':
      return held.repeats === 0 ? [{ type: 'next', count: 1 }] : [];
  }
}

/** A press shorter than this is a short one: until then nothing else has been shown. */
function firstHoldMs(key: Key, context: PressContext): number {
  return key === 'connect' && !context.canLeave ? SHOW_DANGER_MS : HOLD_MS;
}

/** Slow turning is a step a detent. Where it helps, fast turning takes up to 8 steps a detent. */
function turned(presses: Presses, steps: number, context: PressContext, atMs: number): Pressed {
  if (steps === 0 || !Number.isFinite(steps)) return { presses, inputs: [] };
  const detents = Math.min(100, Math.ceil(Math.abs(steps)));
  const msPerDetent = Math.max(1, atMs - presses.turnedAtMs) / detents;
  const speedUp = context.accelerates ? Math.min(MAX_COUNT, Math.max(1, Math.floor(120 / msPerDetent))) : 1;
  const input: PanelInput = { type: steps < 0 ? 'previous' : 'next', count: detents * speedUp };
  return { presses: { ...presses, turnedAtMs: atMs }, inputs: [input] };
}

function ticked(presses: Presses, context: PressContext, atMs: number): Pressed {
  const inputs: PanelInput[] = [];
  const held: Partial<Record<Key, Held>> = {};
  for (const key of KEYS) {
    const before = presses.held[key];
    if (before !== undefined) held[key] = advance(key, before, context, atMs, inputs);
  }
  return { presses: { ...presses, held }, inputs };
}

/** What a key that is still down has come to. */
function advance(key: Key, held: Held, context: PressContext, atMs: number, inputs: PanelInput[]): Held {
  const heldMs = atMs - held.sinceMs;
  switch (key) {
    case 'mute':
      return held;
    case 'up':
    case 'down': {
      const due = heldMs < REPEAT_AFTER_MS ? 0 : 1 + Math.floor((heldMs - REPEAT_AFTER_MS) / REPEAT_EVERY_MS);
      if (due <= held.repeats) return held;
      const speedUp = context.accelerates ? Math.min(MAX_COUNT, 1 + Math.floor(due / 8)) : 1;
      inputs.push({ type: key === 'up' ? 'previous' : 'next', count: speedUp });
      return { ...held, repeats: due };
    }
    case 'knob':
      if (context.dangerous && !held.acted) {
        if (held.finished || heldMs < DANGER_MS) return held;
        inputs.push({ type: 'danger' });
        return { ...held, finished: true };
      }
      if (held.acted || held.finished || heldMs < HOLD_MS) return held;
      inputs.push({ type: 'back' });
      return { ...held, acted: true };
    case 'connect': {
      if (heldMs >= DANGER_MS && !held.finished) {
        inputs.push({ type: 'shutDown' });
        return { ...held, acted: true, finished: true };
      }
      if (held.acted || !context.canLeave || heldMs < HOLD_MS || heldMs >= DANGER_MS) return held;
      inputs.push({ type: 'leave' });
      return { ...held, acted: true };
    }
  }
}

/** The hold to show now; null = none. */
export function holdOf(presses: Presses, context: PressContext, atMs: number): Hold | null {
  const { connect, knob } = presses.held;
  if (connect !== undefined && !connect.finished) {
    const heldMs = atMs - connect.sinceMs;
    if (heldMs >= SHOW_DANGER_MS) return progressOf('shutDown', heldMs, DANGER_MS);
    if (context.canLeave && !connect.acted && heldMs >= SHOW_HOLD_MS) return progressOf('leave', heldMs, HOLD_MS);
  }
  if (knob !== undefined && !knob.finished && !knob.acted) {
    const heldMs = atMs - knob.sinceMs;
    if (heldMs >= SHOW_HOLD_MS) {
      return context.dangerous ? progressOf('danger', heldMs, DANGER_MS) : progressOf('back', heldMs, HOLD_MS);
    }
  }
  return null;
}

function progressOf(purpose: Hold['purpose'], heldMs: number, fullMs: number): Hold {
  const progress = Math.min(1, Math.max(0, heldMs / fullMs));
  return { purpose, progress, secondsLeft: Math.max(0, Math.ceil((fullMs - heldMs) / 1000)) };
}
