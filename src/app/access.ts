/** The paired phones and the box: changes are reported, what the box asks for is done. */
import type { PhoneAccess } from './phones/phone-access.ts';
import type { Runners, Store } from './store.ts';

/**
 * @param phones null = there is no page
 * @param wipe writes over every older generation: not even a power cut brings the phones back
 */
export function runAccess(
  { dispatch }: Pick<Store, 'dispatch'>,
  phones: PhoneAccess | null,
  wipe: () => Promise<void>,
): Pick<Runners, 'newPairingCode' | 'forgetPhones'> {
  phones?.onChange(() => dispatch({ type: 'accessChanged', access: phones.access() }));
  return {
    newPairingCode: () => phones?.newCode(),
    forgetPhones() {
      phones?.forgetAll();
      void wipe();
    },
  };
}
