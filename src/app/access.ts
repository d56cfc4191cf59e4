/** The phones that may come in, between the page's keeper of them and the box. */
import type { Access } from '../box/state.ts';
import type { Runners, Store } from './store.ts';

/** What the page knows of who may come in (faces/web/access). */
export interface Pairing {
  access(): Access;
  newCode(): void;
  forgetAll(): void;
  /** Called after every change. Returns the way out. */
  onChange(listener: () => void): () => void;
}

/**
 * @param pairing null = there is no page
 * @param wipe writes over every older generation: not even a power cut brings the phones back
 */
export function runAccess(
  { dispatch }: Pick<Store, 'dispatch'>,
  pairing: Pairing | null,
  wipe: () => Promise<void>,
): Pick<Runners, 'newPairingCode' | 'forgetPhones'> {
  pairing?.onChange(() => dispatch({ type: 'accessChanged', access: pairing.access() }));
  return {
    newPairingCode: () => pairing?.newCode(),
    forgetPhones() {
      pairing?.forgetAll();
      void wipe();
    },
  };
}
