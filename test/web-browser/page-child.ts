/**
 * The box with its phone page for browser tests: the same parts and options as `npm start`, with the parent process in
 * the place of the panel: it presses, and reads the pairing code.
 */
import { prepareAppliance } from '../../src/appliance/start-appliance.ts';
import type { BoxState } from '../../src/box/state.ts';
import { ownAddresses } from '../../src/linux/own-address.ts';
import type { SystemReading } from '../../src/linux/system.ts';
import type { PanelEvent } from '../../src/panel/screen.ts';
import { type EngineStatistics, engineStatistics } from '../../src/statistics.ts';
import { startPage } from '../../src/web/start-page.ts';
import { CABLE } from '../support/appliance.ts';

export type ToPageBox =
  | { readonly type: 'event'; readonly event: PanelEvent }
  | { readonly type: 'ask'; readonly id: number }
  | { readonly type: 'resetStatistics' };

export type FromPageBox =
  | { readonly type: 'started'; readonly port: number }
  | { readonly type: 'log'; readonly line: string }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly box: BoxState;
      readonly code: string | null;
      readonly statistics: EngineStatistics;
    };

const SYSTEM: SystemReading = { ...CABLE, temperatureC: 51.5, cpuPercent: 12 };

const send = (message: FromPageBox) => process.send?.(message);
const ready = await prepareAppliance(
  process.argv.slice(2),
  {
    reportMs: 50,
    onChange: () => undefined,
    onLog: (line) => send({ type: 'log', line }),
    onExit: () => void ready.appliance.ended().then(() => process.exit(0)),
  },
  () => SYSTEM,
).then((prepared) => {
  if (!('appliance' in prepared)) throw new Error(JSON.stringify(prepared));
  return prepared;
});
const page = await startPage(ready, {
  onLog: (line) => send({ type: 'log', line }),
  addresses: () => ownAddresses().map(({ address }) => address),
});
if (page === undefined) throw new Error('no page');
process.on('message', (message: ToPageBox) => {
  const { appliance, service } = ready;
  if (message.type === 'event') return appliance.dispatch(message.event);
  if (message.type === 'resetStatistics') return service.engine.resetStatistics();
  const { pairingCode } = appliance.extras();
  const statistics = engineStatistics(service, undefined, process.cpuUsage(), process.uptime());
  send({ type: 'answer', id: message.id, box: appliance.box(), code: pairingCode, statistics });
});
process.on('disconnect', () => process.exit(1));
ready.appliance.start(ready.options.connectTo);
send({ type: 'started', port: page.port });
