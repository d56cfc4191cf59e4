/** `npm start`: the box and its faces. What the box itself is made of: app/start-box.ts. */
import { writeFileSync } from 'node:fs';
import { createQuit, endProcess } from './app/ending.ts';
import { reportHealth } from './app/health.ts';
import { ownVersion } from './app/own-version.ts';
import { startBox } from './app/start-box.ts';
import { createStatistics } from './app/statistics.ts';
import { status } from './audio/shared.ts';
import { type AttachedPanel, attachPanel } from './faces/panel-shell/attach-panel.ts';
import { startRpcIfWanted } from './faces/rpc/start-rpc.ts';
import { createTerminal } from './faces/terminal/terminal.ts';
import { startPage } from './faces/web/start-page.ts';
import { openServiceManager } from './linux/notify.ts';
import { ownAddresses } from './linux/own-address.ts';

const USAGE_ERROR = 2;
/** Meters move 20 times a second where somebody sees them. */
const WATCHED_MS = 50;
const UNWATCHED_MS = 250;

function fail(line: string, code: number): never {
  console.error(line);
  process.exit(code);
}

const argv = process.argv.slice(2);
const isWatched = process.stdout.isTTY === true || argv.includes('--appliance');
const terminal = createTerminal();
let panel: AttachedPanel | undefined;

function log(line: string): void {
  terminal.log(line);
  panel?.say(line);
}

function leave(code: number): never {
  panel?.close();
  terminal.close();
  process.exit(code);
}

const started = await startBox(argv, {
  reportMs: isWatched ? WATCHED_MS : UNWATCHED_MS,
  onLog: log,
  onEnd(code, report) {
    if (settings.statsPath !== undefined) {
      writeFileSync(settings.statsPath, `${JSON.stringify(statistics(report), null, 2)}\n`);
    }
    endProcess(code, { store, ask, leave, onLog: log });
  },
});
if ('help' in started) {
  console.log(started.help);
  process.exit(0);
}
if ('optionError' in started) fail(`${started.optionError} (--help lists all options)`, USAGE_ERROR);
if ('error' in started) fail(started.error, 1);

const { store, begin, settings, file, phones, room, ask, engine } = started;
const statistics = createStatistics(store, engine);
const manager = openServiceManager(process.env);
const quit = createQuit(store, leave, () => manager?.notify('STOPPING=1'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
for (const line of file.errors) console.error(`box.toml: ${line}`);

panel = attachPanel({ box: store, wiring: file.settings.panel, plain: settings.plain, onQuit: quit, onLog: log });
if (panel?.onDesk !== true) terminal.attach(store);
begin();
// Nobody would see the code of a page that nobody has asked for.
if (phones !== null && settings.page !== 'off' && (panel !== undefined || settings.page !== 'default')) {
  const { openStatus, metrics } = file.settings.page;
  const { page: port } = settings;
  const recordings = room?.recordings ?? null;
  const version = ownVersion();
  void startPage({
    ...{ box: store, phones, port, openStatus, metrics, recordings, version, statistics, onLog: log },
    addresses: () => ownAddresses().map(({ address }) => address),
  });
}
void startRpcIfWanted(store, settings.rpc, ownVersion(), log);
if (manager !== undefined) {
  const look = () => ({
    panelUp: panel !== undefined,
    periods: Atomics.load(engine.shared.status, status.periods),
    busy: store.state().link.kind !== 'idle',
  });
  reportHealth(look, manager);
}
