/** `box-selftest`: checks the box it runs on, part by part, and says what it finds. Measures only; judge-*.ts decides. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, networkInterfaces } from 'node:os';
import { isAutomatic, orderOf, takeCard, USUAL_PERIODS } from '../audio/card-choice.ts';
import { DEFAULT_SOUND } from '../box/sound-settings.ts';
import { parseServerAddress } from '../jamulus/server-address.ts';
import { readHatName } from '../linux/board.ts';
import { LED_NAMES } from '../linux/leds.ts';
import { OLED_CHIPS } from '../linux/oled/chips.ts';
import { listSoundCards } from '../linux/sound-cards/list-cards.ts';
import { createSystemReader } from '../linux/system.ts';
import { readInstallerFile } from '../settings/installer-file.ts';
import { boardReport } from './board-report.ts';
import { exitCode, type Finding, fail, findingLine, look, ok, summary } from './finding.ts';
import { judgeLoop } from './judge-loop.ts';
import { isPi, judgeMachine } from './judge-machine.ts';
import { judgeNetwork, judgeServer } from './judge-network.ts';
import { judgeDevices, judgeLamps, judgeOled, judgePresses } from './judge-panel.ts';
import { judgeRealtime } from './judge-realtime.ts';
import { isOneWay, judgeCard, judgeRefusal, judgeRun } from './judge-sound.ts';
import { runLoop } from './loop-run.ts';
import { readMachine, soundCards } from './machine-reading.ts';
import { HELP, type Part, readOptions, type SelftestOptions } from './options.ts';
import { blinkLamps, openControls, tryOled } from './panel-run.ts';
import { personalWords } from './personal-words.ts';
import { pingServer } from './ping.ts';
import { measureWakeUps } from './realtime.ts';
import { isServiceRunning, startService, stopService } from './service-control.ts';
import { askCard, runSound } from './sound-run.ts';

const USAGE_ERROR = 2;
const findings: (Finding & { readonly part: Part | null })[] = [];
/** Whose findings come in; null: none's, the settings or the service. */
let running: Part | null = null;

function report(...found: readonly Finding[]): void {
  for (const finding of found) {
    findings.push({ ...finding, part: running });
    say(findingLine(finding));
  }
}

/** With --report nothing is said but the report. */
function say(line: string): void {
  if (!options.report) console.log(line);
}

function note(line: string): void {
  say(`      ${line}`);
}

function leave(code: number, lines: string): never {
  (code === 0 ? console.log : console.error)(lines);
  process.exit(code);
}

const read = readOptions(process.argv.slice(2));
if ('help' in read) leave(0, HELP);
if ('error' in read) leave(USAGE_ERROR, `${read.error} (--help lists all options)`);
const options: SelftestOptions = read;
const { settings, errors } = readInstallerFile(options.settingsPath);
const coreCount = cpus().length || availableParallelism();
const core = options.core ?? coreCount - 1;
const realtime = { core, priority: options.priority };
const machine = readMachine('/', core);
const board = isPi(machine);
const system = createSystemReader({ root: '/', interfaces: networkInterfaces })();

async function checkRealtime(): Promise<void> {
  const { latenessSeconds, priority } = options;
  note(`wake-ups are measured for ${latenessSeconds} s ...`);
  const cores = coreCount > 1 ? [core, core === 0 ? 1 : 0] : [core];
  const [reserved, other] = await measureWakeUps(cores, priority, latenessSeconds);
  if (reserved !== undefined) report(...judgeRealtime(reserved, other, board));
}

