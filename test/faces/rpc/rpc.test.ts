/** JSON-RPC: the lines, who may, what becomes of methods and what is told. Side by side with the real client: interop. */

import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Box } from '../../../src/app/store.ts';
import type { UntimedEvent } from '../../../src/box/events.ts';
import { may } from '../../../src/box/policy.ts';
import type { BoxState } from '../../../src/box/state.ts';
import { createRpcConnection, INVALID_PARAMS, METHOD_NOT_FOUND, type Params } from '../../../src/faces/rpc/json-rpc.ts';
import { METHODS } from '../../../src/faces/rpc/methods.ts';
import { notifications } from '../../../src/faces/rpc/notifications.ts';
import { MAX_LINE_BYTES, startRpc } from '../../../src/faces/rpc/start-rpc.ts';
import { IDLE, musician, playingBox } from '../panel/scenes.ts';

const SECRET = 'a-secret-of-16-or-more';
const asked = (method: string, params: unknown, id: unknown = 1) =>
  JSON.stringify({ id, jsonrpc: '2.0', method, params });

function connection() {
  return createRpcConnection(SECRET, (method, params) => (method === 'echo' ? { result: params } : undefined));
}
const answerTo = (rpc: ReturnType<typeof connection>, line: string) => JSON.parse(rpc.take(line).line ?? 'null');

describe('lines', () => {
  it('nothing is answered before the secret, and it is said once', () => {
    const rpc = connection();
    expect(answerTo(rpc, asked('echo', {})).error.code).toBe(401);
    expect(answerTo(rpc, asked('jamulus/apiAuth', { secret: 'x' })).error.code).toBe(400);
    expect(rpc.isAuthenticated()).toBe(false);
    expect(answerTo(rpc, asked('jamulus/apiAuth', { secret: SECRET }))).toEqual({
      id: 1,
      jsonrpc: '2.0',
      result: 'ok',
    });
    expect(answerTo(rpc, asked('echo', { a: 1 }, 'x'))).toEqual({ id: 'x', jsonrpc: '2.0', result: { a: 1 } });
    expect(answerTo(rpc, asked('nope', {})).error.code).toBe(METHOD_NOT_FOUND);
  });

  it('five wrong secrets end the connection', () => {
    const rpc = connection();
    const closes = Array.from({ length: 5 }, () => rpc.take(asked('jamulus/apiAuth', { secret: 'x' })).close);
    expect(closes).toEqual([false, false, false, false, true]);
  });

  it('a batch is answered as one', () => {
    const rpc = connection();
    rpc.take(asked('jamulus/apiAuth', { secret: SECRET }));
    const answers = answerTo(rpc, `[${asked('echo', {}, 1)},${asked('nope', {}, 2)}]`);
    expect(answers.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
    expect(rpc.take('[]').close).toBe(true);
    expect(rpc.take(`[${'1,'.repeat(100)}1]`).close).toBe(true);
  });

  it('whatever is sent, it answers a line of JSON and throws nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const rpc = connection();
        const { line: answer } = rpc.take(line);
        expect(answer).not.toBeNull();
        expect(answer).not.toContain('\n');
        JSON.parse(answer!);
        expect(rpc.isAuthenticated()).toBe(false);
      }),
    );
  });
});

function call(method: string, params: Params, box: BoxState = playingBox()) {
  const events: UntimedEvent[] = [];
  const result = METHODS.get(method)?.(params, {
    box: () => box,
    version: '1',
    command(command) {
      const decision = may(box, command, 'installer');
      if ('error' in decision) return decision.error;
      events.push(...decision.events);
      return null;
    },
  });
  return { result, events };
}

