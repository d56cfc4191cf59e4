/** What the owner's server says is the latest version: a small file beside the bundle. Pure. */
import * as v from 'valibot';
import { versionSchema } from './report.ts';

export interface Latest {
  readonly version: string;
  /** Where the bundle is. */
  readonly url: string;
}

const schema = v.object({ version: versionSchema, bundle: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)) });

/** @param from the address of the file itself: `bundle` in it may be relative. Undefined: not usable. */
export function parseLatest(text: string, from: string): Latest | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success || !URL.canParse(result.output.bundle, from)) return undefined;
  const url = new URL(result.output.bundle, from);
  return url.protocol === 'https:' ? { version: result.output.version, url: url.href } : undefined;
}

/**
 * Versions are "MAJOR.MINOR.PATCH+BUILD.COMMIT", BUILD a number that grows (a date). What is not newer is never offered
 * over the network: an old bundle has a right signature, too.
 */
export function isNewer(version: string, than: string): boolean {
  const a = numbers(version);
  const b = numbers(than);
  const differs = a.findIndex((number, i) => number !== b[i]);
  return differs >= 0 && b.length > 0 && (a[differs] ?? 0) > (b[differs] ?? 0);
}

function numbers(version: string): readonly number[] {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:\+(\d+)(?![0-9A-Za-z]))?/.exec(version);
  return found === null ? [] : found.slice(1).map((digits) => Number(digits ?? 0));
}
