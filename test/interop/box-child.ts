/**
 * The box for interoperability tests: the same parts and options as `npm start`, with the parent process in place of the
 * terminal. The parent sends events of box/events.ts and asks for the state; statistics come at the end.
 */
import { assemble } from '../../src/assemble.ts';
import type { UntimedEvent } from '../../src/box/events.ts';
import type { BoxState } from '../../src/box/state.ts';
import { type EngineStatistics, engineStatistics, resetStatisticsAfterJoining } from '../../src/statistics.ts';
import { settingsFrom } from '../support/settings.ts';

export type ToBox =
  | { readonly type: 'event'; readonly event: UntimedEvent }
  | { readonly type: 'ask'; readonly id: number };

export type FromBox =
  | { readonly type: 'started'; readonly port: number }
  | { readonly type: 'failed'; readonly error: string }
  | { readonly type: 'answer'; readonly id: number; readonly state: BoxState; readonly statistics: EngineStatistics }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'ended'; readonly code: number; readonly statistics: EngineStatistics };

function send(message: FromBox, then?: () => void): void {
  process.send?.(message, undefined, undefined, then);
}

const settings = settingsFrom(process.argv.slice(2));
const begunCpu = process.cpuUsage();
const begunMs = performance.now();
const statistics = (thread?: EngineStatistics['thread']): EngineStatistics =>
  engineStatistics(service, thread, process.cpuUsage(begunCpu), (performance.now() - begunMs) / 1000);
const box = assemble(settings, {
  onChange: (before, now) => resetStatisticsAfterJoining(before, now, () => service.engine.resetStatistics()),
  onLog: (line) => send({ type: 'log', line }),
  onExit: (code, report) => send({ type: 'ended', code, statistics: statistics(report) }, () => process.exit(code)),
});
if (!('dispatch' in box)) {
  send({ type: 'failed', error: 'error' in box ? box.error : box.optionError }, () => process.exit(1));
  throw new Error('the box does not start');
}
const service = box;
process.on('message', (message: ToBox) => {
  if (message.type === 'event') service.dispatch(message.event);
  else send({ type: 'answer', id: message.id, state: service.state(), statistics: statistics() });
});
process.on('disconnect', () => process.exit(1));
service.start(settings.box.server);
send({ type: 'started', port: service.port });
