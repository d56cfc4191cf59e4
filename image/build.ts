/**
 * `npm run image`: from this repository to a card that turns a Raspberry Pi into the box. Root, Debian 12 or 13, a Debian
 * mirror and the package registry; no loop devices, no containers. Products land in build/image (JAMBOX_IMAGE_DIR).
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { aptSources, checkHost, enableArm64Programs, installPackages, missingPackages } from './host.ts';
import { StepRunner } from './lib/cache.ts';
import { chooseMirrors } from './lib/mirror.ts';
import { BuildError, logTo } from './lib/run.ts';
import { FIRMWARE, HOST_PACKAGES, NEWER_PACKAGES } from './packages.ts';
import { OUTPUT, PATHS, product } from './paths.ts';
import { debianComponent, debianComponents, npmComponent, sbom } from './sbom.ts';
import { bootStep, overlaysStep } from './steps/boot.ts';
import { bundleStep } from './steps/bundle.ts';
import { cardStep, packStep } from './steps/card.ts';
import { closureStep } from './steps/closure.ts';
import { debianStep, firmwareStep, kbuildStep, kernelRelease, newerStep } from './steps/debian.ts';
import { initramfsStep } from './steps/initramfs.ts';
import { kernelModulesStep } from './steps/kernel-modules.ts';
import { signingKey } from './steps/keys.ts';
import { rootStep } from './steps/root.ts';
import { installedPackages, packagesStep } from './steps/service.ts';
import { buildVersion, type Version } from './version.ts';

const HELP = `Builds the card image of the box in ${OUTPUT}.

  --fresh   forget everything kept from earlier runs: takes Debian's newest packages

DEBIAN_MIRROR, DEBIAN_SECURITY_MIRROR  where Debian comes from (else as apt is set up here)
JAMBOX_IMAGE_DIR                       where everything is written
JAMBOX_KEY, JAMBOX_CERT                PEM files that sign updates (else made once)
`;

function build(fresh: boolean): void {
  checkHost();
  if (fresh) for (const name of ['work', 'steps']) rmSync(join(OUTPUT, name), { recursive: true, force: true });
  mkdirSync(OUTPUT, { recursive: true });
  process.umask(0o022);
  const runner = new StepRunner(OUTPUT);
  prepareHost(runner);
  const mirrors = chooseMirrors(process.env, aptSources());
  if (mirrors === undefined)
    throw new BuildError("apt's sources name no mirror of Debian: set DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR.");
  const version = buildVersion();
  runner.say(`Version ${version.text}, Debian from ${mirrors.main}`);

  const signing = signingKey(process.env);
  if (signing.made) {
    runner.say(`NEW SIGNING KEY in ${PATHS.keys}: KEEP IT, and keep it secret. A box takes`);
    runner.say('updates only from the key that its card was built with.');
  }

  const debian = runner.step(debianStep(mirrors));
  const release = kernelRelease();
  const kbuild = runner.step(kbuildStep(mirrors, release));
  const modules = runner.step(kernelModulesStep(release, kbuild));
  const packages = runner.step(packagesStep());
  const initramfs = runner.step(initramfsStep(release, debian, version.epoch));
  const overlays = runner.step(overlaysStep(release, debian));
  const newer = runner.step(newerStep(mirrors));
  const root = runner.step(rootStep(release, [debian, modules, packages, newer], version));
  runner.step(closureStep(release, [initramfs, overlays, root]));
  const firmware = runner.step(firmwareStep(mirrors));
  const boot = runner.step(bootStep([initramfs, overlays, firmware], version));
  const card = runner.step(cardStep([root, boot], version));
  runner.step(packStep(card, version));
  runner.step(bundleStep([root, boot], version, signing));
  writeSbom(version);

  for (const name of ['sdcard.img.zst', 'update.raucb', 'root.squashfs', 'initrd.img'])
    console.log(`${(statSync(product(name)).size / 1e6).toFixed(1).padStart(8)} MB  ${name}`);
  runner.say(`Done. How to write the card: ${product('FLASH.md')}`);
}

function prepareHost(runner: StepRunner): void {
  const missing = missingPackages(HOST_PACKAGES);
  if (missing.length > 0) {
    runner.say(`Installing on this computer: ${missing.join(' ')} ...`);
    logTo(join(OUTPUT, 'logs/host.log'));
    installPackages(missing);
  }
  logTo(join(OUTPUT, 'logs/arm64.log'));
  enableArm64Programs();
}

function writeSbom(version: Version): void {
  const status = readFileSync(join(PATHS.base, 'var/lib/dpkg/status'), 'utf8');
  const components = [
    ...debianComponents(status).filter(({ name }) => !NEWER_PACKAGES.some((each) => each.package === name)),
    ...NEWER_PACKAGES.map((each) => debianComponent(each.package, each.version, 'arm64')),
    debianComponent(FIRMWARE.package, FIRMWARE.version, 'all'),
    ...installedPackages().map((each) => npmComponent(each.name, each.version, each.license, each.integrity)),
    // Compiled into build/opus.wasm and build/fonts.bin by tools/.
    npmComponent('@discordjs/opus', '0.10.0', 'BSD-3-Clause', ''),
    npmComponent('galmuri', '2.40.3', 'OFL-1.1', ''),
    npmComponent('@fontsource/unifontex', '5.2.6', 'OFL-1.1', ''),
  ];
  writeFileSync(product('sbom.cdx.json'), sbom(version.text, version.epoch, components));
}

const { values } = parseArgs({ options: { fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stdout.write(HELP);
} else {
  try {
    build(values.fresh ?? false);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`\nThe image was not built. ${error.message}`);
    process.exitCode = 1;
  }
}
