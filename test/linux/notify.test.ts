import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceManager, type ServiceManager, unixAddress } from '../../src/linux/notify.ts';
import { temporaryFolder } from '../support/folder.ts';
import { receiveDatagrams } from '../support/unix-datagrams.ts';

let folder: string;
const open: { close: () => void }[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const end of open.splice(0)) end.close();
});

function kept<T extends { close: () => void }>(end: T): T {
  open.push(end);
  return end;
}

function manager(env: NodeJS.ProcessEnv): ServiceManager {
  const found = openServiceManager(env, 7);
  if (found === undefined) throw new Error('no manager');
  return kept(found);
}

describe('the service manager', () => {
  it.each([
    ['a file', () => join(folder, 'notify')],
    ['an abstract address', () => `@jambox-test-${process.pid}`],
  ])('hears through a socket with %s', (_, path) => {
    const end = kept(receiveDatagrams(path()));
    const told = manager({ NOTIFY_SOCKET: path() });
    expect(told.notify('READY=1\nSTATUS=idle')).toBe(true);
    expect(told.notify('WATCHDOG=1')).toBe(true);
    expect(end.take()).toEqual(['READY=1\nSTATUS=idle', 'WATCHDOG=1']);
  });

  it('need not be there, and is not without a socket that can be one', () => {
    expect(openServiceManager({})).toBeUndefined();
    for (const path of ['', '/', '@', 'notify', `/${'x'.repeat(108)}`, `@${'x'.repeat(108)}`]) {
      expect(openServiceManager({ NOTIFY_SOCKET: path }), path).toBeUndefined();
    }
    expect(unixAddress(`/${'x'.repeat(106)}`)).toHaveLength(110);
    expect(unixAddress(`@${'x'.repeat(107)}`)).toHaveLength(110);
  });

  it('that has gone is an error in words, and nothing else', () => {
    const path = join(folder, 'notify');
    receiveDatagrams(path).close();
    expect(manager({ NOTIFY_SOCKET: path }).notify('READY=1')).toEqual({ error: 'Connection refused' });
    expect(manager({ NOTIFY_SOCKET: join(folder, 'none') }).notify('READY=1')).toEqual({
      error: 'No such file or directory',
    });
  });

  it('that reads nothing makes nobody wait', () => {
    const path = join(folder, 'notify');
    kept(receiveDatagrams(path));
    const told = manager({ NOTIFY_SOCKET: path });
    let result: ReturnType<typeof told.notify> = true;
    for (let n = 0; n < 10_000 && result === true; n++) result = told.notify('WATCHDOG=1');
    expect(result).toEqual({ error: 'Resource temporarily unavailable' });
  });

  it('says how patient it is, if it watches this process', () => {
    const socket = { NOTIFY_SOCKET: join(folder, 'notify') };
    const patience = (env: NodeJS.ProcessEnv) => manager({ ...socket, ...env }).watchdogMs;
    expect(patience({})).toBeUndefined();
    expect(patience({ WATCHDOG_USEC: '10000000' })).toBe(10_000);
    expect(patience({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '7' })).toBe(10_000);
    expect(patience({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '8' })).toBeUndefined();
    for (const nonsense of ['', '0', '-1', 'soon']) expect(patience({ WATCHDOG_USEC: nonsense })).toBeUndefined();
  });
});
