/** Tables of README.md that draw.ts makes: how they are written, and where they stand. */

/** Columns are as wide as their widest cell: how the formatter of this repository wants it. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const written = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [written(head), written(widths.map((width) => '-'.repeat(width))), ...body.map(written)].join('\n');
}

/** The document with `parts` between the two marks of `name`; throws where it has no such marks. */
export function replacePart(document: string, name: string, parts: readonly string[]): string {
  const begin = `<!-- ${name}: made by draw.ts -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest = ''] = document.split(begin);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined) throw new Error(`no marks ${begin} … ${end}`);
  return `${before}${begin}\n\n${parts.join('\n\n')}\n\n${end}${after}`;
}
