import { expect, it } from 'vitest';
import { countedCollections } from './collections.ts';

it('Collections in a thread that never returns to its event loop are counted', async () => {
  expect(await countedCollections()).toBeGreaterThan(0);
});
