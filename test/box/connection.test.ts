import { describe, expect, it } from 'vitest';
import { ATTIC, CELLAR, connecting, makeBox, playing, resolve, types } from './box.ts';

describe('connecting', () => {
  it('looks the last server up when CONNECT is pressed, then opens a session with everything it needs', () => {
    const box = makeBox();
    box.send({ type: 'connectPressed' });
    expect(box.state().link.kind).toBe('resolving');
    expect(box.last()).toContainEqual({
      type: 'resolve',
      attemptId: 1,
      address: { host: 'cellar.example', port: 22125, kind: 'name', portGiven: true },
    });
    resolve(box);
    expect(box.state().link.kind).toBe('connecting');
    expect(box.last()).toContainEqual({
      type: 'openSession',
      endpoint: { family: 4, address: '192.0.2.1', port: 22125 },
      profile: box.state().profile,
      transport: { quality: 'high', channels: 2, frameSamples: 64, blockFactor: 1 },
      jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
    });
    box.at(500);
    box.session({ type: 'connected', channelId: 0 });
    expect(box.state().link).toEqual({ kind: 'connected', sinceMs: 500, retry: null });
  });

  it('says what to do when no server was ever chosen', () => {
    const box = makeBox({ server: null });
    box.send({ type: 'connectPressed' });
    expect(box.state().problem).toBe('no-server');
    expect(box.printed()).toContain('No server chosen. Choose a server. [L1]');
  });

  it('refuses an address that is none without asking the network', () => {
    const box = makeBox();
    box.send({ type: 'connectPressed', server: { address: 'a:b:c', label: 'x' } });
    expect(box.state()).toMatchObject({ link: { kind: 'idle' }, problem: 'bad-address' });
    expect(types(box.last())).not.toContain('resolve');
  });

  it('returns to idle and tells why when the name cannot be resolved', () => {
    for (const [kind, problem] of [
      ['not-found', 'unknown-server'],
      ['no-network', 'no-network'],
    ] as const) {
      const box = makeBox();
      box.send({ type: 'connectPressed' });
      box.send({ type: 'resolveFailed', attemptId: 1, kind });
      expect(box.state()).toMatchObject({ link: { kind: 'idle' }, problem });
    }
  });

  it('stops when CONNECT is pressed again, and ignores the answer of the resolver that comes later', () => {
    const box = makeBox();
    box.send({ type: 'connectPressed' });
    box.send({ type: 'connectPressed' });
    expect(box.state().link.kind).toBe('idle');
    resolve(box);
    expect(box.state().link.kind).toBe('idle');
    expect(types(box.all())).not.toContain('openSession');
  });

  it('goes on trying a silent server but says so after five seconds', () => {
    const box = makeBox();
    connecting(box);
    box.session({ type: 'noAnswer' });
    expect(box.state()).toMatchObject({ link: { kind: 'connecting', noAnswer: true }, problem: 'no-answer' });
    box.session({ type: 'connected', channelId: 1 });
    expect(box.state()).toMatchObject({ link: { kind: 'connected' }, problem: null });
  });

  it('waits at a full server', () => {
    const box = makeBox();
    connecting(box);
    box.session({ type: 'serverFull' });
    expect(box.state()).toMatchObject({ link: { kind: 'connecting', serverFull: true }, problem: 'server-full' });
  });

  it('tells when no session can be opened', () => {
    const box = makeBox();
    connecting(box);
    box.send({ type: 'sessionFailed', kind: 'no-network' });
    expect(box.state()).toMatchObject({ link: { kind: 'idle' }, problem: 'no-network' });
    expect(types(box.last())).toContain('closeSession');
  });

  it('leaves the present server before going to another one', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'connectPressed', server: ATTIC });
    expect(box.calls().at(-1)).toEqual({ method: 'leave' });
    expect(types(box.last())).not.toContain('resolve');
    box.session({ type: 'ended', reason: 'left' });
    expect(types(box.last())).toEqual(expect.arrayContaining(['closeSession', 'resolve']));
    expect(box.state()).toMatchObject({ link: { kind: 'resolving' }, server: ATTIC });
  });

  it('is not disturbed by CONNECT while connected', () => {
    const box = makeBox();
    playing(box);
    const before = box.state();
    box.send({ type: 'connectPressed' });
    expect(box.state()).toEqual(before);
  });
});

describe('leaving', () => {
  it('says goodbye, and is idle when the session has ended', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'leavePressed' });
    expect(box.state().link.kind).toBe('leaving');
    expect(box.calls()).toEqual([{ method: 'leave' }]);
    box.session({ type: 'ended', reason: 'left' });
    expect(box.state()).toMatchObject({ link: { kind: 'idle' }, problem: null });
    expect(types(box.last())).toContain('closeSession');
  });

  it('is over after two seconds even if the session never ends', () => {
    const box = makeBox();
    playing(box);
    box.at(5000);
    box.send({ type: 'leavePressed' });
    expect(box.last()).toContainEqual({ type: 'timer', id: 'leave', atMs: 7000 });
    box.at(7000);
    box.send({ type: 'timer', id: 'leave' });
    expect(box.state().link.kind).toBe('idle');
    expect(types(box.last())).toContain('closeSession');
  });
});

