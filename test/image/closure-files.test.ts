/** What the closure check reads: device trees, the kernel's lists of drivers, the firmware's list of overlays. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HATS, PANELS } from '../../hardware/pins.ts';
import { BOARDS } from '../../image/closure/boards.ts';
import { checkBoards } from '../../image/closure/combinations.ts';
import { driversOf, inMatchTable, readDriverFiles } from '../../image/closure/drivers.ts';
import { readFdt } from '../../image/closure/fdt.ts';
import { overlayFor } from '../../image/closure/overlay-map.ts';
import { cells, compatible, texts } from '../../image/closure/tree.ts';
import { overlayText } from '../hardware/device-tree.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';
import { drivers, LIKE_PI4, matchTable } from './closure-fixture.ts';
import { compileTree } from './dts.ts';

/** dtc 1.6.1 of: / { compatible = "a,board", "b,chip"; part@10 { reg = <0x10 0x20>; nothing; }; }; */
const DTB = Buffer.from(
  '0A3+7QAAAKsAAAA4AAAAlAAAACgAAAARAAAAEAAAAAAAAAAXAAAAXAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAMAAAAPAAAAAGEsYm9hcmQAYixjaGlw' +
    'AAAAAAABcGFydEAxMAAAAAADAAAACAAAAAsAAAAQAAAAIAAAAAMAAAAAAAAADwAAAAIAAAACAAAACWNvbXBhdGlibGUAcmVnAG5vdGhpbmcA',
  'base64',
);

describe('a dtb', () => {
  it('is read with names, paths, texts and cells', () => {
    const root = readFdt(DTB);
    expect([root.path, compatible(root)]).toEqual(['/', ['a,board', 'b,chip']]);
    const [part] = root.children;
    expect([part?.path, cells(part!, 'reg'), texts(part!, 'nothing')]).toEqual(['/part@10', [16, 32], ['']]);
    expect(part?.parent).toBe(root);
  });

  it('that is none, cut off or broken is refused', () => {
    expect(() => readFdt(Buffer.from('no tree'))).toThrow('not a device tree');
    expect(() => readFdt(DTB.subarray(0, 120))).toThrow('cut off');
    const broken = Buffer.from(DTB);
    broken.writeUInt32BE(7, broken.readUInt32BE(8));
    expect(() => readFdt(broken)).toThrow('broken at byte 56');
  });
});

describe('a driver', () => {
  const files = {
    aliases:
      'alias of:N*T*Ca,device a-driver\nalias usb:v0BDAp8152d*dc*dsc*dp*ic*isc*ip*in* r8152\nalias mdio:01??  phy\n',
    builtin: 'b.license=GPL\0b.alias=of:N*T*Cb,deviceC*\0b.alias=pci:v*d*bc06sc04i*\0',
    kernel: Buffer.concat([Buffer.from('c,elsewhere\0'), matchTable('c,device')]),
    initramfs: new Set<string>(),
    blacklist: new Set<string>(),
    root: new Set<string>(),
    dependsOn: () => [],
  };
  const { forCompatible, forModalias } = driversOf(files);

  it('is a module, or in the kernel by its list or by its table alone, or nowhere', () => {
    expect(forCompatible('a,device')).toEqual({ builtin: false, modules: ['a_driver'] });
    expect(forCompatible('b,device')).toEqual({ builtin: true, modules: [] });
    expect(forCompatible('c,device')).toEqual({ builtin: true, modules: [] });
    // A text that no table holds is a text.
    expect(forCompatible('c,elsewhere')).toEqual({ builtin: false, modules: [] });
    expect(inMatchTable(files.kernel, 'c,dev')).toBe(false);
  });

  it('of a device that its bus names fits by pattern', () => {
    expect(forModalias('usb:v0BDAp8152d2000dc00dsc00dp00icFFiscFFip00in00').modules).toEqual(['r8152']);
    expect(forModalias('pci:v00001106d00003483bc06sc04i00').builtin).toBe(true);
    expect(forModalias('usb:v0BDAp9999d2000dc00dsc00dp00icFFiscFFip00in00')).toEqual({ builtin: false, modules: [] });
  });
});

