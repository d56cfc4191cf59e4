/** Words of this machine that say whose it is, or where: what the report of a board must not hold. From files of the kernel. */
import { readdirSync, readFileSync } from 'node:fs';
import type { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { ownAddresses } from '../linux/own-address.ts';
import type { InstallerSettings } from '../settings/installer-schema.ts';

export interface PersonalSources {
  /** Normally '/'. Contains sys/. */
  readonly root: string;
  /** os.networkInterfaces */
  readonly interfaces: typeof networkInterfaces;
  /** os.hostname */
  readonly hostName: () => string;
  readonly settings: InstallerSettings;
}

/** Shorter ones are in too many other words. */
const LEAST_UNITS = 3;
/** Of the board's serial number stand alone on labels and in names that routers give. */
const SERIAL_TAIL = 8;

/** Serial numbers of board and USB devices, hardware and IP addresses, host name, names and addresses of the settings. */
export function personalWords({ root, interfaces, hostName, settings }: PersonalSources): readonly string[] {
  const serial = text(join(root, 'sys/firmware/devicetree/base/serial-number'));
  const hardware = each(join(root, 'sys/class/net'), 'address').filter((address) => /[1-9a-f]/i.test(address));
  const addresses = ownAddresses(interfaces())
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
  const { server, profile, room, update, page } = settings;
  const words = [
    ...[serial, serial.slice(-SERIAL_TAIL)],
    ...each(join(root, 'sys/bus/usb/devices'), 'serial'),
    ...hardware.flatMap((address) => [address, address.replaceAll(':', '-'), address.replaceAll(':', '')]),
    ...addresses,
    ...[hostName(), server.address, server.name, profile.name, profile.city],
    ...[room.name, room.city, room.welcome, update.url, page.pin],
  ];
  const known = words.filter((word) => typeof word === 'string').map((word) => word.trim());
  return [...new Set(known)].filter((word) => word.length >= LEAST_UNITS);
}

/** The content of `file` in every folder there. */
function each(folder: string, file: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => text(join(folder, name, file)));
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    // The device tree ends its texts with a NUL.
    return readFileSync(path, 'latin1').replaceAll('\0', '').trim();
  } catch {
    return '';
  }
}
