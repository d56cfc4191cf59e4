/** Version texts: only the numbers at the front count, "3.12.4dev-abc" is 3.12.4 (sessions.md §11). */

/** The version from which servers number audio frames (audio.md §2.4). */
export const SEQUENCE_NUMBERS_SINCE = '3.6.0';

/** Up to three numbers; missing ones are 0. Undefined if the text does not start with a number. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?/.exec(text);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/** False for a text that is no version. `minimum` must be one. */
export function versionAtLeast(text: string, minimum: string): boolean {
  const version = parseVersion(text);
  const wanted = parseVersion(minimum);
  if (version === undefined || wanted === undefined) return false;
  for (let i = 0; i < 3; i++) {
    const difference = (version[i] as number) - (wanted[i] as number);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
