/** Looks at the machine every two seconds and tells the box what has changed. */
import type { SystemReading } from '../box/state.ts';
import type { Store } from './store.ts';

/** Interval between readings of the machine: network, temperature, load. */
const POLL_MS = 2000;

export function runSystem(
  { dispatch }: Pick<Store, 'dispatch'>,
  first: SystemReading,
  read: () => SystemReading,
): { readonly close: () => void } {
  let known = JSON.stringify(first);
  const polls = setInterval(() => {
    const reading = read();
    const text = JSON.stringify(reading);
    if (text === known) return;
    known = text;
    dispatch({ type: 'systemRead', reading });
  }, POLL_MS);
  return { close: () => clearInterval(polls) };
}
