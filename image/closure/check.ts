/** Walks a merged tree: has everything that the box needs a driver, and everything that its drivers wait for? */
import type { Need } from './boards.ts';
import type { Driver, Drivers } from './drivers.ts';
import type { DeviceNode } from './fdt.ts';
import { pinFaults } from './pins.ts';
import { linksOf } from './suppliers.ts';
import { compatible, deviceOf, enabled, labelled, type Tree } from './tree.ts';

type Reach = Need['reach'];

/** One sentence a fault, none if everything holds. */
export function closureFaults(tree: Tree, needs: readonly Need[], drivers: Drivers): string[] {
  const needed = new Set<DeviceNode>();
  const faults = needs.flatMap((need) => {
    if ('modalias' in need) {
      const problem = problemOf(drivers, drivers.forModalias(need.modalias), need.reach);
      return problem === undefined ? [] : [`${need.what} (${need.modalias}): ${problem}.`];
    }
    const node = 'label' in need ? labelled(tree, need.label) : tree.nodes.find(({ path }) => path === need.path);
    const name = 'label' in need ? `&${need.label}` : need.path;
    if (node === undefined) return [`${need.what}: there is no ${name} in the tree.`];
    const { faults, devices } = walk(tree, node, need, drivers);
    for (const device of devices) needed.add(device);
    return faults;
  });
  return [...new Set([...faults, ...pinFaults(tree, needed)])];
}

/** The device, what it sits on, and what each of them waits for, and so on. */
function walk(tree: Tree, first: DeviceNode, need: Need, drivers: Drivers) {
  const faults: string[] = [];
  const devices = new Set<DeviceNode>();
  const visit = (device: DeviceNode, why: string) => {
    if (devices.has(device)) return;
    devices.add(device);
    if (!enabled(device)) {
      faults.push(`${need.what}: ${device.path}${why} is disabled.`);
      return;
    }
    const problem = problemOf(drivers, driverOf(drivers, device), need.reach);
    if (problem !== undefined)
      faults.push(`${need.what}: ${device.path} ("${compatible(device).join('", "')}")${why}: ${problem}.`);
    const bus = device.parent === undefined ? undefined : deviceOf(device.parent);
    if (bus !== undefined) visit(bus, `, on which ${device.path} sits`);
    for (const { property, supplier } of linksOf(tree, device)) {
      const target = supplier === undefined ? undefined : deviceOf(supplier);
      if (target !== undefined && isUnusedClock(device, property, target)) continue;
      if (target !== undefined) visit(target, `, for which ${device.path} waits (${property})`);
      else faults.push(`${need.what}: ${property} of ${device.path} leads to nothing.`);
    }
  };
  visit(first, '');
  return { faults, devices };
}

/** A source of clocks does without a parent that is disabled: the clocks below it wait, the others run (drivers/clk/clk.c). */
function isUnusedClock(device: DeviceNode, property: string, parent: DeviceNode): boolean {
  return property === 'clocks' && device.properties.has('#clock-cells') && !enabled(parent);
}

/** By its first name that any driver knows, as the kernel does it; PCI and USB devices by the numbers in the name. */
function driverOf(drivers: Drivers, device: DeviceNode): Driver {
  const candidates = compatible(device).map((name) => {
    const [, vendor, product] = /^(?:pci|usb)([0-9a-f]{1,4}),([0-9a-f]{1,4})$/.exec(name) ?? [];
    if (vendor === undefined || product === undefined) return drivers.forCompatible(name);
    const numbers = [vendor, product].map((text) => text.toUpperCase());
    return drivers.forModalias(
      name.startsWith('pci')
        ? `pci:v${numbers[0]?.padStart(8, '0')}d${numbers[1]?.padStart(8, '0')}sv00000000sd00000000bc00sc00i00`
        : `usb:v${numbers[0]?.padStart(4, '0')}p${numbers[1]?.padStart(4, '0')}d0000dc00dsc00dp00ic00isc00ip00in00`,
    );
  });
  return candidates.find(({ builtin, modules }) => builtin || modules.length > 0) ?? { builtin: false, modules: [] };
}

function problemOf(drivers: Drivers, { builtin, modules }: Driver, reach: Reach): string | undefined {
  if (builtin) return undefined;
  if (modules.length === 0) return 'this kernel has no driver for it';
  if (modules.some((name) => drivers.initramfs.has(name))) return undefined;
  if (reach === 'initramfs') return `its driver ${modules.join(' or ')} is not in the initramfs`;
  const allowed = modules.filter((name) => !drivers.blacklist.has(name));
  if (allowed.length === 0) return `its driver ${modules.join(' or ')} is blacklisted`;
  const missing = allowed.map(drivers.missing);
  if (missing.some((names) => names.length === 0)) return undefined;
  return `its driver ${allowed.join(' or ')} can't be loaded, as the root lacks ${[...new Set(missing.flat())].join(', ')}`;
}
