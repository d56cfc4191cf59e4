import { mkdirSync, symlinkSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSystemReader } from '../../src/linux/system.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

let folder: string;
let interfaces: Record<string, NetworkInterfaceInfo[]>;
beforeEach(() => {
  folder = temporaryFolder();
  interfaces = {};
});

function put(path: string, content: string): void {
  writeBelow(folder, path, `${content}\n`);
}

function networkCard(name: string, carrier: string, device = 'platform/soc'): void {
  put(`sys/devices/${device}/net/${name}/carrier`, carrier);
  mkdirSync(join(folder, 'sys/class/net'), { recursive: true });
  symlinkSync(join(folder, `sys/devices/${device}/net/${name}`), join(folder, 'sys/class/net', name));
}

function address(name: string, text: string, internal = false): void {
  const family = text.includes(':') ? 'IPv6' : 'IPv4';
  const info = { address: text, family, netmask: '255.255.255.0', mac: '', internal, cidr: null, scopeid: 0 };
  interfaces[name] = [...(interfaces[name] ?? []), info as NetworkInterfaceInfo];
}

const reader = () => createSystemReader({ root: folder, interfaces: () => interfaces });

describe('how the machine is doing', () => {
  it('a machine that says nothing: nothing is known, and nothing fails', () => {
    expect(reader()()).toEqual({
      carrier: false,
      address: null,
      defaultRoute: null,
      temperatureC: null,
      cpuPercent: null,
      underVoltage: null,
    });
  });

  it('a cable is one of a real network card; loopback and virtual ones do not count', () => {
    networkCard('lo', '1', 'virtual');
    networkCard('docker0', '1', 'virtual');
    networkCard('eth0', '0');
    const read = reader();
    expect(read().carrier).toBe(false);
    put('sys/devices/platform/soc/net/eth0/carrier', '1');
    expect(read().carrier).toBe(true);
  });

  it('where all cards are virtual an address does for a cable', () => {
    networkCard('eth0', '1', 'virtual');
    expect(reader()().carrier).toBe(false);
    address('eth0', '172.17.0.2');
    expect(reader()()).toMatchObject({ carrier: true, address: '172.17.0.2' });
  });

  it('the address is the IPv4 one of the real card, not one that the machine has given itself', () => {
    networkCard('eth0', '1');
    address('lo', '127.0.0.1', true);
    address('eth0', 'fe80::1');
    address('eth0', '169.254.3.4');
    expect(reader()().address).toBeNull();
    address('docker0', '172.17.0.1');
    address('eth0', '2001:db8::7');
    address('eth0', '192.168.1.20');
    expect(reader()().address).toBe('192.168.1.20');
  });

  it('reads the route, the temperature and the load since the last reading', () => {
    put('proc/net/route', 'Iface\tDestination\tGateway\neth0\t0001A8C0\t00000000');
    put('sys/class/thermal/thermal_zone0/type', 'iwlwifi_1');
    put('sys/class/thermal/thermal_zone0/temp', '80000');
    put('sys/class/thermal/thermal_zone1/type', 'cpu-thermal');
    put('sys/class/thermal/thermal_zone1/temp', '61234');
    put('proc/stat', 'cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1');
    const read = reader();
    expect(read()).toMatchObject({ defaultRoute: false, temperatureC: 61, cpuPercent: null });
    put('proc/net/route', 'Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0');
    put('proc/stat', 'cpu  120 0 110 750 120 0 0 0 0 0\ncpu0 1 1 1 1');
    expect(read()).toMatchObject({ defaultRoute: true, cpuPercent: 30 });
  });

  it('hears of a weak supply from the firmware, or else from the hardware monitor', () => {
    put('sys/class/hwmon/hwmon0/name', 'cpu_thermal');
    put('sys/class/hwmon/hwmon0/in0_lcrit_alarm', '1');
    expect(reader()().underVoltage).toBeNull();
    // As raspberrypi-hwmon.c makes it; the voltages beside the alarm came with a later kernel.
    put('sys/class/hwmon/hwmon10/name', 'rpi_volt');
    put('sys/class/hwmon/hwmon10/in0_input', '860');
    put('sys/class/hwmon/hwmon10/in0_label', 'core');
    put('sys/class/hwmon/hwmon10/in0_lcrit_alarm', '0');
    expect(reader()().underVoltage).toBe(false);
    put('sys/class/hwmon/hwmon10/in0_lcrit_alarm', '1');
    expect(reader()().underVoltage).toBe(true);
    // Raspberry Pi's own kernel. It was too low, and is not now.
    put('sys/devices/platform/soc/soc:firmware/get_throttled', '50000');
    expect(reader()().underVoltage).toBe(false);
    put('sys/devices/platform/soc/soc:firmware/get_throttled', '50005');
    expect(reader()().underVoltage).toBe(true);
  });

  it('nonsense is nothing', () => {
    put('sys/class/thermal/thermal_zone0/type', 'cpu-thermal');
    put('sys/class/thermal/thermal_zone0/temp', 'warm');
    put('sys/class/hwmon/hwmon0/name', 'rpi_volt');
    put('sys/class/hwmon/hwmon0/in0_lcrit_alarm', '');
    put('proc/stat', 'cpu a b c d e');
    put('sys/devices/platform/soc/soc:firmware/get_throttled', '');
    expect(reader()()).toMatchObject({ temperatureC: null, cpuPercent: null, underVoltage: null });
  });
});
