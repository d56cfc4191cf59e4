/** The boot test's own parts that need no machine: its bridge, its archive, its reading of cards, firmware files, traces. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { drawText } from '../../src/faces/panel/font.ts';
import { newFrame } from '../../src/faces/panel/frame.ts';
import { Oled } from '../../src/linux/oled/oled.ts';
import { SSD1306 } from '../../src/linux/oled/ssd1306.ts';
import { FONTS } from '../faces/panel/scenes.ts';
import { readPartitions } from './card.ts';
import { appendArchive, makeArchive } from './cpio.ts';
import { createDisplay } from './display.ts';
import { bootPartition, settingsOf } from './firmware.ts';
import { CP2112_IDENTITY, createCp2112, REPORT } from './guest/cp2112.ts';
import type { ThreadSeen } from './guest/threads.ts';
import { createEvent, getReportReply, inputEvent, readRequest } from './guest/uhid.ts';
import { createTraceParser } from './i2c-trace.ts';
import { createSteps } from './steps.ts';
import { audioCoreFacts, checkMounts, openPorts } from './system-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'boot-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (tool: string) => spawnSync('which', [tool]).status === 0;

describe('The CP2112 stand-in', () => {
  const write = (address: number, bytes: readonly number[]) =>
    Uint8Array.of(REPORT.write, address << 1, bytes.length, ...bytes, ...new Uint8Array(61 - bytes.length));
  const STATUS = Uint8Array.of(REPORT.statusRequest, 1);

  it('passes on what is written, and says that it was acknowledged', () => {
    const written: [number, number[]][] = [];
    const bridge = createCp2112((address, bytes) => written.push([address, [...bytes]]) > 0);
    expect(bridge.output(write(0x3c, [0x00, 0xae]))).toBeUndefined();
    expect(written).toEqual([[0x3c, [0x00, 0xae]]]);
    // The driver reads "complete, succeeded, no retries, 2 bytes".
    expect([...(bridge.output(STATUS) ?? [])]).toEqual([0x16, 2, 5, 0, 0, 0, 2]);
  });

  it('says so when nobody has acknowledged the address', () => {
    const bridge = createCp2112(() => false);
    bridge.output(write(0x50, [0]));
    expect([...(bridge.output(STATUS) ?? [])].slice(0, 3)).toEqual([0x16, 3, 0]);
    bridge.output(Uint8Array.of(REPORT.readRequest, 0x78, 0, 1));
    expect([...(bridge.output(STATUS) ?? [])].slice(0, 3)).toEqual([0x16, 3, 0]);
  });

  it('has the feature reports that the driver asks for, with their lengths', () => {
    const bridge = createCp2112(() => true);
    const lengths = [
      REPORT.version,
      REPORT.smbusConfiguration,
      REPORT.gpioConfiguration,
      REPORT.gpioGet,
      REPORT.gpioSet,
    ];
    expect(lengths.map((number) => bridge.feature(number)?.length)).toEqual([3, 14, 5, 2, 3]);
    expect(bridge.feature(0x77)).toBeNull();
  });

  it('answers any report without falling over', () => {
    const bridge = createCp2112(() => true);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (report) => void bridge.output(report)));
  });
});

describe('Records of /dev/uhid', () => {
  it('are as long and as laid out as the kernel has them', () => {
    const created = createEvent(CP2112_IDENTITY);
    const view = new DataView(created.buffer);
    expect(created.length).toBe(4 + 276 + 4096);
    expect([view.getUint32(0, true), view.getUint16(262, true)]).toEqual([11, 3]);
    expect([view.getUint32(264, true), view.getUint32(268, true)]).toEqual([0x10c4, 0xea90]);
    expect(view.getUint16(260, true)).toBe(CP2112_IDENTITY.descriptor.length);
    expect([...inputEvent(Uint8Array.of(0x16, 2))]).toEqual([12, 0, 0, 0, 2, 0, 0x16, 2]);
    expect(new DataView(getReportReply(7, null).buffer).getUint16(8, true)).toBe(5);
  });

  it('tell what the kernel asks', () => {
    const output = new Uint8Array(4380);
    const view = new DataView(output.buffer);
    view.setUint32(0, 6, true);
    output.set([0x15, 1], 4);
    view.setUint16(4100, 2, true);
    expect(readRequest(output)).toEqual({ type: 'output', report: Uint8Array.of(0x15, 1) });
    view.setUint32(0, 9, true);
    view.setUint32(4, 77, true);
    view.setUint8(8, 5);
    expect(readRequest(output)).toEqual({ type: 'getReport', id: 77, number: 5 });
    view.setUint32(0, 2, true);
    expect(readRequest(output)).toBeUndefined();
  });
});

describe('The display', () => {
  it("shows what the box's own driver writes", () => {
    const display = createDisplay();
    const bridge = createCp2112((_, bytes) => {
      display.take(bytes);
      return true;
    });
    const bus = {
      write: (address: number, bytes: Uint8Array) => {
        bridge.output(Uint8Array.of(REPORT.write, address << 1, bytes.length, ...bytes));
        return true as const;
      },
    };
    const oled = new Oled({ chip: SSD1306, bus, address: 0x3c, rotated: false });
    const frame = newFrame();
    drawText(frame, FONTS.small, 'Press CONNECT', 0, 0);
    oled.show(frame);
    for (let nowMs = 0; nowMs < 1000; nowMs += 10) oled.work(nowMs);
    expect(display.text()).toContain('Press CONNECT');
  });
});

describe('The archive with the files for the guest', () => {
  it('is an archive that cpio can read', { skip: !isThere('cpio') }, () => {
    const archive = makeArchive([
      { path: 'hooks/50-test.sh', content: Buffer.from('#!/bin/sh\n'), executable: true },
      { path: 'simtest/odd', content: Buffer.from('abc') },
    ]);
    const list = execFileSync('cpio', ['-itv', '--quiet'], { input: archive, encoding: 'utf8' });
    expect(list).toMatch(/^drwxr-xr-x .* hooks$/m);
    expect(list).toMatch(/^-rwxr-xr-x .* hooks\/50-test\.sh$/m);
    expect(list).toMatch(/^-rw-r--r-- .* 3 .* simtest\/odd$/m);
  });

  it('begins on a boundary of four bytes', () => {
    const next = makeArchive([]);
    expect(appendArchive(Buffer.alloc(5), next).indexOf('070701')).toBe(8);
    expect(appendArchive(Buffer.alloc(8), next).indexOf('070701')).toBe(8);
  });
});

describe('The firmware', () => {
  const AUTOBOOT = '[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n';

  it('starts the committed slot, and the other one on trial', () => {
    expect(bootPartition(AUTOBOOT, false)).toBe(2);
    expect(bootPartition(AUTOBOOT, true)).toBe(3);
  });

  it('reads files as a Pi does: comments, blanks for "=", foreign sections', () => {
    const config =
      '# x\narm_64bit=1\ninitramfs initrd.img followkernel # y\n[pi5]\nkernel=other\n[all]\nkernel=vmlinuz\n';
    expect([...settingsOf(config, [])]).toEqual([
      ['arm_64bit', '1'],
      ['initramfs', 'initrd.img followkernel'],
      ['kernel', 'vmlinuz'],
    ]);
  });
});

describe('A card', () => {
  it('has the partitions that its tables say, also those within the extended one', { skip: !isThere('sfdisk') }, () => {
    const path = join(folder, 'card');
    writeFileSync(path, Buffer.alloc(1024 * 1024));
    const table =
      'label: dos\nstart=64, size=64, type=c\nstart=128, size=1024, type=5\nstart=192, size=64, type=83\nstart=320, size=128, type=83\n';
    const layout = table.replace('type=5\n', 'type=5\n');
    execFileSync('sfdisk', ['-q', path], { input: layout, stdio: ['pipe', 'ignore', 'inherit'] });
    expect(readPartitions(path).filter(({ number }) => number !== 2)).toEqual([
      { number: 1, startByte: 64 * 512, bytes: 64 * 512 },
      { number: 5, startByte: 192 * 512, bytes: 64 * 512 },
      { number: 6, startByte: 320 * 512, bytes: 128 * 512 },
    ]);
  });
});

describe('The trace of a bus', () => {
  it('becomes transfers', () => {
    const parse = createTraceParser();
    const lines = [
      'i2c_event start(addr:0x3c)',
      'i2c_send send(addr:0x3c) data:0x00',
      'i2c_send send(addr:0x3c) data:0xae',
      'i2c_event finish(addr:0x3c)',
      'i2c_event start(addr:0x1a)',
      'i2c_event finish(addr:0x1a)',
    ];
    expect(lines.map(parse).filter((found) => found !== undefined)).toEqual([
      { address: 0x3c, bytes: Uint8Array.of(0, 0xae) },
    ]);
  });
});

describe('The system checks', () => {
  const thread = (change: Partial<ThreadSeen>): ThreadSeen => ({
    ...{
      pid: 9,
      tid: 9,
      process: 'node',
      name: 'node',
      isKernel: false,
      policy: 0,
      priority: 0,
      core: 1,
      allowed: '0-2',
    },
    ...change,
  });
  const audio = thread({ tid: 12, policy: 1, priority: 80, core: 3, allowed: '3' });
  const perCore = thread({ process: 'ksoftirqd/3', name: 'ksoftirqd/3', isKernel: true, core: 3, allowed: '3' });

  it("the audio thread is alone with the kernel's threads of its core", () => {
    expect(audioCoreFacts([audio, perCore, thread({})])).toContain('FIFO 80 on core 3; beside it 1');
  });

  it.each([
    ['no audio thread', [perCore]],
    ['two of them', [audio, audio]],
    ['on another core', [{ ...audio, core: 2 }]],
    ['free to roam', [{ ...audio, allowed: '0-3' }]],
    ['a program that may be there', [audio, thread({ allowed: '0-3' })]],
    ['a program that was there', [audio, thread({ core: 3 })]],
    ['a kernel thread that could be elsewhere', [audio, thread({ isKernel: true, core: 3, allowed: '0-3' })]],
  ])('%s is found', (_, threads) => {
    expect(() => audioCoreFacts(threads)).toThrow();
  });

  it('only /data may be written', () => {
    const mounts =
      'overlay / overlay rw,lowerdir=/ro 0 0\n/dev/vda5 /ro squashfs ro 0 0\n/dev/vda7 /data ext4 rw,noatime 0 0\n';
    expect(() => checkMounts(mounts)).not.toThrow();
    expect(() => checkMounts(`${mounts}/dev/vda1 /boot/firmware vfat rw 0 0\n`)).toThrow();
    expect(() => checkMounts(mounts.replace('squashfs ro', 'squashfs rw'))).toThrow();
  });

  it('only the documented ports are open', () => {
    const line = (address: string, port: number, state: string) =>
      `  1: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00\n`;
    expect(openPorts(`${line('00000000', 22_140, '07')}TCP\n${line('0100007F', 53, '0A')}`)).toEqual([
      'UDP 22140: Jamulus',
    ]);
    expect(() => openPorts(`${line('00000000', 5355, '07')}TCP\n`)).toThrow();
    expect(() => openPorts(`TCP\n${line('00000000', 22, '0A')}`)).toThrow();
  });
});

describe('The steps of a run', () => {
  it('fail with any of them, and go on with the next part', async () => {
    const written: string[] = [];
    const steps = createSteps(undefined, (line) => written.push(line));
    await steps.part('one', async () => {
      await steps.step('a', () => 1);
      await steps.step('b', () => Promise.reject(new Error('broken')));
    });
    await steps.part('two', () => steps.step('c', () => Promise.resolve()));
    const again = createSteps(steps.save(), (line) => written.push(line));
    expect(again.summary()).toBe(1);
    expect(written.at(-1)).toBe('2 passed, 1 failed');
    expect(written.join('\n')).toContain('broken');
  });
});
