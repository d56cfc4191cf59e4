/**
 * The update agent, run as root for one task at a time (usr/lib/jambox/update): looks for updates on a stick and on the
 * owner's server, installs what somebody has chosen, restarts into it, keeps it when it is healthy. It has no rights of its
 * own beyond a few folders (systemd/…/50-needs.conf): what needs more is a unit that it starts.
 */
import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpdateState } from '../box/state.ts';
import { bootloaderFitness, readBoard } from '../linux/board.ts';
import { readInstallerFile } from '../settings/installer-file.ts';
import { createAgentFiles, type Offer } from './agent-files.ts';
import { FETCH_SOCKET, fetchFile, fetchText } from './fetch.ts';
import { beginHealth, healthStep, parseHealth } from './health.ts';
import { isNewer, parseLatest } from './latest.ts';
import { bundleVersion, installProgress } from './rauc.ts';
import { run } from './run.ts';

/** A card's two slots hold half of it. */
const MAX_BUNDLE_BYTES = 700 * 1024 * 1024;
/** Settings and recordings must not meet a full disk. */
const SPARE_BYTES = 64 * 1024 * 1024;
const MAX_BUNDLES_ON_STICK = 20;
/** Interval between health checks after an update. */
const CHECK_MS = 2000;
/** From the words on the panel, which looks every 2 s, to the restart: somebody has to have read them. */
const READING_MS = 5000;
const OLD_BOOTLOADER = 'the boot program of this board is too old to try an update: docs/update.md';
/** Of the bar, when the file has to be fetched first. */
const FETCH_SHARE = 0.5;

export interface Clock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { nowMs: () => performance.now(), sleep };

export interface Agent {
  /** Offers a bundle that is on this machine. */
  offer(path: string): Promise<boolean>;
  /** A stick has been put in: `name` as in /dev. */
  usb(name: string): Promise<boolean>;
  /** It has been pulled out; whatever mounted it (jambox-stick@) lets it go. */
  usbGone(name: string): Promise<boolean>;
  /** Asks the owner's server. */
  check(): Promise<boolean>;
  setCheck(on: boolean): Promise<boolean>;
  /** Installs what is offered, and restarts into it. */
  install(): Promise<boolean>;
  /** Nobody plays, and the board can be updated: the moment to ask a fleet's server. */
  idle(): Promise<boolean>;
  /** Restarts into what something else has installed. */
  restart(): Promise<boolean>;
  /** Waits until the new system is healthy, and keeps it; false: it is to be left. */
  health(): Promise<boolean>;
  /** Somebody knows now that the old version is back. */
  seen(): Promise<boolean>;
}

