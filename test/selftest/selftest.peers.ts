/** box-selftest as a person runs it, on a test card whose loop is known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeers, type Peers } from '../peers/processes.ts';
import { startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { writeTestCardConf } from '../testcard/build.ts';
import { createTestCard, type TestCard } from '../testcard/control.ts';

const ReportSchema = v.object({
  ok: v.boolean(),
  findings: v.array(
    v.object({
      item: v.string(),
      verdict: v.picklist(['OK', 'LOOK', 'FAIL']),
      text: v.string(),
      numbers: v.record(v.string(), v.unknown()),
    }),
  ),
});
const cardName = `selftest${process.pid}`;
const FULL_SCALE = 2 ** 31;

let peers: Peers;
let card: TestCard;

beforeEach(() => {
  peers = createPeers('selftest');
});
afterEach(async () => {
  await peers.end();
  card?.close();
});

async function selftest(...args: readonly string[]) {
  const jsonPath = join(peers.folder, 'report.json');
  const main = join(import.meta.dirname, '../../src/selftest/main.ts');
  const common = ['--input', cardName, '--output', cardName, '--settings', '/nowhere', '--json', jsonPath];
  const program = peers.start('selftest', process.execPath, [main, ...common, ...args], {
    ...writeTestCardConf(peers.folder, [cardName]),
  });
  const code = await program.ended;
  const { ok, findings } = v.parse(ReportSchema, JSON.parse(readFileSync(jsonPath, 'utf8')));
  expect(code).toBe(ok ? 0 : 1);
  const find = (item: string) => {
    const found = findings.find((finding) => finding.item === item);
    expect(found, `${item} in:\n${program.log()}`).toBeDefined();
    return found!;
  };
  return { code, find, findings, log: program.log() };
}

/** What a cable and its plugs do to the sound, `delayFrames` long (5 s at most); call the result to end it. */
function runCable(
  to: TestCard,
  delayFrames: number,
  plugs: (left: number, right: number) => readonly [number, number],
) {
  let running = true;
  const run = async () => {
    let at = to.frameNow();
    while (running) {
      const until = to.frameNow() - 32;
      const count = until - at;
      if (count > 0) {
        const { left, right } = to.played(at, count);
        const out = [new Int32Array(count), new Int32Array(count)] as const;
        left.forEach((sample, i) => {
          const [a, b] = plugs(sample, right[i]!);
          const hum = 0.01 * FULL_SCALE * Math.sin((2 * Math.PI * 50 * (at + i)) / 48_000);
          out[0][i] = a + hum;
          out[1][i] = b + hum;
        });
        to.feed(at + delayFrames, ...out);
        at = until;
      }
      await sleep(15);
    }
  };
  const ended = run();
  return async () => {
    running = false;
    await ended;
  };
}

