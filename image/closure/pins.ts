/**
 * Which device claims which pin: through the pin states that the kernel selects before it probes a device ("default" and
 * "init": drivers/base/pinctrl.c), and through GPIO lines. A controller with a "default" state of its own claims those pins for
 * itself (pinctrl_claim_hogs in drivers/pinctrl/core.c). The second device that wants a pin is refused.
 */
import type { DeviceNode } from './fdt.ts';
import { isGpios, references } from './suppliers.ts';
import { cells, compatible, deviceOf, enabled, partsOf, type Tree, texts } from './tree.ts';

/** Pins of the RP1's groups that Debian's trees use: drivers/pinctrl/pinctrl-rp1.c. */
const GROUPS: ReadonlyMap<string, readonly number[]> = new Map([
  ['vbus1', [42, 43]],
  ['i2c4_2', [40, 41]],
  ['i2c6_0', [38, 39]],
]);

/**
 * One sentence for each pin that two devices claim, one of which the box needs (Debian's tree of the Pi 400 has a line with two
 * owners that it does not).
 */
export function pinFaults(tree: Tree, needed: ReadonlySet<DeviceNode>): string[] {
  const owners = new Map<string, Set<DeviceNode>>();
  const claim = (controller: DeviceNode, pin: string, owner: DeviceNode) => {
    const key = `${pin} of ${controller.path}`;
    owners.set(key, (owners.get(key) ?? new Set()).add(owner));
  };
  const faults: string[] = [];
  for (const device of tree.nodes.filter((node) => compatible(node).length > 0 && enabled(node))) {
    for (const state of selectedStates(tree, device)) {
      const controller = deviceOf(state);
      if (controller === undefined) continue;
      for (const group of [state, ...state.children]) {
        for (const pin of muxedPins(group)) claim(controller, pin, device);
        for (const name of unknownGroups(group))
          faults.push(`${device.path} claims the group ${name}, whose pins image/closure/pins.ts does not know.`);
      }
    }
    for (const { controller, pin, owner } of gpioLines(tree, device)) claim(controller, pin, owner);
  }
  for (const [pin, claimants] of owners)
    if (claimants.size > 1 && [...claimants].some((device) => needed.has(device)))
      faults.push(`${pin} is claimed by ${[...claimants].map(({ path }) => path).join(' and by ')}.`);
  return faults;
}

function selectedStates(tree: Tree, device: DeviceNode): DeviceNode[] {
  return texts(device, 'pinctrl-names').flatMap((name, index) => {
    if (name !== 'default' && name !== 'init') return [];
    return references(tree, device, `pinctrl-${index}`, undefined).flatMap(({ target }) => target ?? []);
  });
}

/** Pins that get a function here; a group that only sets a pull claims nothing. */
function muxedPins(group: DeviceNode): string[] {
  if (group.properties.has('brcm,function')) return cells(group, 'brcm,pins').map((pin) => `gpio${pin}`);
  if (!group.properties.has('function')) return [];
  const numbers = [...cells(group, 'brcm,pins'), ...texts(group, 'groups').flatMap((name) => GROUPS.get(name) ?? [])];
  return [...texts(group, 'pins'), ...numbers.map((pin) => `gpio${pin}`)];
}

function unknownGroups(group: DeviceNode): string[] {
  return group.properties.has('function') ? texts(group, 'groups').filter((name) => !GROUPS.has(name)) : [];
}

type Line = { readonly controller: DeviceNode; readonly pin: string; readonly owner: DeviceNode };

function gpioLines(tree: Tree, device: DeviceNode): Line[] {
  return partsOf(device).flatMap((node): Line[] => {
    if (node.properties.has('gpio-hog')) {
      const list = cells(node, 'gpios');
      const [size = 2] = cells(device, '#gpio-cells');
      const lines = list.filter((_, index) => index % size === 0);
      return lines.map((line) => ({ controller: device, pin: `gpio${line}`, owner: node }));
    }
    return [...node.properties.keys()]
      .filter(isGpios)
      .flatMap((property) =>
        references(tree, node, property, '#gpio-cells').flatMap(({ target, args: [line] }) =>
          target === undefined || line === undefined ? [] : [{ controller: target, pin: `gpio${line}`, owner: device }],
        ),
      );
  });
}
