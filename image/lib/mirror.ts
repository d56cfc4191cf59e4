/** Where Debian packages come from: the environment, else what the host's apt uses. */
export type Mirrors = { readonly main: string; readonly security: string };

/**
 * Chooses the mirrors; undefined when one of them is known from nowhere.
 * @param environment DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR win, each for itself
 * @param sources the texts of the host's apt sources, one-line or deb822
 */
export function chooseMirrors(
  environment: Readonly<Record<string, string | undefined>>,
  sources: readonly string[],
): Mirrors | undefined {
  const entries = sources.flatMap((text) => [...oneLineEntries(text), ...deb822Entries(text)]);
  const find = (wanted: RegExp) => entries.find((entry) => entry.suites.some((suite) => wanted.test(suite)))?.uri;
  const chosen = (variable: string, found: string | undefined) => (environment[variable] || found)?.replace(/\/+$/, '');
  const main = chosen('DEBIAN_MIRROR', find(/^(bookworm|trixie|stable|oldstable)$/));
  const security = chosen('DEBIAN_SECURITY_MIRROR', find(/^(bookworm|trixie|stable|oldstable)-security$/));
  return main === undefined || security === undefined ? undefined : { main, security };
}

type Entry = { readonly uri: string; readonly suites: readonly string[] };

function oneLineEntries(text: string): Entry[] {
  return [...text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)].map((match) => ({
    uri: match[1] ?? '',
    suites: [match[2] ?? ''],
  }));
}

function deb822Entries(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const stanza of text.replace(/^#.*\n/gm, '').split(/\n\s*\n/)) {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \t]*(.*)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const uri = field('URIs')[0];
    if (uri === undefined || field('Enabled')[0] === 'no' || !field('Types').includes('deb')) continue;
    entries.push({ uri, suites: field('Suites') });
  }
  return entries;
}
