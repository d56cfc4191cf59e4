/** The firmware's list of overlays, overlay_map.dtb: which file a name stands for on which chip. */
import type { DeviceNode } from './fdt.ts';
import { texts } from './tree.ts';

/** The overlay that the firmware applies for this name on this board; undefined if the list refuses it there. */
export function overlayFor(map: DeviceNode, name: string, boardTree: string): string | undefined {
  const entry = map.children.find((node) => node.name === name);
  if (entry === undefined) return name;
  const chip = boardTree.slice(0, boardTree.indexOf('-'));
  // All chips before the Pi 4's go by the name of the first.
  const property = ['bcm2711', 'bcm2712'].includes(chip) ? chip : 'bcm2835';
  if (!entry.properties.has(property)) return undefined;
  const [other = ''] = texts(entry, property);
  return other === '' ? name : other;
}
