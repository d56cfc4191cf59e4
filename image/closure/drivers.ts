/**
 * Which driver the built box has for a device, and where it is: in the kernel, in the initramfs or in the root. Read from
 * what the build made, never from a list of ours: the kernel's image, and the files that depmod and the kernel's build leave.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../lib/run.ts';

/** Where drivers are looked for. Names of modules with "_" for "-". */
export type DriverFiles = {
  /** modules.alias of the root. */
  readonly aliases: string;
  /** modules.builtin.modinfo: entries with a zero byte after each. */
  readonly builtin: string;
  /** The kernel as the firmware loads it. */
  readonly kernel: Buffer;
  /** What the initramfs loads. */
  readonly initramfs: ReadonlySet<string>;
  /** Modules that udev may not load. */
  readonly blacklist: ReadonlySet<string>;
  /** Every module in the root. */
  readonly root: ReadonlySet<string>;
  /** The modules that one of the root's was linked against. */
  readonly dependsOn: (module: string) => readonly string[];
};

/** In the kernel itself, or as one of these modules (none: no driver anywhere). */
export type Driver = { readonly builtin: boolean; readonly modules: readonly string[] };

/** Looks a driver up by what a device calls itself. */
export type Drivers = {
  readonly initramfs: ReadonlySet<string>;
  readonly blacklist: ReadonlySet<string>;
  /** For a device of the tree, by one entry of its "compatible". */
  readonly forCompatible: (compatible: string) => Driver;
  /** For a device that its bus names, for example "usb:v0424pEC00d0200dc…". */
  readonly forModalias: (modalias: string) => Driver;
  /** What a module of the root needs and the root does not have, through all that it needs. */
  readonly missing: (module: string) => readonly string[];
};

export function driversOf(files: DriverFiles): Drivers {
  const aliases = [
    ...[...files.aliases.matchAll(/^alias (\S+) (\S+)$/gm)].map(([, pattern = '', module = '']) => ({
      pattern,
      module: plain(module),
    })),
    ...[...files.builtin.matchAll(/(?:^|\0)[^.\0]+\.alias=([^\0]+)/g)].map(([, pattern = '']) => ({
      pattern,
      module: undefined,
    })),
  ];
  const byCompatible = Map.groupBy(aliases, ({ pattern }) => /^of:N\*T\*C(.+?)(?:C\*)?$/.exec(pattern)?.[1]);
  return {
    initramfs: files.initramfs,
    blacklist: files.blacklist,
    forCompatible: remembered((name) => {
      const found = driver(byCompatible.get(name) ?? []);
      const matched = found.builtin || found.modules.length > 0;
      return matched ? found : { builtin: inMatchTable(files.kernel, name), modules: [] };
    }),
    forModalias: remembered((modalias) => {
      const bus = modalias.slice(0, modalias.indexOf(':') + 1);
      return driver(aliases.filter(({ pattern }) => pattern.startsWith(bus) && globMatches(pattern, modalias)));
    }),
    missing: (module) => {
      const needed = new Set([module]);
      for (const name of needed) if (files.root.has(name)) for (const other of files.dependsOn(name)) needed.add(other);
      return [...needed].filter((name) => !files.root.has(name));
    },
  };
}

/** A kernel's image is long to search, and hundreds of trees ask for the same names. */
function remembered<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const found = known.get(name) ?? find(name);
    known.set(name, found);
    return found;
  };
}

function driver(found: readonly { readonly module: string | undefined }[]): Driver {
  const modules = new Set(found.flatMap(({ module }) => (module === undefined ? [] : [module])));
  return { builtin: found.some(({ module }) => module === undefined), modules: [...modules] };
}

/**
 * Whether a driver that is linked into the kernel matches this name. Clocks, interrupt controllers, timers and buses
 * (CLK_OF_DECLARE, IRQCHIP_DECLARE, TIMER_OF_DECLARE, of_default_bus_match_table) leave no trace in modules.builtin.modinfo,
 * but their struct of_device_id does in the image: name[32] and type[32] empty, then compatible[128]
 * (include/linux/mod_devicetable.h).
 */
export function inMatchTable(kernel: Buffer, compatible: string): boolean {
  const entry = Buffer.alloc(32 + 32 + 128);
  entry.write(compatible, 64, 'latin1');
  return kernel.includes(entry);
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

const plain = (module: string): string => module.replaceAll('-', '_');

/** Reads the files of a built box; `initramfs` is the unpacked one's folder. @throws Error where one is missing */
export function readDriverFiles(root: string, release: string, kernel: string, initramfs: string): DriverFiles {
  const modules = join(root, 'usr/lib/modules', release);
  const list = readFileSync(join(modules, 'modules.dep'), 'utf8');
  const settings = ['etc/modprobe.d', 'usr/lib/modprobe.d'].map((name) => join(root, name)).filter(existsSync);
  const rules = settings.flatMap((folder) =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  return {
    aliases: readFileSync(join(modules, 'modules.alias'), 'utf8'),
    builtin: readFileSync(join(modules, 'modules.builtin.modinfo'), 'latin1'),
    kernel: readFileSync(kernel),
    initramfs: new Set(readFileSync(join(initramfs, 'modules'), 'utf8').split('\n').map(plain)),
    blacklist: new Set(
      rules.flatMap((text) => [...text.matchAll(/^\s*blacklist\s+(\S+)/gm)].map(([, name = '']) => plain(name))),
    ),
    root: new Set([...list.matchAll(/^(?:.*\/)?([^/:\n]+)\.ko[^:\n]*:/gm)].map(([, name = '']) => plain(name))),
    dependsOn: remembered((module) => {
      const names = ask('modinfo', ['-b', root, '-k', release, '-F', 'depends', module]).trim();
      return names === '' ? [] : names.split(',').map(plain);
    }),
  };
}
