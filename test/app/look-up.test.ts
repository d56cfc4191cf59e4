import { lookup, resolveSrv } from 'node:dns/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { until } from '../audio/engine-rig.ts';
import { startVisit, type VisitRig } from './visit-rig.ts';

vi.mock('node:dns/promises', () => ({
  lookup: vi.fn(async () => [{ address: '127.0.0.1', family: 4 }]),
  resolveSrv: vi.fn(async () => []),
}));

let server: VisitRig['server'];
let box: VisitRig['box'];

beforeEach(async () => {
  vi.mocked(lookup).mockClear();
  vi.mocked(resolveSrv).mockClear();
  ({ server, box } = await startVisit());
});

test('A numeric address asks no name server anything (privacy C8)', async () => {
  await box.join(server.address);
  expect(lookup).not.toHaveBeenCalled();
  expect(resolveSrv).not.toHaveBeenCalled();
});

test('A name with a port is looked up once, and only it', async () => {
  await box.join(`cellar.example:${server.port}`);
  expect(vi.mocked(lookup).mock.calls.map(([name]) => name)).toEqual(['cellar.example']);
  expect(resolveSrv).not.toHaveBeenCalled();
});

test('A name without a port goes where its service record says', async () => {
  vi.mocked(resolveSrv).mockResolvedValueOnce([{ name: 'host.example', port: server.port, priority: 0, weight: 0 }]);
  await box.join('cellar.example');
  expect(resolveSrv).toHaveBeenCalledExactlyOnceWith('_jamulus._udp.cellar.example');
  expect(vi.mocked(lookup).mock.calls.map(([name]) => name)).toEqual(['host.example']);
});

test('A name that nobody knows is told, and nothing is sent', async () => {
  vi.mocked(lookup).mockRejectedValueOnce(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
  box.connect('nobody.example:22124');
  await until(() => box.state().problem === 'unknown-server');
  expect(box.state().link.kind).toBe('idle');
  for (const line of box.log) expect(line).not.toContain('nobody');
  expect(server.counts.received).toBe(0);
});

test('An answer that comes after LEAVE opens no session', async () => {
  const answer = Promise.withResolvers<{ address: string; family: number }[]>();
  vi.mocked(lookup).mockReturnValueOnce(answer.promise as never);
  box.connect(`cellar.example:${server.port}`);
  expect(box.state().link.kind).toBe('resolving');
  box.store.dispatch({ type: 'leavePressed' });
  answer.resolve([{ address: '127.0.0.1', family: 4 }]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(box.state().link.kind).toBe('idle');
  expect(server.counts.received).toBe(0);
});
