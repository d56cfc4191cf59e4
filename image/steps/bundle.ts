/** Step: the signed update, with the same root and boot partitions as the card. */
import type { Step } from '../lib/cache.ts';
import { run } from '../lib/run.ts';
import { imageFile, product } from '../paths.ts';
import type { Version } from '../version.ts';
import type { SigningKey } from './keys.ts';

/** update.raucb for boxes that carry this key's certificate. */
export function bundleStep(earlier: readonly string[], version: Version, signing: SigningKey): Step {
  return {
    name: 'bundle',
    what: 'Update bundle',
    inputs: [
      ...[...earlier, version.text].map((text) => ({ text })),
      { path: imageFile('update') },
      { path: signing.certificate },
    ],
    outputs: [product('update.raucb')],
    run: () => {
      const images = [product('root.squashfs'), product('boot-A.vfat')];
      const signed = [version.text, signing.key, signing.certificate];
      run('sh', [imageFile('update/make-bundle.sh'), ...images, ...signed, product('update.raucb')]);
    },
  };
}
