/** What the panel's shell needs of the world: a clock, something that shows frames, lamps, and controls. */
import type { Frame } from '../panel/frame.ts';
import type { RawInput } from '../panel/press-grammar.ts';
import type { Brightness } from '../panel/screen-care.ts';

export interface Clock {
  /** Milliseconds of a clock that does not run backwards: the one of the box's events. */
  nowMs(): number;
  /** Calls back once, `delayMs` from now. Returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** None of these may throw, whatever the hardware does. */
export interface PanelScreen {
  /** @param urgent the frame answers a press */
  show(frame: Frame, urgent: boolean): void;
  setLight(light: Brightness): void;
}

export interface Lamps {
  /** Slow blink = trying, on = connected. */
  readonly connect: 'off' | 'on' | 'blink';
  /** On = nobody hears you. */
  readonly mute: 'off' | 'on';
  /** On = the server records. */
  readonly recording: 'off' | 'on';
}

export interface PanelLamps {
  show(lamps: Lamps): void;
}

/** What controls tell: keys and knob, or that some of it was lost and no key may be taken for held. */
export type Control = Exclude<RawInput, { type: 'tick' }> | { readonly type: 'cancel' };

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