describe('box-selftest on a sound card with a cable', () => {
  it.each([
    { period: 64, periods: 2 },
    { period: 64, periods: 3 },
    { period: 128, periods: 2 },
  ])(
    'measures just the buffer of a card of $period x $periods frames that adds nothing',
    {
      timeout: 60_000,
    },
    async ({ period, periods }) => {
      card = createTestCard(cardName, 'loop');
      const size = ['--period', `${period}`, '--periods', `${periods}`];
      const { find, log } = await selftest('--only', 'sound', '--loop', '--sound-seconds', '5', ...size);
      console.log(log);
      const bufferFrames = period * periods;
      for (const direction of ['capture', 'playback']) {
        expect(find(`card ${direction}`)).toMatchObject({ verdict: 'OK', numbers: { format: 'S32_LE', bufferFrames } });
      }
      expect(find('loop delay')).toMatchObject({
        verdict: 'OK',
        numbers: { delayFrames: bufferFrames, bufferFrames, converterFrames: 0, spreadFrames: 0 },
      });
      expect(find('loop sides').verdict).toBe('OK');
      expect(find('loop polarity').verdict).toBe('OK');
      expect(find('loop level').numbers['mostDb']).toBeCloseTo(0, 1);
      expect(find('xruns').numbers['periods']).toBeGreaterThan((4 * 48_000) / period);
      expect(find('work of a period').verdict).toBe('OK');
    },
  );

  it('finds delay, level, swapped sides, a wrong plug and hum of the cable between', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    const stop = runCable(card, 4837, (left, right) => [right / 2, -left / 2]);
    const { code, find, log } = await selftest('--only', 'sound', '--loop', '--sound-seconds', '2');
    await stop();
    console.log(log);
    expect(find('loop delay').numbers).toMatchObject({ delayFrames: 4837 + 128, spreadFrames: 0 });
    expect(find('loop sides')).toMatchObject({ verdict: 'FAIL', text: expect.stringContaining('swapped') });
    expect(find('loop polarity')).toMatchObject({ verdict: 'FAIL', numbers: { inverted: 'right' } });
    expect(find('loop level').numbers['mostDb']).toBeCloseTo(-6, 0);
    expect(find('input hum')).toMatchObject({ verdict: 'LOOK' });
    expect(find('input hum').numbers['hum50Dbfs']).toBeCloseTo(20 * Math.log10(0.01 / Math.SQRT2), 0);
    expect(code).toBe(1);
  });

  it('says that nothing came back without a cable, which is no failure', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    const { find } = await selftest('--only', 'sound', '--loop', '--sound-seconds', '2');
    expect(find('loop')).toMatchObject({ verdict: 'LOOK', text: expect.stringContaining('no cable') });
    expect(find('input noise').text).toContain('not one bit moves');
  });

  it('measures how fast the crystal runs', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    card.setDriftPpm(400);
    const { find } = await selftest('--only', 'sound', '--sound-seconds', '20');
    const { numbers, verdict } = find('card clock');
    expect(Math.abs((numbers['ppm'] as number) - 400)).toBeLessThan(numbers['uncertaintyPpm'] as number);
    expect(numbers['uncertaintyPpm']).toBeLessThan(60);
    expect(verdict).toBe('LOOK');
  });

  it('counts an xrun that is forced', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    const forcing = sleep(5000).then(() => card.forceXrun('capture'));
    const { find } = await selftest('--only', 'sound', '--sound-seconds', '8');
    await forcing;
    expect(find('xruns').verdict).toBe('FAIL');
    expect(find('xruns').numbers['xruns']).toBeGreaterThanOrEqual(1);
  });

  it('says who has the card when it is taken', async () => {
    card = createTestCard(cardName, 'wire');
    const env = writeTestCardConf(peers.folder, [cardName]);
    const taker = peers.start(
      'taker',
      'arecord',
      ['-D', cardName, '-f', 'S32_LE', '-r', '48000', '-c', '2', '/dev/null'],
      env,
    );
    await until('a taken card', () => card.status('capture').running);
    const { find } = await selftest('--only', 'sound');
    await taker.stop();
    expect(find('card capture').text).toContain('busy');
  });
});

describe('box-selftest on a sound card that does not fit', () => {
  it('says why, and that one direction alone is no fault and runs', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    card.setRate(44_100);
    const rate = await selftest('--only', 'sound');
    expect(rate.find('card playback').text).toMatch(/^Sound card has no 48 kHz\. .*only 44100 Hz/);
    card.setRate(48_000);
    card.remove('capture');
    const oneWay = await selftest('--only', 'sound', '--sound-seconds', '3');
    expect(oneWay.find('card capture')).toMatchObject({ verdict: 'LOOK', text: expect.stringContaining('no input') });
    expect(oneWay.find('card playback').verdict).toBe('OK');
    expect(oneWay.find('xruns').numbers['periods']).toBeGreaterThan(1000);
    expect(oneWay.findings.map(({ item }) => item)).not.toContain('loop');
  });
});

describe('box-selftest on this machine', () => {
  it('measures wake-ups with real-time rights, and pings the real server', { timeout: 60_000 }, async () => {
    card = createTestCard(cardName, 'wire');
    const server = await startServer(peers, { port: 23_400, fast64: true });
    const args = ['--only', 'realtime,network,machine', '--lateness-seconds', '3', '--server', server.address];
    const { find, log } = await selftest(...args);
    console.log(log);
    expect(find('real-time rights').verdict).toBe('OK');
    const wakeUps = find(log.match(/wake-up core \d+/)![0]).numbers;
    expect(wakeUps['p50Us']).toBeLessThan(500);
    expect(wakeUps['maxUs']).toBeGreaterThanOrEqual(wakeUps['p999Us'] as number);
    expect(find('server ping')).toMatchObject({ numbers: { sent: 20, lost: 0, musicians: 0 } });
    expect(find('board').verdict).not.toBe('FAIL');
  });
});