describe('methods', () => {
  it('of the real client', () => {
    const box = playingBox({ people: [musician(4, 'Ann', { city: 'Ulm', countryCode: 82, instrument: 3 })] });
    expect(call('jamulusclient/getClientList', {}, box).result).toEqual({
      result: { clients: [{ id: 4, name: 'Ann', city: 'Ulm', countryId: 82, instrumentId: 3, skillLevel: null }] },
    });
    expect(call('jamulusclient/setName', { name: 'Bo' }).events).toMatchObject([
      { type: 'setProfile', profile: { name: 'Bo' } },
    ]);
    expect(call('jamulusclient/setSkillLevel', { skillLevel: null }).events).toMatchObject([{ type: 'setProfile' }]);
    expect(call('jamulusclient/sendChatText', { chatText: 'hi' }).events).toEqual([{ type: 'chatSent', text: 'hi' }]);
  });

  it('of the box: connect, disconnect, pan, solo, mute, jitter', () => {
    const person = playingBox().visit.people[1]!.channelId;
    expect(call('jambox/disconnect', {}).events).toEqual([{ type: 'leavePressed' }]);
    expect(call('jambox/setPan', { channelIndex: person, pan: 0 }).events).toMatchObject([{ change: { pan: 0 } }]);
    expect(call('jambox/setSolo', { channelIndex: person, solo: true }).events).toMatchObject([
      { change: { solo: true } },
    ]);
    expect(call('jambox/setMute', { channelIndex: person, muted: true }).events).toMatchObject([
      { change: { muted: true } },
    ]);
    expect(call('jambox/setJitter', { jitter: { kind: 'safe' } }).events).toMatchObject([{ type: 'setJitter' }]);
    expect(call('jambox/connect', { address: '192.0.2.7', shown: true }, IDLE).events).toMatchObject([
      { type: 'connectPressed', server: { address: '192.0.2.7' } },
    ]);
  });

  it('C1: connecting needs a profile that has been shown', () => {
    expect(call('jambox/connect', {}, IDLE).result).toMatchObject({ error: { message: 'show-who-sees-what' } });
  });

  it('any parameters at all are taken or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...METHODS.keys()), fc.dictionary(fc.string(), fc.jsonValue()), (method, params) => {
        const { result } = call(method, params);
        expect(result !== undefined && ('result' in result || 'error' in result)).toBe(true);
      }),
    );
    for (const params of [
      {},
      { channelIndex: 'x', pan: 1 },
      { channelIndex: 1, pan: 2 },
      { channelIndex: 1, pan: null },
    ]) {
      const { result } = call('jambox/setPan', params);
      if (Object.keys(params).length > 0) expect(result).toMatchObject({ error: { code: INVALID_PARAMS } });
    }
  });
});

describe('notifications', () => {
  const own = musician(0, 'Box', { isOwn: true });
  const alone = playingBox({ people: [own], chat: [] });
  const names = (before: BoxState, now: BoxState) =>
    notifications(before, now).map(({ method }) => method.split('/')[1]);

  it('tell of connecting, of people, levels, chat and the end, once each', () => {
    expect(names(IDLE, alone)).toEqual(['connected', 'clientListReceived', 'channelLevelListReceived']);
    const loud = { ...alone, visit: { ...alone.visit, people: [{ ...own, level: 9 }] } };
    expect(names(alone, loud)).toEqual(['channelLevelListReceived']);
    const chat = { ...alone, visit: { ...alone.visit, chat: [{ number: 1, atMs: 0, text: '<b>hi' }] } };
    expect(notifications(alone, chat)).toEqual([
      { method: 'jamulusclient/chatTextReceived', params: { chatText: '&lt;b&gt;hi' } },
    ]);
    expect(names(chat, chat)).toEqual([]);
    expect(names(alone, IDLE)).toEqual(['disconnected']);
  });

  it('a fader that moves is none', () => {
    const mix = { ...own.mix, gain: 0.5 };
    expect(names(alone, { ...alone, visit: { ...alone.visit, people: [{ ...own, mix }] } })).toEqual([]);
  });
});

describe('the port', () => {
  const listeners = new Set<() => void>();
  let box = IDLE;
  const theBox: Box = {
    state: () => box,
    command: () => null,
    touched: () => undefined,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let close: () => void = () => undefined;
  afterEach(() => close());

  async function open() {
    const rpc = await startRpc(theBox, { port: 0, bind: '127.0.0.1', secret: SECRET, version: '1' });
    if ('error' in rpc) throw new Error(rpc.error);
    close = rpc.close;
    return rpc.port;
  }
  const dial = (
    port: number,
  ): { socket: Socket; lines: string[]; closed: Promise<void>; line: (n: number) => Promise<string> } => {
    const socket = connect(port, '127.0.0.1');
    const lines: string[] = [];
    let wake: () => void = () => undefined;
    socket.setEncoding('utf8');
    let rest = '';
    socket.on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      wake();
    });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    const line = async (n: number): Promise<string> => {
      while (lines.length <= n) await new Promise<void>((resolve) => (wake = resolve));
      return lines[n]!;
    };
    return { socket, lines, closed, line };
  };

  it('answers lines that come in pieces, and tells only those who know the secret', async () => {
    const port = await open();
    const [known, unknown] = [dial(port), dial(port)];
    const text = `${asked('jamulus/apiAuth', { secret: SECRET })}\n`;
    known.socket.write(text.slice(0, 10));
    known.socket.write(text.slice(10));
    unknown.socket.write(`${asked('jamulus/getMode', {})}\n`);
    expect(JSON.parse(await known.line(0)).result).toBe('ok');
    expect(JSON.parse(await unknown.line(0)).error.code).toBe(401);
    box = playingBox();
    for (const listener of listeners) listener();
    expect(JSON.parse(await known.line(1)).method).toBe('jamulusclient/connected');
    expect(unknown.lines).toHaveLength(1);
    known.socket.destroy();
    unknown.socket.destroy();
  });

  it('a line without an end is not kept for ever', async () => {
    const port = await open();
    const one = dial(port);
    one.socket.write('x'.repeat(2 * MAX_LINE_BYTES));
    await one.closed;
    expect(one.lines).toEqual([]);
  });
});