async function checkSound(): Promise<void> {
  const input = options.input ?? settings.sound.input;
  const output = options.output ?? settings.sound.output;
  const periodFrames = options.periodFrames ?? settings.sound.periodFrames;
  if (input === null || output === null) {
    report(look('sound card', 'box.toml [sound] says "none"', 'input and output are needed for this part'));
    return;
  }
  const found = takeCard({ cards: listSoundCards('/'), chosen: null, current: null, playing: false });
  const named = { capture: input, playback: output, periods: USUAL_PERIODS };
  // Elsewhere "default" is ALSA's own.
  const order = board ? orderOf(named, found, { problem: 'no-sound-card', error: 'no sound card is there' }) : named;
  if ('missing' in order) {
    report(
      fail(
        'sound card',
        order.missing.error,
        "check the HAT and its overlay, or plug in a USB card; 'aplay -l' lists cards",
      ),
    );
    return;
  }
  if (board && isAutomatic(named) && found !== undefined) note(`the card: ${found.name}`);
  const periods = options.periods ?? settings.sound.periods ?? order.periods;
  const { inputChannels = DEFAULT_SOUND.inputChannels, outputChannels = DEFAULT_SOUND.outputChannels } = settings.sound;
  const channels = { inputChannels, outputChannels };
  const card = { input: order.capture, output: order.playback, channels, periodFrames, periods };
  const { capture, playback } = askCard(card);
  report(judgeCard('capture', capture, card, board), judgeCard('playback', playback, card, board));
  const given = [capture, playback].filter((one) => !('error' in one));
  // One direction alone plays, too.
  if ([capture, playback].some((one) => 'error' in one && !isOneWay(one)) || given.length === 0) return;
  note(`the sound engine runs on the card for ${options.soundSeconds} s ...`);
  const run = await runSound(card, realtime, options.soundSeconds);
  if ('error' in run) {
    report(judgeRefusal('sound engine', run));
    return;
  }
  report(...judgeRun(run));
  if (given.length === 1) return;
  const loop = await runLoop(card, realtime, options.loop);
  if ('error' in loop) report(fail('loop', loop.error, "check the HAT's clock wires and the overlay"));
  else report(...judgeLoop(loop));
  if (!options.loop) note('no cable asked for: delay, level and polarity are measured with --loop');
}

async function checkPanel(): Promise<void> {
  const { panel } = settings;
  if (panel.oled === 'none') report(ok('OLED', 'box.toml says "none"'));
  else report(judgeOled(panel, await tryOled(OLED_CHIPS[panel.oled], panel), board));
  const controls = openControls(panel.controls);
  report(judgeDevices(panel.controls, controls.devices(), board));
  report(...judgeLamps(Object.values(LED_NAMES), await blinkLamps(), board));
  if (options.keys && controls.devices().length > 0) report(...judgePresses(await controls.askAll(say)));
  controls.close();
}

async function checkNetwork(): Promise<void> {
  report(...judgeNetwork(system));
  const server = options.server ?? settings.server.address;
  if (server === undefined) {
    note('no server named: --server ADDRESS pings one');
    return;
  }
  const parsed = parseServerAddress(server);
  if (parsed.ok) report(...judgeServer(server, await pingServer(parsed.address)));
  else
    report(fail('server', `${server}: ${parsed.error}`, 'name or address, with :port if it is not 22124', { server }));
}

const CHECKS: Readonly<Record<Part, () => Promise<void> | void>> = {
  machine: () => report(...judgeMachine(machine, system, core)),
  realtime: checkRealtime,
  sound: checkSound,
  panel: checkPanel,
  network: checkNetwork,
};

/** The parts whose hardware the service holds. */
const HELD: readonly Part[] = ['sound', 'panel'];

/** @returns the parts that can be run, and whether the service must be started again */
function makeWay(): { readonly parts: readonly Part[]; readonly stopped: boolean } {
  const { parts } = options;
  if (!parts.some((part) => HELD.includes(part)) || !isServiceRunning()) return { parts, stopped: false };
  if (options.stopService && stopService()) {
    report(ok('service', 'jambox is stopped for the test'));
    return { parts, stopped: true };
  }
  const todo = options.stopService ? 'needs root' : "'systemctl stop jambox' first, or --stop-service";
  report(look('service', 'jambox is running: sound and panel are left out', todo));
  return { parts: parts.filter((part) => !HELD.includes(part)), stopped: false };
}

say(`box-selftest ${version()} on ${machine.board.model ?? 'no known board'}, reserved core ${core}`);
for (const line of errors) report(look('box.toml', line, `mend ${options.settingsPath}`));
const { parts, stopped } = makeWay();
const restart = () => {
  if (stopped && !startService()) console.error('jambox does not start: systemctl status jambox');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    restart();
    process.exit(1);
  });
}
for (const part of parts) {
  running = part;
  await CHECKS[part]();
}
restart();
say(summary(findings));
if (options.report) {
  const { board, kernel } = machine;
  const personal = personalWords({ root: '/', interfaces: networkInterfaces, hostName: hostname, settings });
  const hardware = { board, hat: readHatName('/'), cards: soundCards('/') };
  process.stdout.write(boardReport({ version: version(), kernel, ...hardware, findings, personal }));
}
if (options.jsonPath !== undefined) {
  const result = { board: machine.board.model, core, ok: exitCode(findings) === 0, findings };
  writeFileSync(options.jsonPath, `${JSON.stringify(result, null, 2)}\n`);
}
process.exit(exitCode(findings));

function version(): string {
  try {
    return readFileSync('/etc/jambox/version', 'utf8').trim();
  } catch {
    return '';
  }
}
