/** The box as `npm start` makes it, in the test's own process and without a face: every part is the real one. */
import { type StartedBox, type StartUse, startBox } from '../../src/app/start-box.ts';
import type { SystemReading } from '../../src/box/state.ts';

export type WholeBox = StartedBox & {
  readonly log: readonly string[];
  /** Leaves the server and resolves when all is written. */
  readonly quit: () => Promise<void>;
};

/** A cable and an address, whatever the machine of the test has: its network may have nothing but a loopback. */
export const CABLE: SystemReading = {
  ...{ carrier: true, address: '192.0.2.5', defaultRoute: true },
  ...{ temperatureC: null, cpuPercent: null, underVoltage: null },
};

/** Begins at once: it connects where the options say so. */
export async function startWholeBox(
  argv: readonly string[],
  use: Partial<StartUse> & { readonly reading?: SystemReading } = {},
): Promise<WholeBox> {
  const { reading = CABLE, ...rest } = use;
  const ended = Promise.withResolvers<void>();
  const log: string[] = [];
  const started = await startBox(argv, {
    readSystem: () => reading,
    onLog: (line) => log.push(line),
    onEnd: () => ended.resolve(),
    ...rest,
  });
  if (!('store' in started)) throw new Error(JSON.stringify(started));
  const { store } = started;
  started.begin();
  return {
    ...started,
    log,
    async quit() {
      if (store.state().life.kind === 'running') store.dispatch({ type: 'quit', code: 0 });
      await ended.promise;
    },
  };
}
