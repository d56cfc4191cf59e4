/**
 * How the machine is doing, from files of the kernel: cable, address, temperature, load, power supply. What a machine
 * does not say is null, never an error.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import type { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { SystemReading } from '../box/state.ts';
import { ownAddresses } from './own-address.ts';

export interface SystemSources {
  /** Normally '/'. Contains sys/ and proc/. */
  readonly root: string;
  /** os.networkInterfaces */
  readonly interfaces: typeof networkInterfaces;
}

/** The kernel's name for addresses that a machine gives itself when nobody else does. */
const SELF_GIVEN = /^(169\.254\.|fe80:)/i;
/** Bit of get_throttled: the voltage is too low now (Raspberry Pi, "vcgencmd get_throttled"). */
const UNDER_VOLTAGE_NOW = 1;

/** Each call reads anew, some ten small files. */
export function createSystemReader({ root, interfaces }: SystemSources): () => SystemReading {
  const text = (path: string): string | null => readText(join(root, path));
  let cpuBefore: CpuTimes | null = null;

  function cpuPercent(): number | null {
    const now = parseCpuTimes(text('proc/stat'));
    const before = cpuBefore;
    cpuBefore = now;
    if (before === null || now === null || now.total <= before.total) return null;
    return Math.round((100 * (now.busy - before.busy)) / (now.total - before.total));
  }

  return () => {
    const physical = list(join(root, 'sys/class/net')).filter((name) => isPhysical(root, name));
    const address = addressToShow(interfaces(), physical);
    const routes = text('proc/net/route');
    return {
      // Where every network card is a virtual one, an address must do for a cable.
      carrier:
        physical.length === 0
          ? address !== null
          : physical.some((name) => text(`sys/class/net/${name}/carrier`)?.trim() === '1'),
      address,
      defaultRoute: routes === null ? null : /^\S+\s+00000000\s/m.test(routes),
      temperatureC: processorTemperatureC(root, text),
      cpuPercent: cpuPercent(),
      underVoltage: underVoltage(root, text),
    };
  };
}

function isPhysical(root: string, name: string): boolean {
  if (name === 'lo') return false;
  try {
    return !realpathSync(join(root, 'sys/class/net', name)).includes('/devices/virtual/');
  } catch {
    return false;
  }
}

/** IPv4 before IPv6, physical network cards before others. */
function addressToShow(interfaces: ReturnType<typeof networkInterfaces>, physical: readonly string[]): string | null {
  const found = ownAddresses(interfaces)
    .filter(({ internal, address }) => !internal && !SELF_GIVEN.test(address))
    .map(({ address, family, interfaceName }) => ({
      address,
      rank: (physical.includes(interfaceName) ? 0 : 2) + (family === 'IPv4' ? 0 : 1),
    }));
  return found.sort((a, b) => a.rank - b.rank)[0]?.address ?? null;
}

interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** The first line: cpu user nice system idle iowait irq softirq steal … */
function parseCpuTimes(stat: string | null): CpuTimes | null {
  const times = /^cpu +(.*)$/m
    .exec(stat ?? '')?.[1]
    ?.split(/\s+/)
    .slice(0, 8)
    .map(Number);
  if (times === undefined || times.length < 5 || !times.every(Number.isFinite)) return null;
  const total = times.reduce((sum, time) => sum + time, 0);
  return { busy: total - (times[3] ?? 0) - (times[4] ?? 0), total };
}

/**
 * The zone is called after its node in the device tree, "cpu-thermal" on every Pi before the Pi 5, whose mainline tree has
 * none (bcm283x.dtsi, bcm2711.dtsi; thermal_of.c). Other zones are other parts': a sensor of a USB stick or of a radio.
 */
function processorTemperatureC(root: string, text: (path: string) => string | null): number | null {
  const zones = 'sys/class/thermal';
  const zone = list(join(root, zones)).find((name) => text(`${zones}/${name}/type`)?.trim() === 'cpu-thermal');
  const milliC = zone === undefined ? null : parseInteger(text(`${zones}/${zone}/temp`), 10);
  return milliC === null ? null : Math.round(milliC / 1000);
}

/**
 * By the mainline kernel: raspberrypi-hwmon.c asks the firmware every two seconds and has one alarm, in0_lcrit_alarm. By
 * Raspberry Pi's own kernel: the firmware's word in a file of its firmware driver.
 */
function underVoltage(root: string, text: (path: string) => string | null): boolean | null {
  const throttled = parseInteger(text('sys/devices/platform/soc/soc:firmware/get_throttled'), 16);
  if (throttled !== null) return (throttled & UNDER_VOLTAGE_NOW) !== 0;
  const monitors = 'sys/class/hwmon';
  for (const name of list(join(root, monitors))) {
    if (text(`${monitors}/${name}/name`)?.trim() !== 'rpi_volt') continue;
    const alarm = parseInteger(text(`${monitors}/${name}/in0_lcrit_alarm`), 10);
    if (alarm !== null) return alarm === 1;
  }
  return null;
}

function parseInteger(text: string | null, radix: number): number | null {
  const value = Number.parseInt(text ?? '', radix);
  return Number.isFinite(value) ? value : null;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
