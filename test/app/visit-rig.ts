/** A box and the server that it visits, both gone when the running test has ended. */
import { onTestFinished } from 'vitest';
import { until } from '../audio/engine-rig.ts';
import { type BoxRig, startBox } from './box-rig.ts';
import { type FakeServer, type ServerManner, startFakeServer } from './fake-server.ts';

export interface VisitRig {
  readonly server: FakeServer;
  /** It has not joined yet. */
  readonly box: BoxRig;
  /** Waits until the server has got `count` more audio datagrams, and gives them. */
  nextAudio(count: number): Promise<Uint8Array[]>;
}

/** For tests and their beforeEach. */
export async function startVisit(
  manner: Partial<ServerManner> = {},
  settings: Parameters<typeof startBox>[0] = {},
): Promise<VisitRig> {
  const server = await startFakeServer(manner);
  const box = await startBox(settings);
  onTestFinished(async () => {
    await box.quit();
    server.close();
  });
  return {
    server,
    box,
    async nextAudio(count) {
      const before = server.audio().length;
      await until(() => server.audio().length >= before + count);
      return server.audio().slice(before);
    },
  };
}
