/**
 * Builds the test card (testcard.c) and writes the ALSA configuration that names it. Needs gcc and libasound2-dev.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const BUILD = join(import.meta.dirname, '../../build/testcard');

/**
 * Compiles one C file with gcc, once for each state of the source and the flags.
 * @returns the path of the product. Throws with gcc's own words if it does not compile.
 */
export function compileC(source: string, productName: string, flags: readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(source)).update(flags.join('\0')).digest('hex').slice(0, 16);
  const folder = join(BUILD, `${basename(source, '.c')}-${hash}`);
  const product = join(folder, productName);
  if (existsSync(product)) return product;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${product}.${process.pid}`;
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', unfinished, source, ...flags]);
  renameSync(unfinished, product);
  return product;
}

/** Environment in which ALSA programs see only the devices of a written configuration. */
export type AlsaEnv = { readonly ALSA_CONFIG_PATH: string };

/** Writes asound.conf with one `pcm.NAME` for each test card, all of the type built here, into `folder`. */
export function writeTestCardConf(folder: string, cardNames: readonly string[]): AlsaEnv {
  const library = testCardLibrary();
  const cards = cardNames.map((name) => `pcm.${name} { type testcard card "${name}" }\n`);
  return writeConf(folder, 'asound.conf', `pcm_type.testcard { lib "${library}" }\n${cards.join('')}`);
}

/** Writes asound-hw.conf, in which hw:ID,DEVICE is the test card ID with `suffix` behind it. */
export function writeTestHwConf(folder: string, suffix: string): AlsaEnv {
  return writeConf(
    folder,
    'asound-hw.conf',
    `pcm_type.testcard { lib "${testCardLibrary()}" }
pcm.hw {
  @args [ CARD DEV ]
  @args.CARD { type string }
  @args.DEV { type integer default 0 }
  type testcard
  card { @func concat strings [ $CARD "${suffix}" ] }
}
`,
  );
}

function testCardLibrary(): string {
  const flags = ['-shared', '-fPIC', '-DPIC', '-lasound', '-lm'];
  return compileC(join(import.meta.dirname, 'testcard.c'), 'libasound_module_pcm_testcard.so', flags);
}

/**
 * Writes asound-jack.conf: ALSA devices on a JACK server's clock (JACK_DEFAULT_SERVER chooses which). `box` is the
 * device under test, `loop` captures what it plays (jackd -m), `tap` hears what `box` plays, `feed` plays into it.
 */
export function writeJackConf(folder: string): AlsaEnv {
  const ports = (kind: 'capture' | 'playback', left: string, right: string) =>
    `${kind}_ports { 0 "${left}" 1 "${right}" }`;
  const plug = (slave: string) => `{ type plug slave { pcm ${slave} format FLOAT_LE rate 48000 channels 2 } }`;
  return writeConf(
    folder,
    'asound-jack.conf',
    `pcm.boxcap { type jack name "boxcap" ${ports('capture', 'system:capture_1', 'system:capture_2')} }
pcm.boxplay { type jack name "boxplay" ${ports('playback', 'system:playback_1', 'system:playback_2')} }
pcm.loopcap { type jack name "loopcap" ${ports('capture', 'system:monitor_1', 'system:monitor_2')} }
pcm.box { type asym capture.pcm ${plug('boxcap')} playback.pcm ${plug('boxplay')} }
pcm.loop { type asym capture.pcm ${plug('loopcap')} playback.pcm ${plug('boxplay')} }
pcm.tap { type plug slave.pcm { type jack name "tap" ${ports('capture', 'system:monitor_1', 'system:monitor_2')} } }
pcm.feed { type plug slave.pcm { type jack name "feed" ${ports('playback', 'boxcap:in_000', 'boxcap:in_001')} } }
`,
  );
}

/** Writes asound-mixer.conf, in which the control device hw:N is the mixer (testmixer.c) of the file N in `folder`. */
export function writeTestMixerConf(folder: string): AlsaEnv {
  const library = compileC(join(import.meta.dirname, 'testmixer.c'), 'libasound_module_ctl_testmixer.so', [
    ...['-shared', '-fPIC', '-DPIC', '-lasound'],
  ]);
  return writeConf(
    folder,
    'asound-mixer.conf',
    `ctl_type.testmixer { lib "${library}" }
ctl.hw {
  @args [ CARD ]
  @args.CARD { type string }
  type testmixer
  file { @func concat strings [ "${folder}/" $CARD ] }
}
`,
  );
}

function writeConf(folder: string, name: string, text: string): AlsaEnv {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return { ALSA_CONFIG_PATH: path };
}
