/** As much of the device tree's text as the tests need: without dtc, which a fresh machine doesn't have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const OVERLAYS = join(import.meta.dirname, '../../hardware/overlays');

/** The text of an overlay with its includes, its #ifdef decided and its macros and comments gone. */
export function overlayText(file: string, defined = new Map<string, string>()): string {
  const out: string[] = [];
  const shown: boolean[] = [];
  for (const row of readFileSync(join(OVERLAYS, file), 'utf8').split('\n')) {
    const [, directive, rest = ''] = /^#(ifdef|else|endif|define|include)\s*(.*)$/.exec(row) ?? [];
    if (directive === 'ifdef') shown.push(defined.has(rest));
    else if (directive === 'else') shown.push(!shown.pop());
    else if (directive === 'endif') shown.pop();
    else if (shown.includes(false)) continue;
    else if (directive === 'define') {
      const [name = '', value = ''] = rest.split(/\s+/);
      defined.set(name, value);
    } else if (directive === 'include') out.push(overlayText(rest.replaceAll('"', ''), defined));
    else out.push(row);
  }
  let text = out.join('\n').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  for (const [name, value] of defined) if (value !== '') text = text.replaceAll(name, value);
  return text;
}

export interface Node {
  readonly name: string;
  /** What "&label" refers to it by. */
  readonly label: string | undefined;
  /** Raw text right of the "=", or the empty text of a property without one. */
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly Node[];
}

/** Every top-level block, such as "&i2c1 { … };" or "&{/} { … };". */
export function parseTree(text: string): readonly Node[] {
  // Braces inside of a path reference are no blocks.
  const tokens = text.replaceAll(/&\{([^}]*)\}/g, '&$1').matchAll(/"[^"]*"|[{};]|[^{};"]+/g);
  const root = { name: '', label: undefined, properties: new Map<string, string>(), children: [] as Node[] };
  const open: (Node & { properties: Map<string, string>; children: Node[] })[] = [root];
  let pending = '';
  for (const [token] of tokens) {
    const here = open.at(-1);
    if (here === undefined) throw new Error('too many closing braces');
    if (token === '{') {
      const [, label, name = ''] = /^(?:(\w+):\s*)?(.*)$/s.exec(pending.trim()) ?? [];
      const node = {
        name,
        label,
        properties: new Map<string, string>(),
        children: [] as Node[],
      };
      here.children.push(node);
      open.push(node);
      pending = '';
    } else if (token === '}') {
      open.pop();
    } else if (token === ';') {
      const at = pending.indexOf('=');
      const [name, value] = at < 0 ? [pending, ''] : [pending.slice(0, at), pending.slice(at + 1)];
      if (name.trim() !== '') here.properties.set(name.trim(), value.trim().replaceAll(/\s+/g, ' '));
      pending = '';
    } else {
      pending += token;
    }
  }
  return root.children;
}

/** All nodes of a name, wherever they are. */
export function nodesNamed(nodes: readonly Node[], name: string): readonly Node[] {
  return nodes.flatMap((node) => [...(node.name === name ? [node] : []), ...nodesNamed(node.children, name)]);
}