it('the files of a built box are read with modules by their plain names', () => {
  const folder = temporaryFolder();
  const put = (path: string, text: string) => writeBelow(folder, path, text);
  put('root/usr/lib/modules/7.3/modules.alias', 'alias of:N*T*Ca,device a_driver\n');
  put('root/usr/lib/modules/7.3/modules.builtin.modinfo', 'b.alias=of:N*T*Cb,device\0');
  put(
    'root/usr/lib/modules/7.3/modules.dep',
    'kernel/a-driver.ko.xz: kernel/x/base.ko.xz\nkernel/x/base.ko.xz:\nlast.ko:\n',
  );
  put('root/etc/modprobe.d/box.conf', '# blacklist not-this\nblacklist a-driver\n');
  put('kernel', 'text');
  put('initramfs/modules', 'sdhci-iproc\nfixed\n');
  const files = readDriverFiles(join(folder, 'root'), '7.3', join(folder, 'kernel'), join(folder, 'initramfs'));
  expect([...files.root]).toEqual(['a_driver', 'base', 'last']);
  expect([...files.blacklist]).toEqual(['a_driver']);
  expect(files.initramfs).toContain('sdhci_iproc');
  expect(driversOf(files).forCompatible('b,device').builtin).toBe(true);
});

describe('the list of overlays', () => {
  const map = compileTree(overlayText('overlay_map.dts'));

  it('leads the panels of a Pi 5 to their own files and leaves them as they are elsewhere', () => {
    for (const panel of Object.keys(PANELS).map((name) => `jambox-panel-${name}`)) {
      expect(overlayFor(map, panel, 'bcm2712-d-rpi-5-b')).toBe(`${panel}-pi5`);
      for (const board of ['bcm2711-rpi-4-b', 'bcm2837-rpi-zero-2-w'])
        expect(overlayFor(map, panel, board)).toBe(panel);
      expect(overlayFor(map, `${panel}-pi5`, 'bcm2837-rpi-3-b')).toBeUndefined();
    }
  });

  it('refuses every HAT on a Pi 5 and none elsewhere', () => {
    for (const hat of HATS.flatMap(({ overlays }) => overlays)) {
      expect(overlayFor(map, hat, 'bcm2712-rpi-5-b')).toBeUndefined();
      expect(overlayFor(map, hat, 'bcm2711-rpi-400')).toBe(hat);
      expect(overlayFor(map, hat, 'bcm2837-rpi-3-a-plus')).toBe(hat);
    }
  });
});

describe('all combinations', () => {
  const board = BOARDS.find(({ tree }) => tree === 'bcm2711-rpi-4-b')!;
  const check = (boardTree: string, text = (name: string) => overlayText(`${name}.dts`)) =>
    checkBoards({
      boards: [{ ...board, tree: boardTree, needs: [] }],
      panels: ['jambox-panel-encoder', 'jambox-panel-buttons'],
      hats: ['fe-pi-audio'],
      map: compileTree(overlayText('overlay_map.dts')),
      merge: (_, overlays) => compileTree(LIKE_PI4, ...overlays.map(text)),
      drivers: drivers(),
    })[0]!;

  it('are walked, and a fault of one overlay names it once', () => {
    expect(check('bcm2711-rpi-4-b')).toEqual({ board: 'bcm2711-rpi-4-b', trees: 4, faults: [] });
    const broken = check('bcm2711-rpi-4-b', (name) =>
      overlayText(`${name}.dts`).replace('"rotary-encoder"', '"no-such"'),
    );
    expect(broken.faults).toEqual([
      'bcm2711-rpi-4-b: the panel\'s encoder: /jambox-encoder ("no-such"): this kernel has no driver for it. (With jambox-panel-encoder.)',
    ]);
    const codec = check('bcm2711-rpi-4-b', (name) => overlayText(`${name}.dts`).replace('"fsl,sgtl5000"', '"no-such"'));
    expect(codec.faults).toEqual([
      expect.stringMatching(/for which \/sound waits \(sound-dai\).* \(With fe-pi-audio\.\)$/),
    ]);
  });

  it('leave out a HAT that the list refuses', () => {
    const merge = () =>
      compileTree(LIKE_PI4, overlayText('jambox-panel-buttons.dts'), overlayText('jambox-panel-encoder.dts'));
    const parts = {
      boards: [{ tree: 'bcm2712-rpi-5-b', needs: [] }],
      panels: ['jambox-panel-encoder'],
      hats: ['fe-pi-audio'],
    };
    const map = compileTree(overlayText('overlay_map.dts'));
    expect(checkBoards({ ...parts, map, merge, drivers: drivers() })[0]?.trees).toBe(1);
  });
});
