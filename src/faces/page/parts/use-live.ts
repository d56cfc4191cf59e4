/**
 * A value under somebody's thumb: shown at once, sent at most 10 times a second, the last one for sure. What the box says
 * counts again a moment after letting go.
 */
import { useEffect, useRef, useState } from 'preact/hooks';

/** Shortest interval between two values that are sent while a finger moves. */
const SEND_EVERY_MS = 100;
/** How long the own value is shown after the last move, until the box's value counts again. */
const HOLD_MS = 800;

export function useLive(value: number, send: (value: number) => void): [number, (value: number) => void] {
  const [local, setLocal] = useState<number | null>(null);
  const timers = useRef<{ send?: number; hold?: number; waiting?: number }>({}).current;
  const latestSend = useRef(send);
  latestSend.current = send;
  useEffect(
    () => () => {
      clearTimeout(timers.hold);
      clearTimeout(timers.send);
      if (timers.waiting !== undefined) latestSend.current(timers.waiting);
    },
    [],
  );

  function flush(): void {
    delete timers.send;
    if (timers.waiting === undefined) return;
    latestSend.current(timers.waiting);
    delete timers.waiting;
    timers.send = setTimeout(flush, SEND_EVERY_MS);
  }

  function change(next: number): void {
    setLocal(next);
    timers.waiting = next;
    if (timers.send === undefined) flush();
    clearTimeout(timers.hold);
    timers.hold = setTimeout(() => setLocal(null), HOLD_MS);
  }
  return [local ?? value, change];
}
