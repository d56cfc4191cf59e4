/** Keeps an OLED at work on the event loop, with everything else of the main thread between two transfers. */
import type { Oled } from './oled.ts';

export interface OledLoop {
  /** Call it after any of the OLED's setters. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** @param onState called whenever the display has come or gone */
export function runOled(oled: Oled, nowMs: () => number, onState: () => void): OledLoop {
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;

  const work = () => {
    immediate = undefined;
    const before = oled.state();
    const waitMs = oled.work(nowMs()) - nowMs();
    if (waitMs > 0) timer = setTimeout(wake, Math.ceil(waitMs));
    else wake();
    if (oled.state() !== before) onState();
  };
  const wake = () => {
    clearTimeout(timer);
    immediate ??= setImmediate(work);
  };
  const stop = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };

  wake();
  return { wake, stop };
}
