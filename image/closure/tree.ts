/** Questions to a device tree: nodes by phandle and label, values of properties, what is switched on. */
import type { DeviceNode } from './fdt.ts';

export type Tree = {
  readonly root: DeviceNode;
  readonly nodes: readonly DeviceNode[];
  readonly byPhandle: ReadonlyMap<number, DeviceNode>;
};

export function treeOf(root: DeviceNode): Tree {
  const nodes = withDescendants(root);
  const byPhandle = new Map<number, DeviceNode>();
  for (const node of nodes) {
    const [phandle = 0] = cells(node, 'phandle');
    if (phandle !== 0) byPhandle.set(phandle, node);
  }
  return { root, nodes, byPhandle };
}

function withDescendants(node: DeviceNode): DeviceNode[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

/** A node by its label in the source, which dtc -@ keeps in /__symbols__; undefined if the tree has none of that name. */
export function labelled(tree: Tree, label: string): DeviceNode | undefined {
  const symbols = tree.root.children.find(({ name }) => name === '__symbols__');
  const [path] = symbols === undefined ? [] : texts(symbols, label);
  return tree.nodes.find((node) => node.path === path);
}

/** A property's 32-bit cells; none if it is missing. */
export function cells(node: DeviceNode, property: string): number[] {
  const value = node.properties.get(property);
  if (value === undefined) return [];
  return Array.from({ length: Math.floor(value.length / 4) }, (_, index) => value.readUInt32BE(index * 4));
}

/** A property's texts; none if it is missing. */
export function texts(node: DeviceNode, property: string): string[] {
  const value = node.properties.get(property);
  return value === undefined ? [] : value.toString('latin1').replace(/\0$/, '').split('\0');
}

/** What its driver is found by, the most exact first; none for a node that is no device. */
export const compatible = (node: DeviceNode): string[] => texts(node, 'compatible');

/** Neither it nor anything above it is disabled. */
export function enabled(node: DeviceNode): boolean {
  const [status = 'okay'] = texts(node, 'status');
  return (status === 'okay' || status === 'ok') && (node.parent === undefined || enabled(node.parent));
}

/** The device that a node belongs to: itself, or the next above that has a driver's name; undefined at the root. */
export function deviceOf(node: DeviceNode): DeviceNode | undefined {
  if (node.parent === undefined) return undefined;
  return compatible(node).length > 0 ? node : deviceOf(node.parent);
}

/** A device's node and those below it that are parts of it: no devices themselves, and not disabled. */
export function partsOf(node: DeviceNode): DeviceNode[] {
  const parts = node.children.filter((child) => compatible(child).length === 0 && enabled(child));
  return [node, ...parts.flatMap(partsOf)];
}
