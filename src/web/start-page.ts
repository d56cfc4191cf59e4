/** The phone page at work: the appliance, the door and the files of the page behind one port. */
import { arch, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { RunningAppliance } from '../appliance/create-appliance.ts';
import type { ReadyAppliance } from '../appliance/start-appliance.ts';
import { localName } from '../box/host-name.ts';
import { type LanBoxes, startLanBoxes } from '../discovery/lan-boxes.ts';
import { ownVersion } from '../own-version.ts';
import { engineStatistics } from '../statistics.ts';
import type { Door } from './access/door.ts';
import type { PageState } from './api/page-state.ts';
import { diagnostics } from './diagnostics.ts';
import { History } from './history.ts';
import type { OwnNames } from './http/hosts.ts';
import { loadStaticFiles } from './http/static-files.ts';
import { createWatchers } from './http/watchers.ts';
import { listen } from './listen.ts';
import { metersOf } from './meters-of.ts';
import { metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { pageServers } from './page-servers.ts';
import { pageState } from './page-state-of.ts';
import { perform } from './perform.ts';
import { createPageServer } from './server.ts';

const IMAGE_PORT = 80;
const DESK_PORT = 22180;
/** Several boxes on one desk. */
const DESK_PORTS = 10;
const SAMPLE_MS = 1000;
const NAMES_KEPT_MS = 5000;
/** What a QR code of the panel holds. */
const MAX_ADDRESS_BYTES = 32;

export interface Page {
  readonly port: number;
  close(): void;
}

export interface PageUse {
  readonly onLog: (line: string) => void;
  /** All addresses of this machine, as they are now. */
  readonly addresses: () => readonly string[];
  /** What the box is as a room. */
  readonly room?: () => PageState['room'];
}

/** Undefined: no page is wanted, or no port is free (that is logged). */
export async function startPage(
  ready: ReadyAppliance,
  { onLog, addresses, room = () => null }: PageUse,
): Promise<Page | undefined> {
  const { appliance, door, options, installer, service } = ready;
  if (door === null) return undefined;
  const version = ownVersion();
  const canRestart = options.appliance;
  const history = new History();
  const ownNames = createOwnNames(appliance, addresses);
  const files = await loadStaticFiles(fileURLToPath(new URL('../../build/page', import.meta.url)));
  const statistics = () => engineStatistics(service, undefined, process.cpuUsage(), process.uptime());
  const state = (): PageState =>
    pageState({
      box: appliance.box(),
      extras: appliance.extras(),
      habits: appliance.habits(),
      version,
      canRestart,
      phones: door.keys().length,
      room: room(),
    });
  const watchers = createWatchers({
    state,
    meters: () => metersOf(appliance.box()),
    servers: () => pageServers(appliance.servers(), appliance.extras()),
    history: () => history.samples(),
    newestSample: () => history.newest(),
  });
  const app = createPageServer({
    door,
    watchers,
    files,
    ownNames,
    state,
    openApi: () => openApi(version),
    recordings: ready.recordings,
    openStatus: installer.page.openStatus,
    metrics: installer.page.metrics ? () => metrics(state(), statistics()) : null,
    diagnostics: () =>
      diagnostics({
        state: state(),
        extras: appliance.extras(),
        statistics: statistics(),
        history: history.samples(),
        platform: `Node ${process.version}, Linux ${release()} ${arch()}`,
      }),
    perform(action, role) {
      const done = perform(action, { box: appliance.box(), extras: appliance.extras(), role, canRestart });
      appliance.touched();
      if ('events' in done) for (const event of done.events) appliance.dispatch(event);
      return done;
    },
  });

  const listening = await listen(
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    portsOf(options.page, options.appliance),
  );
  if ('error' in listening) {
    onLog(`page: ${listening.error}`);
    return undefined;
  }
  const { server, port } = listening;
  if (files.size === 0) onLog('page: there are no files in build/page');

  // Without the image's own names on the network, those of the machine are its owner's matter.
  const boxes: LanBoxes | undefined = options.appliance
    ? startLanBoxes(appliance.extras().hostName, port, door.setOtherBoxes, (text) => onLog(`boxes: ${text}`))
    : undefined;
  const samples = setInterval(() => history.take(appliance.box(), performance.now()), SAMPLE_MS);
  let phones = door.keys();
  const offs = [
    appliance.onChange(() => {
      showAddress(appliance, door, port);
      watchers.changed();
    }),
    door.onChange((what) => {
      if (what !== 'keys') return;
      const isForgotten = phones.some(({ hash }) => !door.keys().some((key) => key.hash === hash));
      phones = door.keys();
      if (isForgotten) watchers.dropAll();
    }),
  ];
  showAddress(appliance, door, port);

  return {
    port,
    close() {
      for (const off of offs) off();
      clearInterval(samples);
      watchers.close();
      boxes?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function portsOf(wanted: 'off' | 'default' | number, isAppliance: boolean): readonly number[] {
  if (typeof wanted === 'number') return [wanted];
  return isAppliance ? [IMAGE_PORT] : Array.from({ length: DESK_PORTS }, (_, index) => DESK_PORT + index);
}

/** By number: not every phone knows names that end in ".local". */
function showAddress(appliance: RunningAppliance, door: Door, port: number): void {
  const { network, hostName } = appliance.extras();
  const place = port === IMAGE_PORT ? '' : `:${port}`;
  const byNumber = `http://${network.address?.includes(':') === true ? `[${network.address}]` : network.address}${place}`;
  const byName = `http://${localName(hostName)}${place}`;
  const address =
    [...(network.address === null ? [] : [byNumber]), byName].find((one) => one.length <= MAX_ADDRESS_BYTES) ?? '';
  if (address !== door.report().pageAddress) door.setAddress(address);
}

/** Read anew every few seconds: the router may give another address at any time. */
function createOwnNames(appliance: RunningAppliance, addresses: () => readonly string[]): () => OwnNames {
  let names: OwnNames | undefined;
  let readAtMs = 0;
  return () => {
    if (names !== undefined && performance.now() - readAtMs < NAMES_KEPT_MS) return names;
    readAtMs = performance.now();
    names = { hostName: appliance.extras().hostName, addresses: addresses() };
    return names;
  };
}
