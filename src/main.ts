/** `npm start`: the command line, the box, and its panel or a terminal to watch it. */
import { writeFileSync } from 'node:fs';
import { type AttachedPanel, attachPanel } from './appliance/attach-panel.ts';
import { prepareAppliance, type ReadyAppliance } from './appliance/start-appliance.ts';
import type { ThreadReport } from './audio/realtime-thread.ts';
import { status } from './audio/shared.ts';
import { reportHealth } from './health.ts';
import { openServiceManager } from './linux/notify.ts';
import { ownAddresses } from './linux/own-address.ts';
import { requestOfRoot } from './linux/requests.ts';
import { startRpcIfWanted } from './rpc/start-rpc.ts';
import { engineStatistics, resetStatisticsAfterJoining } from './statistics.ts';
import { createTerminal } from './terminal.ts';
import { pageRoom } from './web/page-room.ts';
import { startPage } from './web/start-page.ts';

const USAGE_ERROR = 2;
/** Meters move 20 times a second where somebody sees them. */
const WATCHED_MS = 50;
const UNWATCHED_MS = 250;

function fail(line: string, code: number): never {
  console.error(line);
  process.exit(code);
}

const begunCpu = process.cpuUsage();
const begunMs = performance.now();
const terminal = createTerminal();
let panel: AttachedPanel | undefined;
const manager = openServiceManager(process.env);
const argv = process.argv.slice(2);
const watched = process.stdout.isTTY === true || argv.includes('--appliance');
const prepared = await prepareAppliance(argv, {
  reportMs: watched ? WATCHED_MS : UNWATCHED_MS,
  onChange: (before, now) => {
    if (panel?.onDesk !== true) terminal.show(before, now);
    resetStatisticsAfterJoining(before, now, () => ready.service.engine.resetStatistics());
  },
  onLog: log,
  onExit: (code, report) => void end(code, report),
});
if ('help' in prepared) {
  console.log(prepared.help);
  process.exit(0);
}
if ('optionError' in prepared) fail(`${prepared.optionError} (--help lists all options)`, USAGE_ERROR);
if ('error' in prepared) fail(prepared.error, 1);
const ready: ReadyAppliance = prepared;
const { options, service, appliance, mistakes } = ready;
for (const line of mistakes) console.error(`box.toml: ${line}`);

function log(line: string): void {
  terminal.log(line);
  panel?.say(line);
}

/** The box has left its server and its audio thread has stopped. */
async function end(code: number, report: ThreadReport | undefined): Promise<void> {
  const then = await appliance.ended();
  if (options.statsPath !== undefined) {
    const seconds = (performance.now() - begunMs) / 1000;
    const statistics = engineStatistics(service, report, process.cpuUsage(begunCpu), seconds);
    writeFileSync(options.statsPath, `${JSON.stringify(statistics, null, 2)}\n`);
  }
  if (then === 'nothing' || !options.appliance) leave(code);
  else if (then === 'restart') restart(code);
  else powerOff(code);
}

/** The panel goes on saying that the plug may be pulled, until the system ends this process. */
function powerOff(code: number): void {
  if (requestOfRoot('poweroff', options.requestsPath)) return;
  log('power: nobody is there to switch off');
  leave(code);
}

/** The system ends this process. */
function restart(code: number): void {
  if (requestOfRoot('reboot', options.requestsPath)) return;
  log('power: nobody is there to restart');
  leave(code);
}

function leave(code: number): never {
  panel?.close();
  terminal.close();
  process.exit(code);
}

let asked = false;
function quit(): void {
  if (service.state().life.kind === 'ended') leave(0);
  // The first one leaves the server properly, the second one does not wait for that.
  if (asked) leave(1);
  asked = true;
  manager?.notify('STOPPING=1');
  service.dispatch({ type: 'quit', code: 0 });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);

panel = attachPanel(ready, { onQuit: quit, onLog: log });
if (panel?.onDesk !== true) {
  terminal.onLine((line) => {
    const { visit } = service.state();
    if (line.trim() !== '') service.dispatch({ type: 'chatSent', text: line });
    else if (visit.licence === 'required') service.dispatch({ type: 'licenceAnswered', ok: true });
    else if (visit.recorder.notice !== null) service.dispatch({ type: 'noticeAnswered', ok: true });
  });
}
appliance.start(options.connectTo);
// Nobody would see the code of a page that nobody has asked for.
if (panel !== undefined || options.page !== 'default') {
  void startPage(ready, {
    onLog: log,
    addresses: () => ownAddresses().map(({ address }) => address),
    room: () => pageRoom(appliance.extras().room, ready.recordings !== null),
  });
}
void startRpcIfWanted(ready, log);
if (manager !== undefined) {
  const { engine, state } = service;
  const look = () => ({
    panelUp: panel !== undefined,
    periods: Atomics.load(engine.shared.status, status.periods),
    busy: state().link.kind !== 'idle',
  });
  reportHealth(look, manager);
}
