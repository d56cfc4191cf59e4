/** Small device trees from their source, overlays applied, without dtc: as the closure check reads them. */
import { type DeviceNode, deviceNode, type MutableNode } from '../../image/closure/fdt.ts';
import { type Node, parseTree } from '../hardware/device-tree.ts';

type Draft = Omit<Node, 'properties' | 'children'> & { properties: Map<string, string>; children: Draft[] };

/** The board's tree with the overlays on it, in this order. @throws Error where an overlay's target is not there */
export function compileTree(board: string, ...overlays: readonly string[]): DeviceNode {
  const root: Draft = { name: '', label: undefined, properties: new Map(), children: [] };
  for (const block of parseTree(board)) merge(root, block);
  for (const block of overlays.flatMap(parseTree)) {
    if (block.name === '/') continue;
    const target = block.name.startsWith('&/') ? byPath(root, block.name.slice(1)) : byLabel(root, block.name.slice(1));
    if (target === undefined) throw new Error(`the board's tree has no ${block.name}`);
    merge(target, block);
  }
  return encode(root);
}

function merge(target: Draft, from: Node): void {
  for (const [name, value] of from.properties) target.properties.set(name, value);
  for (const child of from.children) {
    let draft = target.children.find(({ name }) => name === child.name);
    if (draft === undefined) {
      draft = { name: child.name, label: child.label, properties: new Map(), children: [] };
      target.children.push(draft);
    }
    merge(draft, child);
  }
}

function byLabel(draft: Draft, label: string): Draft | undefined {
  if (draft.label === label) return draft;
  return draft.children.map((child) => byLabel(child, label)).find((found) => found !== undefined);
}

function byPath(draft: Draft, path: string): Draft | undefined {
  const names = path.split('/').filter((name) => name !== '');
  return names.reduce<Draft | undefined>((here, name) => here?.children.find((child) => child.name === name), draft);
}

/** Labels become phandles and entries of /__symbols__. */
function encode(root: Draft): DeviceNode {
  const phandles = new Map<string, number>();
  const number = (draft: Draft) => {
    if (draft.label !== undefined) phandles.set(draft.label, phandles.size + 1);
    draft.children.forEach(number);
  };
  number(root);
  const symbols = new Map<string, Buffer>();
  const write = (draft: Draft, parent: MutableNode | undefined): MutableNode => {
    const node = deviceNode(draft.name, parent);
    for (const [name, value] of draft.properties) node.properties.set(name, bytesOf(value, phandles));
    if (draft.label !== undefined) {
      node.properties.set('phandle', cell(phandles.get(draft.label) ?? 0));
      symbols.set(draft.label, Buffer.from(`${node.path}\0`));
    }
    for (const child of draft.children) write(child, node);
    return node;
  };
  const written = write(root, undefined);
  const list = deviceNode('__symbols__', written);
  for (const [label, path] of symbols) list.properties.set(label, path);
  return written;
}

function bytesOf(text: string, phandles: ReadonlyMap<string, number>): Buffer {
  const parts = [...text.matchAll(/"([^"]*)"|<([^>]*)>/g)].map(([, string, cells]) =>
    string === undefined
      ? Buffer.concat((cells?.match(/\S+/g) ?? []).map((token) => cell(cellOf(token, phandles))))
      : Buffer.from(`${string}\0`),
  );
  return Buffer.concat(parts);
}

function cellOf(token: string, phandles: ReadonlyMap<string, number>): number {
  if (!token.startsWith('&')) return Number(token);
  const phandle = phandles.get(token.slice(1));
  if (phandle === undefined) throw new Error(`nothing bears the label ${token}`);
  return phandle;
}

function cell(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
