/**
 * The box with its phone page for browser tests: the same parts and options as `npm start`, with the parent process in
 * the place of the panel: it presses, and reads the pairing code.
 */
import { startBox } from '../../../src/app/start-box.ts';
import { createStatistics, type EngineStatistics } from '../../../src/app/statistics.ts';
import type { UntimedEvent } from '../../../src/box/events.ts';
import type { BoxState, SystemReading } from '../../../src/box/state.ts';
import { startPage } from '../../../src/faces/web/start-page.ts';
import { ownAddresses } from '../../../src/linux/own-address.ts';
import { CABLE } from '../../support/whole-box.ts';

export type ToPageBox =
  | { readonly type: 'event'; readonly event: UntimedEvent }
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
const onLog = (line: string) => void send({ type: 'log', line });
const started = await startBox(process.argv.slice(2), {
  ...{ reportMs: 50, readSystem: () => SYSTEM, onLog, onEnd: () => process.exit(0) },
});
if (!('store' in started) || started.phones === null) throw new Error(JSON.stringify(started));
const { store, begin, settings, file, phones, room, engine } = started;
const statistics = createStatistics(store, engine);
const page = await startPage({
  ...{ box: store, phones, version: '0.1.0', statistics, onLog, recordings: room?.recordings ?? null },
  ...{ openStatus: file.settings.page.openStatus, metrics: file.settings.page.metrics },
  port: settings.page === 'off' ? 'default' : settings.page,
  addresses: () => ownAddresses().map(({ address }) => address),
});
if (page === undefined) throw new Error('no page');
process.on('message', (message: ToPageBox) => {
  if (message.type === 'event') return store.dispatch(message.event);
  if (message.type === 'resetStatistics') return engine.resetStatistics();
  const box = store.state();
  send({ type: 'answer', id: message.id, box, code: box.access?.pairingCode ?? null, statistics: statistics() });
});
process.on('disconnect', () => process.exit(1));
begin();
send({ type: 'started', port: page.port });
