/** The phone page at work: the box, who may come in, and the files of the page behind one port. */
import { arch, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { PhoneAccess } from '../../app/phones/phone-access.ts';
import type { EngineStatistics } from '../../app/statistics.ts';
import type { Box } from '../../app/store.ts';
import { localName } from '../../box/host-name.ts';
import { type LanBoxes, startLanBoxes } from '../../discovery/lan-boxes.ts';
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
import { createPageServer } from './server.ts';

const IMAGE_PORT = 80;
const DESK_PORT = 22180;
/** Number of ports that are tried, for several boxes on one desk. */
const DESK_PORTS = 10;
/** Interval between samples of the history of delay and ping. */
const SAMPLE_MS = 1000;
/** How long the own names and addresses are kept before they are read again. */
const NAMES_KEPT_MS = 5000;
/** Longest address of the page that is shown: what a QR code of the panel holds. */
const MAX_ADDRESS_BYTES = 32;

export interface Page {
  readonly port: number;
  close(): void;
}

export interface PageOptions {
  readonly box: Box;
  readonly phones: PhoneAccess;
  /** TCP port; 'default': the first free one from the default on. */
  readonly port: 'default' | number;
  /** Whoever is not paired may look. */
  readonly openStatus: boolean;
  /** Numbers for a monitoring system. */
  readonly metrics: boolean;
  /** Folder of the own room's recordings, absolute; null = there are none. */
  readonly recordings: string | null;
  /** Of this program. */
  readonly version: string;
  readonly statistics: () => EngineStatistics;
  /** All addresses of this machine, as they are now. */
  readonly addresses: () => readonly string[];
  readonly onLog: (line: string) => void;
}

/** Undefined: no port is free (that is logged). */
export async function startPage(options: PageOptions): Promise<Page | undefined> {
  const { box, phones, version, recordings, statistics, onLog } = options;
  const { ownsMachine, hostName, controls } = box.state().setup;
  const history = new History();
  const files = await loadStaticFiles(fileURLToPath(new URL('../../../build/page', import.meta.url)));
  const state = (): PageState => pageState({ box: box.state(), version, recordings: recordings !== null });
  const watchers = createWatchers({
    state,
    meters: () => metersOf(box.state()),
    servers: () => pageServers(box.state()),
    history: () => history.samples(),
    newestSample: () => history.newest(),
  });
  const app = createPageServer({
    ...{ phones, watchers, files, state, recordings, command: box.command, openStatus: options.openStatus },
    ownNames: createOwnNames(hostName, options.addresses),
    openApi: () => openApi(version),
    metrics: options.metrics ? () => metrics(state(), statistics()) : null,
    diagnostics: () =>
      diagnostics({
        ...{ state: state(), controls, statistics: statistics(), history: history.samples() },
        platform: `Node ${process.version}, Linux ${release()} ${arch()}`,
      }),
  });

  const listening = await listen(
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    portsOf(options.port, ownsMachine),
  );
  if ('error' in listening) {
    onLog(`page: ${listening.error}`);
    return undefined;
  }
  const { server, port } = listening;
  if (files.size === 0) onLog('page: there are no files in build/page');

  // Without the image's own names on the network, those of the machine are its owner's matter.
  const boxes: LanBoxes | undefined = ownsMachine
    ? startLanBoxes(hostName, port, phones.setOtherBoxes, (text) => onLog(`boxes: ${text}`))
    : undefined;
  const samples = setInterval(() => history.take(box.state(), performance.now()), SAMPLE_MS);
  let known = phones.access().phones;
  const offs = [
    box.onChange(() => {
      showAddress(box, phones, port);
      watchers.changed();
    }),
    phones.onChange(() => {
      const now = phones.access().phones;
      const isForgotten = known.some(({ hash }) => !now.some((key) => key.hash === hash));
      known = now;
      if (isForgotten) watchers.dropAll();
    }),
  ];
  showAddress(box, phones, port);

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

function portsOf(wanted: PageOptions['port'], ownsMachine: boolean): readonly number[] {
  if (typeof wanted === 'number') return [wanted];
  return ownsMachine ? [IMAGE_PORT] : Array.from({ length: DESK_PORTS }, (_, index) => DESK_PORT + index);
}

/** By number: not every phone knows names that end in ".local". */
function showAddress(box: Box, phones: PhoneAccess, port: number): void {
  const { setup, system } = box.state();
  const place = port === IMAGE_PORT ? '' : `:${port}`;
  const byNumber = `http://${system.address?.includes(':') === true ? `[${system.address}]` : system.address}${place}`;
  const byName = `http://${localName(setup.hostName)}${place}`;
  const address =
    [...(system.address === null ? [] : [byNumber]), byName].find((one) => one.length <= MAX_ADDRESS_BYTES) ?? '';
  if (address !== phones.access().pageAddress) phones.setAddress(address);
}

/** Read anew every few seconds: the router may give another address at any time. */
function createOwnNames(hostName: string, addresses: () => readonly string[]): () => OwnNames {
  let names: OwnNames | undefined;
  let readAtMs = 0;
  return () => {
    if (names !== undefined && performance.now() - readAtMs < NAMES_KEPT_MS) return names;
    readAtMs = performance.now();
    names = { hostName, addresses: addresses() };
    return names;
  };
}
