/**
 * The box for interoperability tests: the same parts and options as `npm start`, with the parent process in place of the
 * terminal. The parent sends events of box/events.ts and asks for the state; statistics come at the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBox } from '../../src/app/start-box.ts';
import { createStatistics, type EngineStatistics } from '../../src/app/statistics.ts';
import type { UntimedEvent } from '../../src/box/events.ts';
import type { BoxState } from '../../src/box/state.ts';
import { CABLE } from '../support/whole-box.ts';

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

// A folder and a settings file of its own: what this machine's user has stays out of it.
const folder = mkdtempSync(join(tmpdir(), 'interop-box-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const files = ['--state', join(folder, 'state'), '--settings', join(folder, 'box.toml')];
const started = await startBox([...process.argv.slice(2), ...files, '--plain', '--no-room'], {
  readSystem: () => CABLE,
  onLog: (line) => send({ type: 'log', line }),
  onEnd: (code, report) => send({ type: 'ended', code, statistics: statistics(report) }, () => process.exit(code)),
});
if (!('store' in started)) {
  const error = 'help' in started ? started.help : 'error' in started ? started.error : started.optionError;
  send({ type: 'failed', error }, () => process.exit(1));
  throw new Error('the box does not start');
}
const { store, begin, engine, port } = started;
const statistics = createStatistics(store, engine);
process.on('message', (message: ToBox) => {
  if (message.type === 'event') store.dispatch(message.event);
  else send({ type: 'answer', id: message.id, state: store.state(), statistics: statistics() });
});
process.on('disconnect', () => process.exit(1));
begin();
send({ type: 'started', port });
