import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/box/state.ts';
import { isMessage } from '../../src/jamulus/frame.ts';
import { badLine, loseAll, passAll, startRelay } from '../peers/relay.ts';
import { randomFrom } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import type { Box } from './box.ts';
import { chatOf, levelsOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('line');

const bad = () => badLine({ random: randomFrom(7), lost: 0.05, doubled: 0.05, delayMs: 10, jitterMs: 20 });
const LINES = Array.from({ length: 10 }, (_, i) => `line number ${i}.`);
const counter = async (box: Box, name: string) => (await box.ask()).statistics.counters[name] ?? 0;

describe('A bad line to the real server', () => {
  it('with 5 % lost, 5 % doubled and 20 ms of jitter: all that must arrive does, once; sound goes on', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    relay.setPolicy(bad());
    const anna = await bench.anna(server.address);
    const box = await bench.box(relay.address, ['--input', 'tone', '--city', 'Košice', '--instrument', 'Cello']);
    await box.waitFor('everybody', ({ visit }) => visit.people.length === 2);
    const seen = await until('the box at anna', async () =>
      (await anna.clientList()).find(({ name }) => name === 'box'),
    );
    expect(seen).toMatchObject({ city: 'Košice', instrumentId: 21 });
    await box.waitFor('anna', ({ visit }) => visit.people.some(({ name }) => name === 'anna'));

    for (const text of LINES) {
      box.dispatch({ type: 'chatSent', text });
      await sleep(20); // the server's answer with its time takes its turn in the queue
    }
    await until('all lines at anna', () => chatOf(anna).length >= LINES.length, { timeoutMs: 15_000 });
    for (const text of LINES) await anna.sendChatText(text);
    await until('all lines of both', () => chatOf(anna).length >= 2 * LINES.length, { timeoutMs: 15_000 });
    const state = await box.waitFor(
      'all lines of both',
      ({ visit }) => visit.chat.at(-1)?.number === 2 * LINES.length,
      { timeoutMs: 15_000 },
    );
    // The box keeps the last ten: all of anna's, once each and in order.
    expect(state.visit.chat.map(({ text }) => text.replace(/^.*?anna /, ''))).toEqual(LINES);
    await sleep(1500); // time for a line that should not come: it would be sent again after 400 ms
    expect(chatOf(anna).map((html) => html.replace(/^.*<\/font> /, ''))).toEqual([...LINES, ...LINES]);
    expect((await box.ask()).state.visit.chat.at(-1)?.number).toBe(2 * LINES.length);
    const lostMessages = relay.datagrams.filter(
      ({ bytes, delaysMs }) => delaysMs.length === 0 && isMessage(bytes, bytes.length),
    );
    expect(lostMessages.length).toBeGreaterThan(0);

    // 375 datagrams a second, as many doubled as lost: 748 of 750 expected in 2 s.
    const received = await counter(box, 'audioReceived');
    const misses = await counter(box, 'misses');
    await sleep(2000);
    expect((await counter(box, 'audioReceived')) - received).toBeGreaterThan(600);
    expect((await counter(box, 'misses')) - misses).toBeGreaterThan(10); // 5 % of 750 are 37
    await box.waitFor('misses shown', ({ visit }) => visit.missesLastMinute > 10);
  }, 60_000);

  it('makes both automatic jitter buffers grow, and a good one lets them shrink', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    const box = await bench.box(relay.address, ['--input', 'tone']);
    // Both begin at 10 blocks and settle within 10 s on a good line, at 3 to 6 seen.
    const small = await box.waitFor(
      'small buffers',
      ({ engine, visit }) => engine.jitterBlocks <= 5 && engine.jitterBlocks > 0 && visit.serverJitterBlocks <= 5,
      { timeoutMs: 25_000 },
    );
    relay.setPolicy(bad());
    // 20 ms are 7.5 blocks: they stay at 9 and 9 later.
    const large = await box.waitFor(
      'large buffers',
      ({ engine, visit }) => engine.jitterBlocks >= 7 && visit.serverJitterBlocks >= 7,
      { timeoutMs: 25_000 },
    );
    const blocks = ({ engine, visit }: BoxState) => `${engine.jitterBlocks}+${visit.serverJitterBlocks}`;
    console.log(`jitter buffers ${blocks(small)} on a good line, ${blocks(large)} on a bad one`);
  }, 60_000);

  it('cut for 10 s: the session survives, and everything is back', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    const anna = await bench.anna(server.address);
    const box = await bench.box(relay.address, ['--input', 'tone']);
    await box.waitFor('the tone', ({ visit }) => visit.people.find(({ isOwn }) => isOwn)?.level === 5);
    const before = (await box.ask()).state.link;
    relay.setPolicy(loseAll);
    await sleep(500);
    const received = await counter(box, 'audioReceived');
    box.dispatch({ type: 'chatSent', text: 'said while the line was cut' });
    await sleep(9500);
    expect(await counter(box, 'audioReceived')).toBe(received);
    expect((await box.ask()).state.visit.missesLastMinute).toBeGreaterThan(3000); // of 3750 blocks
    expect(chatOf(anna)).toHaveLength(0);
    expect(levelsOf(anna).at(-1)).toEqual([0, 0]);
    relay.setPolicy(passAll);
    await until('audio', async () => (await counter(box, 'audioReceived')) > received + 300);
    await until('the tone at anna', () => levelsOf(anna).at(-1)?.[1] === 5);
    const after = (await box.ask()).state;
    expect(after.link).toEqual(before);
    expect(after.link.kind).toBe('connected');
    await until('the line at anna', () => chatOf(anna).length === 1);
    expect(chatOf(anna)[0]).toContain('said while the line was cut');
    expect((await server.clients()).map(({ id, name }) => [id, name])).toEqual([
      [0, 'anna'],
      [1, 'box'],
    ]);
  });
});
