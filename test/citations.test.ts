/** Every document, section, promise and file that our texts name is there. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));
const NAMES = new Set(FILES.map((path) => basename(path)));
const COMMANDS = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts);
const SELF = 'test/citations.test.ts';
/** Our own words: sources, tests, scripts, documents. Not what was recorded or drawn. */
const TEXTS = FILES.filter(
  (path) =>
    /\.(tsx?|mjs|md|sh|c|dtsi?|toml|conf|service)$|^(image|systemd|hardware)\//.test(path) &&
    !/\.(svg|pcap|png|lock)$/.test(path) &&
    path !== SELF,
);
const DOCUMENTS = new Map(
  FILES.filter((path) => path.endsWith('.md')).map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

/** The document that a name means: a path from the citing file or from the root, or the only one of that name. */
function documentOf(name: string, from: string): string | undefined {
  const relative = [normalize(join(dirname(from), name)), normalize(name)].find((path) => DOCUMENTS.has(path));
  if (relative !== undefined) return relative;
  const known = [...DOCUMENTS.keys()].filter((path) => path.endsWith(`/${basename(name)}`));
  return known.length === 1 ? known[0] : undefined;
}

function hasSection(text: string, section: string): boolean {
  return new RegExp(`^#{2,4} ${section.replaceAll('.', '\\.')}[. ]`, 'm').test(text);
}

/** What is wrong with a text's citations. */
function faultsOf(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const where = `${file}:${index + 1}`;
    const faults: string[] = [];
    for (const [, name = '', sections = ''] of line.matchAll(
      /([\w./-]*[\w-]\.md)((?:,? (?:and )?§ ?\d+(?:\.\d+)*)*)/g,
    )) {
      // A licence file that packages may bring, by any of its names.
      if (name === 'LICENSE.md') continue;
      const path = documentOf(name, file);
      if (path === undefined) faults.push(`${where}: no document ${name}`);
      for (const [, section = ''] of sections.matchAll(/§ ?(\d+(?:\.\d+)*)/g))
        if (path !== undefined && !hasSection(DOCUMENTS.get(path) ?? '', section))
          faults.push(`${where}: ${name} has no §${section}`);
    }
    for (const [, promise = ''] of line.matchAll(/\bprivacy(?:\.md)?,? ([CSD]\d+)/g))
      if (!(DOCUMENTS.get('docs/privacy.md') ?? '').includes(`- ${promise} `))
        faults.push(`${where}: no promise ${promise}`);
    for (const [, path = ''] of line.matchAll(
      /(?<![\w./-])((?:src|test|image|systemd|hardware|docs|tools)\/[\w./-]*\w\.(?:tsx?|mjs|md|dts|sh|c|toml|txt|yml|json))\b/g,
    ))
      if (!FILES.includes(path) && !path.startsWith('test/out/')) faults.push(`${where}: no file ${path}`);
    for (const [, path = ''] of line.matchAll(/`((?:src|test|image|systemd|hardware|docs|tools)\/[\w./-]*)\/`/g))
      if (path !== 'test/out' && !FILES.some((known) => known.startsWith(`${path}/`)) && !path.startsWith('test/out/'))
        faults.push(`${where}: no folder ${path}`);
    for (const [, name = ''] of line.matchAll(/`npm run ([\w:]+)/g))
      if (!COMMANDS.includes(name)) faults.push(`${where}: no command npm run ${name}`);
    return faults;
  });
}

/** In the names of tests: "S4: …", "S1, S2: …", "… (privacy C1)", "… (privacy C1, C5)". */
function promisesNamed(text: string): readonly string[] {
  const names = [...text.matchAll(/\b(?:it|test|describe)(?:\.\w+)*(?:\([^'"`\n]*\))?\(\s*(['"`])(.*)\1/g)];
  return names.flatMap(([, , name = '']) => name.match(/\b[CSD]\d+\b/g) ?? []);
}

describe('The promises of privacy.md', () => {
  it('each have a test that is named after them', () => {
    const promises = [...(DOCUMENTS.get('docs/privacy.md') ?? '').matchAll(/^- ([CSD]\d+) /gm)].map(
      ([, one = '']) => one,
    );
    expect(promises.length).toBeGreaterThan(15);
    const tests = TEXTS.filter((path) => /^test\/.*\.(test|peers)\.ts$/.test(path));
    const named = new Set(tests.flatMap((path) => promisesNamed(readFileSync(join(ROOT, path), 'utf8'))));
    expect(promises.filter((one) => !named.has(one))).toEqual([]);
  });
});

describe('Citations', () => {
  it('are looked for in what people read first', () => {
    expect(TEXTS).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']));
  });

  it('lead somewhere, in every text of ours', () => {
    expect(TEXTS.flatMap((path) => faultsOf(path, readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });

  it.each([
    ['a document', 'see nowhere.md'],
    ['a section', '(messages.md §99)'],
    ['a promise', 'privacy C99'],
    ['a file', 'src/repair.ts does it'],
    ['a folder', 'all of `src/repair/`'],
    ['a command', '`npm run repair`'],
  ])('that name %s which is not there are found', (_, line) => {
    expect(faultsOf('src/main.ts', line)).toHaveLength(1);
  });

  it('names of files in comments are those of files', () => {
    const faults = TEXTS.filter((path) => /\.(tsx?|mjs|c)$/.test(path)).flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const comment = /^\s*(?:\/\*\*?|\*|\/\/)(.*)$/.exec(line)?.[1] ?? '';
          return [...comment.matchAll(/\b([\w-]+(?:\.\w+)?\.(?:ts|tsx|mjs))\b/g)]
            .filter(([, name = '']) => !NAMES.has(name))
            .map(([, name]) => `${path}:${index + 1}: no file ${name}`);
        }),
    );
    expect(faults).toEqual([]);
  });
});
