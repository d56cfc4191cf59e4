/** Going to a server from a list. */
import type { PageServerRow } from '../../web/api/page-state.ts';
import { act } from '../store.ts';

/** Then the Play tab, where it is seen how that goes. */
export async function connectTo(target: Pick<PageServerRow, 'address'> & { readonly label?: string }): Promise<void> {
  if (await act({ type: 'connect', ...target })) location.hash = 'play';
}