describe('reconnecting', () => {
  it('tries 1, 2, 4 … 30 s apart for 10 minutes, then gives up', () => {
    const box = makeBox();
    playing(box);
    let nowMs = 100_000;
    box.at(nowMs);
    box.session({ type: 'ended', reason: 'timeout' });
    const waits: number[] = [];
    while (box.state().link.kind === 'waiting') {
      const { link } = box.state();
      if (link.kind !== 'waiting') break;
      waits.push((link.untilMs - nowMs) / 1000);
      nowMs = link.untilMs;
      box.at(nowMs);
      box.send({ type: 'timer', id: 'reconnect' });
      box.send({ type: 'resolveFailed', attemptId: box.state().attemptId, kind: 'no-network' });
    }
    expect(waits.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(nowMs - 100_000).toBeGreaterThanOrEqual(600_000);
    expect(nowMs - 100_000).toBeLessThan(631_000);
    expect(box.state()).toMatchObject({ link: { kind: 'idle' }, problem: 'no-network' });
    expect(box.printed()).toContain('Connection lost. Trying again (1)');
    expect(box.printed()).toContain('No network. Trying again (3)');
    expect(box.printed().at(-1)).toBe('Not connected. It is not tried again.');
  });

  it('resolves the name anew for every attempt, and says goodbye to a server that stays silent', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'ended', reason: 'server-said-goodbye' });
    box.send({ type: 'timer', id: 'reconnect' });
    expect(types(box.last())).toContain('resolve');
    resolve(box);
    box.session({ type: 'noAnswer' });
    expect(box.calls().at(-1)).toEqual({ method: 'leave' });
    box.session({ type: 'ended', reason: 'left' });
    expect(box.state().link).toMatchObject({ kind: 'waiting', retry: { attempt: 2 } });
  });

  it('keeps mute and mix, and stops when pressed', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'mutePressed' });
    box.send({ type: 'setSound', change: { inputGainDb: -6 } });
    box.session({ type: 'ended', reason: 'timeout' });
    expect(box.state().sound).toMatchObject({ mute: 'pressed', inputGainDb: -6 });
    box.send({ type: 'connectPressed' });
    expect(box.state().link.kind).toBe('idle');
    expect(box.last()).toContainEqual({ type: 'cancelTimer', id: 'reconnect' });
    box.send({ type: 'timer', id: 'reconnect' });
    expect(box.state().link.kind).toBe('idle');
  });

  it('goes on with the series when the new connection breaks soon, and begins a new one when it has lasted', () => {
    for (const [lastedMs, attempt] of [
      [10_000, 2],
      [40_000, 1],
    ] as const) {
      const box = makeBox();
      playing(box);
      box.at(50_000);
      box.session({ type: 'ended', reason: 'timeout' });
      box.send({ type: 'timer', id: 'reconnect' });
      resolve(box);
      box.session({ type: 'connected', channelId: 0 });
      box.at(50_000 + lastedMs);
      box.session({ type: 'ended', reason: 'server-said-goodbye' });
      expect(box.state().link).toMatchObject({ kind: 'waiting', retry: { attempt } });
    }
  });

  it('treats a connection whose socket dies like a lost one', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'sessionFailed', kind: 'no-network' });
    expect(box.state()).toMatchObject({ link: { kind: 'waiting' }, problem: 'no-network' });
    expect(types(box.last())).toContain('closeSession');
  });

  it('connects by itself at start when told so, patiently', () => {
    const box = makeBox();
    box.send({ type: 'started', server: CELLAR });
    expect(box.printed().at(-1)).toBe('Connecting to The Cellar.');
    box.send({ type: 'resolveFailed', attemptId: 1, kind: 'no-network' });
    expect(box.state().link).toMatchObject({ kind: 'waiting', retry: { attempt: 1 } });
  });
});

describe('quitting', () => {
  it('exits at once when there is nothing to leave', () => {
    const box = makeBox();
    box.send({ type: 'quit', code: 0 });
    expect(box.last()).toContainEqual({ type: 'exit', code: 0 });
  });

  it('always says goodbye first and exits when the session has ended', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'quit', code: 3 });
    expect(types(box.last())).not.toContain('exit');
    expect(box.calls()).toEqual([{ method: 'leave' }]);
    box.send({ type: 'connectPressed', server: ATTIC });
    box.session({ type: 'ended', reason: 'left' });
    expect(types(box.last())).toEqual(['closeSession', 'cancelTimer', 'cancelTimer', 'exit']);
    expect(box.last().at(-1)).toEqual({ type: 'exit', code: 3 });
    box.send({ type: 'connectPressed' });
    expect(box.last()).toEqual([]);
  });

  it('exits two seconds after a session that does not end', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'quit', code: 0 });
    expect(box.last()).toContainEqual({ type: 'timer', id: 'leave', atMs: 2000 });
    box.send({ type: 'leavePressed' });
    box.send({ type: 'quit', code: 0 });
    expect(types(box.last())).not.toContain('timer');
    box.send({ type: 'timer', id: 'leave' });
    expect(box.last()).toContainEqual({ type: 'exit', code: 0 });
  });

  it('exits from between two attempts to reconnect', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'ended', reason: 'timeout' });
    box.send({ type: 'quit', code: 0 });
    expect(box.last()).toContainEqual({ type: 'exit', code: 0 });
  });
});