/** @param root of all paths: '/' */
export function createAgent(root: string, log: (line: string) => void, clock: Clock = SYSTEM_CLOCK): Agent {
  const files = createAgentFiles(root);
  const runFolder = join(root, 'run/jambox');
  const dataFolder = join(root, 'data/rauc');
  const script = (name: string) => join(root, 'usr/lib/jambox', name);
  const download = join(dataFolder, 'download.raucb');
  const fetcher = join(root, FETCH_SOCKET);
  const systemd = async (...args: readonly string[]) => (await run('systemctl', args)).ok;

  const show = (update: UpdateState) => files.report({ update, check: files.isChecking() });
  const shownKind = () => files.reported().kind;
  const onTrial = async () => (await run(script('rauc-boot'), ['on-trial'])).ok;

  function refuse(why: string): false {
    log(why);
    return false;
  }

  /** Such a board would start whatever it takes for the card's system, and not the slot on trial. Not told is not too old. */
  const isBootloaderTooOld = () => bootloaderFitness(readBoard(root)) === 'too-old';

  /** While somebody plays nothing is written to the card, and nothing restarts. */
  async function isBusy(): Promise<boolean> {
    const { output } = await run('systemctl', ['show', '--property=StatusText', '--value', 'jambox.service']);
    return output.startsWith('busy');
  }

  /** The version in a bundle with a right signature. */
  async function verified(path: string): Promise<string | undefined> {
    const conf = join(root, 'etc/rauc/system.conf');
    if (!(await run(script('rauc-conf'), [])).ok) return undefined;
    const { ok, output } = await run('rauc', ['info', `--conf=${conf}`, '--output-format=json', path]);
    const version = ok ? bundleVersion(output) : undefined;
    if (version === undefined) log(`${path}: not an update for this box, or not signed by its owner`);
    return version;
  }

  function makeOffer(offer: Offer): boolean {
    const kind = shownKind();
    if (kind === 'installing' || kind === 'restarting') return refuse(`${offer.version}: not now`);
    if (isBootloaderTooOld()) {
      show({ kind: 'old-bootloader', version: offer.version });
      return refuse(`${offer.version}: ${OLD_BOOTLOADER}`);
    }
    files.setOffer(offer);
    show({ kind: 'available', version: offer.version });
    log(`${offer.version} is offered`);
    return true;
  }

  async function offerFirst(paths: readonly string[]): Promise<boolean> {
    for (const path of paths) {
      const version = await verified(path);
      if (version !== undefined && version !== files.version()) return makeOffer({ version, path });
    }
    return false;
  }

  /** The file to install; undefined: it could not be had. */
  async function bundleOf(offer: Offer): Promise<string | undefined> {
    if ('path' in offer) return offer.path;
    const { bavail, bsize } = statfsSync(dataFolder);
    const maxBytes = Math.min(MAX_BUNDLE_BYTES, bavail * bsize - SPARE_BYTES);
    const fetched = await fetchFile(fetcher, offer.url, download, maxBytes, (fraction) => {
      showProgress(offer.version, fraction * FETCH_SHARE);
    });
    if (fetched === true) return download;
    log(`${offer.url}: ${fetched.error}`);
    return undefined;
  }

  let percent = -1;
  function showProgress(version: string, progress: number): void {
    if (Math.floor(progress * 100) === percent) return;
    percent = Math.floor(progress * 100);
    show({ kind: 'installing', version, progress });
  }

  async function installOffer(offer: Offer): Promise<boolean> {
    const path = await bundleOf(offer);
    if (path === undefined || (await verified(path)) !== offer.version) return false;
    const begun = 'url' in offer ? FETCH_SHARE : 0;
    const { ok } = await run('rauc', ['install', path], (line) => {
      const progress = installProgress(line);
      if (progress !== undefined) showProgress(offer.version, begun + progress * (1 - begun));
    });
    return ok;
  }

  /** The update has not led to anything: the panel says so until somebody has read it. */
  function undo(version: string): false {
    files.setTrial(null);
    files.setUndone(version);
    show({ kind: 'undone', version });
    return refuse(`${version}: did not work`);
  }

  async function restart(): Promise<boolean> {
    const trial = files.trial();
    if (trial === null || (await onTrial())) return true;
    if (await isBusy()) return refuse('restarts when nobody plays');
    show({ kind: 'restarting' });
    await clock.sleep(READING_MS);
    // Somebody was quicker than the words: the next idle moment is soon enough.
    if (await isBusy()) {
      show({ kind: 'none' });
      return refuse('restarts when nobody plays');
    }
    return (await systemd('start', 'jambox-tryboot.service')) || undo(trial.version);
  }

  async function check(): Promise<boolean> {
    const { url } = readInstallerFile(join(root, 'boot/firmware/box.toml')).settings.update;
    if (url === undefined || !files.isChecking()) return true;
    const text = await fetchText(fetcher, url);
    if (typeof text !== 'string') return refuse(`${url}: ${text.error}`);
    const latest = parseLatest(text, url);
    if (latest === undefined) return refuse(`${url}: does not say what the latest version is`);
    // What somebody has put in by hand counts more.
    if (shownKind() === 'available' && 'path' in (files.offered() ?? {})) return true;
    return isNewer(latest.version, files.version()) ? makeOffer(latest) : true;
  }

  const stickFolder = (name: string) => join(runFolder, 'usb', name);
  const isStick = (name: string) => /^sd[a-z]{1,2}\d{0,3}$/.test(name);

  return {
    offer: (path) => offerFirst([path]),
    restart,
    check,
    async idle() {
      if (isBootloaderTooOld()) return refuse(OLD_BOOTLOADER);
      return !(await isBusy());
    },
    async usb(name) {
      if (!isStick(name)) return refuse(`not a stick: ${name}`);
      const unit = `jambox-stick@${name}.service`;
      if (!(await systemd('start', unit))) return refuse(`${name}: could not be read`);
      if (await offerFirst(bundlesIn(stickFolder(name)))) return true;
      return await systemd('stop', unit);
    },
    async usbGone(name) {
      if (!isStick(name)) return refuse(`not a stick: ${name}`);
      const offer = files.offered();
      const wasOffered = offer !== null && 'path' in offer && offer.path.startsWith(`${stickFolder(name)}/`);
      if (wasOffered && shownKind() === 'available') {
        files.setOffer(null);
        show({ kind: 'none' });
      }
      return true;
    },
    async setCheck(on) {
      files.setChecking(on);
      show(files.reported());
      return on ? await systemd('--no-block', 'start', 'jambox-update-check.service') : true;
    },
    async install() {
      const offer = files.offered();
      if (offer === null || shownKind() !== 'available') return refuse('nothing is offered');
      if (await isBusy()) return refuse('installs when nobody plays');
      if (await onTrial()) return refuse('the running system is not kept yet');
      files.setUndone(null);
      showProgress(offer.version, 0);
      const installed = await installOffer(offer);
      rmSync(download, { force: true });
      files.setOffer(null);
      if (!installed) return undo(offer.version);
      return await restart();
    },
    async health() {
      let watch = beginHealth(clock.nowMs());
      for (;;) {
        const shown = await run('systemctl', [
          'show',
          '--property=ActiveState,MainPID,WatchdogTimestampMonotonic',
          'jambox.service',
        ]);
        const step = healthStep(watch, parseHealth(shown.output), clock.nowMs());
        watch = step.watch;
        if (step.verdict === 'failed') return refuse('the new system is not healthy');
        if (step.verdict === 'healthy') break;
        await clock.sleep(CHECK_MS);
      }
      if (!(await run(script('rauc-conf'), [])).ok) return false;
      for (const mark of ['mark-good', 'mark-active']) {
        if (!(await run('rauc', ['status', mark, 'booted'])).ok) return refuse(`rauc status ${mark} failed`);
      }
      if (await onTrial()) return refuse('the new system could not be kept');
      files.setTrial(null);
      show({ kind: 'none' });
      log(`${files.version()} is kept`);
      return true;
    },
    async seen() {
      files.setUndone(null);
      if (shownKind() === 'undone') show({ kind: 'none' });
      return true;
    },
  };
}

/** Plain files only, the newest name first. */
function bundlesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.raucb') && !name.startsWith('.'))
    .sort()
    .reverse()
    .slice(0, MAX_BUNDLES_ON_STICK)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
