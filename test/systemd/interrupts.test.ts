/**
 * Where interrupts go: interrupt-plan on texts as /proc/interrupts has them, made by hand after the drivers' sources (names:
 * bcm2835-dma.c, bcmgenet.c, macb_main.c, xhci.c, dwc2; controllers: irq-gic.c, irq-bcm2835.c, pcie-brcmstb.c, rp1_pci.c);
 * and tune-cores, which does it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

const SCRIPTS = join(import.meta.dirname, '../../systemd/root/usr/lib/jambox');

const HEADER = '           CPU0       CPU1       CPU2       CPU3       ';
const PI_4 = `${HEADER}
  9:          0          0          0          0     GICv2  25 Level     vgic
 11:      20418      18002      17711      90211     GICv2  30 Level     arch_timer
 14:        219          0          0          0     GICv2  65 Level     fe00b880.mailbox
 25:      81033          0          0          0     GICv2 114 Level     DMA IRQ
 26:          2          0          0          0     GICv2 115 Level     DMA IRQ
 28:      90124          0          0          0     GICv2 149 Level     fe804000.i2c, fe205000.i2c
 30:       4711          0          0          0     GICv2 158 Level     mmc1, mmc0
 31:      55012          0          0          0     GICv2 189 Level     end0
 32:      12004          0          0          0     GICv2 190 Level     end0
 40:      33120          0          0          0  BRCM STB PCIe MSI 524288 Edge      xhci_hcd
IPI0:      1201       9023       8123         12  Rescheduling interrupts
IPI1:       233        411        390          5  Function call interrupts
Err:          0
`;
const PI_3 = `${HEADER}
 17:        190          0          0          0  ARMCTRL-level   1 Edge      3f00b880.mailbox
 19:      60001          0          0          0  ARMCTRL-level  34 Edge      DMA IRQ
 29:     812345          0          0          0  ARMCTRL-level  41 Edge      3f980000.usb, dwc2_hsotg:usb1
 55:       3100          0          0          0  ARMCTRL-level  88 Edge      mmc0
 86:          0          0          0          0  bcm2836-timer   0 Edge      arch_timer
`;
const PI_5 = `${HEADER}
 13:      21000      18211      17712      98212     GICv2  30 Level     arch_timer
105:       2771          0          0          0     GICv2 305 Level     mmc0
162:      40012          0          0          0  rp1_irq_chip   6 Level     eth0
163:      51200          0          0          0  rp1_irq_chip  31 Edge      xhci-hcd:usb1
164:          9          0          0          0  rp1_irq_chip  36 Edge      xhci-hcd:usb3
`;
const VIRT = `${HEADER}
 24:        100          0          0          0 GICv3-23 Level     arm-pmu
 26:          5          0          0          0 ITS-PCI-MSIX-0000:00:02.0   0 Edge      virtio1-config
 27:        911          0          0          0 ITS-PCI-MSIX-0000:00:02.0   1 Edge      virtio1-input.0
 28:        412          0          0          0 ITS-PCI-MSIX-0000:00:02.0   2 Edge      virtio1-output.0
 30:       8012          0          0          0 ITS-PCI-MSIX-0000:00:01.0   1 Edge      virtio0-req.0
`;

/** What is planned, without those that stay where the rest is: "NUMBER CORE PRIORITY". */
function plan(interrupts: string, usbSound: 'yes' | 'no' = 'no'): readonly string[] {
  const args = [join(SCRIPTS, 'interrupt-plan'), '2', '1', usbSound];
  const { stdout, stderr, status } = spawnSync('sh', args, { input: interrupts, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.trim().split('\n');
}
const planned = (...args: Parameters<typeof plan>) =>
  plan(...args).filter((line) => line !== '' && !line.endsWith(' 1 -'));

describe('interrupt-plan', () => {
  it("gives sound's DMA a core that it shares with nobody, and the network of a Pi 4 another", () => {
    expect(planned(PI_4)).toEqual(['25 2 85', '26 2 85', '31 1 70', '32 1 70', '40 1 70']);
    expect(plan(PI_4)).toContain('28 1 -');
    expect(plan(PI_4)).toContain('30 1 -');
  });

  it('takes USB for sound where a USB sound card is there', () => {
    expect(planned(PI_4, 'yes')).toEqual(['25 2 85', '26 2 85', '31 1 70', '32 1 70', '40 2 85']);
    expect(planned(PI_5, 'yes')).toEqual(['162 1 70', '163 2 85', '164 2 85']);
  });

  it('knows what the boards call them', () => {
    expect(planned(PI_3)).toEqual(['19 2 85', '29 1 70']);
    expect(planned(PI_3, 'yes')).toEqual(['19 2 85', '29 2 85']);
    expect(planned(PI_5)).toEqual(['162 1 70', '163 1 70', '164 1 70']);
    expect(planned(VIRT)).toEqual(['27 1 70', '28 1 70']);
  });

  it('leaves out what is no interrupt of a device, and survives nonsense', () => {
    expect(plan(PI_4).map((line) => line.split(' ')[0])).not.toContain('IPI0');
    for (const text of [
      '',
      HEADER,
      'Err:          0\n',
      ' 7:\n',
      'x: 1 2 Level DMA IRQ\n',
      '12 0 GICv2 1 Level DMA IRQ\n',
    ])
      expect(plan(text)).toEqual(['']);
    expect(plan('7: 0 GICv2 1 Level $(reboot) * `x`\n')).toEqual(['7 1 -']);
  });
});

describe('tune-cores', () => {
  let root: string;
  const put = (path: string, content = '') => writeBelow(root, path, content);
  const content = (path: string) => readFileSync(join(root, path), 'utf8');
  const called = () => (existsSync(join(root, 'called')) ? content('called').trimEnd().split('\n').sort() : []);
  const tune = () =>
    spawnSync('sh', [join(SCRIPTS, 'tune-cores')], {
      encoding: 'utf8',
      env: { JAMBOX_ROOT: root, PATH: `${root}/bin:${process.env['PATH']}` },
    });

  beforeEach(() => {
    root = temporaryFolder();
    put('bin/chrt', `#!/bin/sh\necho "chrt $*" >> ${root}/called\n`);
    chmodSync(join(root, 'bin/chrt'), 0o755);
    const threads = [
      'irq/25-DMA IRQ',
      'irq/26-DMA IRQ',
      'irq/31-end0',
      'irq/40-xhci_hcd',
      'irq/30-mmc1',
      'irq/30-s-mmc1',
    ];
    for (const [i, name] of [...threads, 'node'].entries()) put(`proc/${10 + i}/comm`, `${name}\n`);
    put('proc/interrupts', PI_4);
    for (const number of [25, 26, 28, 30, 31, 32]) put(`proc/irq/${number}/smp_affinity_list`, '0-2\n');
    put('proc/irq/default_smp_affinity', '7\n');
    for (let core = 0; core < 4; core++) put(`sys/devices/system/cpu/cpu${core}/online`);
    put('sys/devices/system/cpu/isolated', '3\n');
    put('sys/devices/system/cpu/cpufreq/policy0/scaling_governor', 'schedutil\n');
    put('sys/devices/virtual/workqueue/cpumask', 'f\n');
  });

  it("lets sound in first and the network second, and leaves other interrupts at the kernel's 50", () => {
    // The USB controller's can't be moved: there is no file for it.
    expect(tune()).toMatchObject({ status: 0, stdout: '' });
    expect(called()).toEqual(['chrt -f -p 70 12', 'chrt -f -p 70 13', 'chrt -f -p 85 10', 'chrt -f -p 85 11']);
  });

  it("keeps interrupts and kernel work off the audio thread's core, sound's on one of their own, and the cores at full speed", () => {
    tune();
    const cores = [25, 26, 28, 30, 31, 32].map((number) => content(`proc/irq/${number}/smp_affinity_list`).trim());
    expect(cores).toEqual(['2', '2', '1', '1', '1', '1']);
    expect(content('sys/devices/virtual/workqueue/cpumask')).toBe('7\n');
    expect(content('sys/devices/system/cpu/cpufreq/policy0/scaling_governor')).toBe('performance\n');
  });

  it('sees a USB sound card', () => {
    put('proc/asound/card1/usbid', '1235:8210\n');
    tune();
    expect(called()).toContain('chrt -f -p 85 13');
  });

  it('leaves the cores as they are where none is kept free', () => {
    put('sys/devices/system/cpu/isolated', '\n');
    expect(tune().status).toBe(0);
    expect(content('proc/irq/25/smp_affinity_list')).toBe('0-2\n');
    expect(called()).toContain('chrt -f -p 85 10');
  });
});
