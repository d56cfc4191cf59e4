/** The whole appliance as `npm start` prepares it, in the test's own process. */
import { prepareAppliance, type ReadyAppliance } from '../../src/appliance/start-appliance.ts';
import type { SystemReading } from '../../src/linux/system.ts';

/** A cable and an address, whatever the machine of the test has: its network may have nothing but a loopback. */
export const CABLE: SystemReading = {
  carrier: true,
  address: '192.0.2.5',
  defaultRoute: true,
  temperatureC: null,
  cpuPercent: null,
  underVoltage: null,
};

export type StartedAppliance = ReadyAppliance & {
  /** As a person switches it off; resolves when all is written. May be called again. */
  readonly quit: () => Promise<void>;
};

/** @param root where the kernel's files are, for tests that make them up */
export async function startAppliance(
  args: readonly string[],
  { system = CABLE, root }: { readonly system?: SystemReading; readonly root?: string } = {},
): Promise<StartedAppliance> {
  const ended = Promise.withResolvers<void>();
  const ready = await prepareAppliance(
    args,
    { onChange: () => undefined, onLog: () => undefined, onExit: () => ended.resolve() },
    () => system,
    root,
  );
  if (!('appliance' in ready)) throw new Error(JSON.stringify(ready));
  const { appliance, service, options } = ready;
  appliance.start(options.connectTo);
  return {
    ...ready,
    async quit() {
      if (service.state().life.kind === 'running') service.dispatch({ type: 'quit', code: 0 });
      await ended.promise;
      await appliance.ended();
    },
  };
}
