/**
 * The devices that a device waits for: every phandle that the kernel takes for a supplier. Source: of_supplier_bindings in
 * drivers/of/property.c of Linux 7.3 (fw_devlink: a consumer is not probed before its suppliers), and sound-dai,
 * thermal-sensors and firmware, for which the drivers themselves wait.
 */
import type { DeviceNode } from './fdt.ts';
import { cells, partsOf, type Tree } from './tree.ts';

/** `supplier` is undefined where the phandle leads nowhere. */
export type Link = { readonly property: string; readonly supplier: DeviceNode | undefined };

/** Property and the supplier's property with the number of cells behind each phandle; without: none. */
const BINDINGS: ReadonlyMap<string, string | undefined> = new Map([
  ['clocks', '#clock-cells'],
  ['interconnects', '#interconnect-cells'],
  ['iommus', '#iommu-cells'],
  ['mboxes', '#mbox-cells'],
  ['io-channels', '#io-channel-cells'],
  ['dmas', '#dma-cells'],
  ['power-domains', '#power-domain-cells'],
  ['hwlocks', '#hwlock-cells'],
  ['extcon', undefined],
  ['nvmem-cells', '#nvmem-cell-cells'],
  ['phys', '#phy-cells'],
  ['phy-handle', undefined],
  ['wakeup-parent', undefined],
  ['pwms', '#pwm-cells'],
  ['resets', '#reset-cells'],
  ['leds', undefined],
  ['backlight', undefined],
  ['panel', undefined],
  ['msi-parent', '#msi-cells'],
  ['power-supplies', undefined],
  ['mmc-pwrseq', undefined],
  ['sound-dai', '#sound-dai-cells'],
  ['thermal-sensors', '#thermal-sensor-cells'],
  ['firmware', undefined],
]);

/** Everything that a device waits for, its parts included. */
export function linksOf(tree: Tree, device: DeviceNode): Link[] {
  return partsOf(device).flatMap((node) => [
    ...[...node.properties.keys()].flatMap((property) => {
      const binding = bindingOf(node, property);
      return binding === undefined
        ? []
        : references(tree, node, property, binding.cells).map(({ target }) => ({ property, supplier: target }));
    }),
    ...interrupts(tree, node),
    ...interruptMap(tree, node),
  ]);
}

function bindingOf(node: DeviceNode, property: string): { cells: string | undefined } | undefined {
  if (BINDINGS.has(property)) return { cells: BINDINGS.get(property) };
  if (/^pinctrl-\d+$/.test(property) || property.endsWith('-supply')) return { cells: undefined };
  if (isGpios(property) && !node.properties.has('gpio-hog')) return { cells: '#gpio-cells' };
  return undefined;
}

/** Whether a property lists GPIO lines. */
export function isGpios(property: string): boolean {
  return /(^|-)gpios?$/.test(property) && property !== 'nr-gpios' && !property.endsWith(',nr-gpios');
}

export type Reference = { readonly target: DeviceNode | undefined; readonly args: readonly number[] };

/** The phandles of a list and what stands behind each. A zero stands for "none"; an unknown phandle ends the list. */
export function references(
  tree: Tree,
  node: DeviceNode,
  property: string,
  cellsName: string | undefined,
): readonly Reference[] {
  const list = cells(node, property);
  const found: Reference[] = [];
  for (let at = 0; at < list.length; ) {
    const phandle = list[at++] ?? 0;
    if (phandle === 0) continue;
    const target = tree.byPhandle.get(phandle);
    if (target === undefined) return [...found, { target, args: [] }];
    const [count = 0] = cellsName === undefined ? [] : cells(target, cellsName);
    found.push({ target, args: list.slice(at, at + count) });
    at += count;
  }
  return found;
}

function interrupts(tree: Tree, node: DeviceNode): Link[] {
  if (node.properties.has('interrupts-extended'))
    return references(tree, node, 'interrupts-extended', '#interrupt-cells').map(({ target }) => ({
      property: 'interrupts-extended',
      supplier: target,
    }));
  if (!node.properties.has('interrupts')) return [];
  return [{ property: 'interrupts', supplier: interruptParent(tree, node) }];
}

/** of_irq_find_parent(): up through interrupt-parent, else the parent, to the first node that counts interrupts. */
function interruptParent(tree: Tree, node: DeviceNode): DeviceNode | undefined {
  const [phandle] = cells(node, 'interrupt-parent');
  const next = phandle === undefined ? node.parent : tree.byPhandle.get(phandle);
  if (next === undefined || next.properties.has('#interrupt-cells')) return next;
  return interruptParent(tree, next);
}

/** Rows of: child address, child interrupt, phandle, parent address, parent interrupt. */
function interruptMap(tree: Tree, node: DeviceNode): Link[] {
  const list = cells(node, 'interrupt-map');
  const [addressCells = 2] = cells(node, '#address-cells');
  const [interruptCells = 1] = cells(node, '#interrupt-cells');
  const links: Link[] = [];
  for (let at = addressCells + interruptCells; at < list.length; ) {
    const supplier = tree.byPhandle.get(list[at] ?? 0);
    links.push({ property: 'interrupt-map', supplier });
    if (supplier === undefined) break;
    const [address = 0] = cells(supplier, '#address-cells');
    const [interrupt = 1] = cells(supplier, '#interrupt-cells');
    at += 1 + address + interrupt + addressCells + interruptCells;
  }
  return links;
}
