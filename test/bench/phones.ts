/**
 * A hundred phones that watch a box that plays: what they do to the audio thread. As on a real box that thread has a
 * core of its own, and everything else (the phones, too) is on another. Rounds with and without phones take turns.
 * Part of `npm run bench`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, type PercentilesUs } from '../../src/audio/percentiles.ts';
import { type PageBox, startPageBox } from '../faces/browser/page-box.ts';
import { enterNamespace } from '../peers/namespace.ts';
import { type Peers, withPeers } from '../peers/processes.ts';
import { startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { startStallDetector } from './stall-detector.ts';

const PAGE_PORT = 23_090;
const PHONES = 100;
const SETTLE_MS = 1500;
/** A wake-up that is late by this much counts as a stall of the machine. */
const STALL_US = 1000;

interface Round extends PercentilesUs {
  readonly periods: number;
  readonly missed: number;
  readonly machineStalls: number;
}

export interface PhonesResult {
  readonly without: readonly Round[];
  readonly watched: readonly Round[];
}

export async function measurePhones(rounds: number, seconds: number): Promise<PhonesResult> {
  return await withPeers('bench-phones', async (peers) => {
    const core = availableParallelism() - 1;
    const { address } = await startServer(peers, { port: 23_220, fast64: true });
    const box = await startPageBox(peers, { server: address, port: PAGE_PORT, period: 64, core });
    box.press({ type: 'connectPressed', server: { address, label: 'Cellar' } });
    await box.waitFor('connected', ({ link }) => link.kind === 'connected');
    leaveCore(box.pid, core);
    const cookie = await pair(box);
    const without: Round[] = [];
    const watched: Round[] = [];
    for (let i = 0; i < rounds; i++) {
      without.push(await measure(box, core, seconds));
      const phones = await startPhones(peers, cookie);
      watched.push(await measure(box, core, seconds));
      await phones.stop();
    }
    return { without, watched };
  });
}

/** Moves all threads but that which has this core for itself to core 0. */
function leaveCore(pid: number, core: number): void {
  const folder = `/proc/${pid}/task`;
  for (const thread of readdirSync(folder)) {
    const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`${folder}/${thread}/status`, 'utf8'))?.[1];
    if (allowed !== `${core}`) execFileSync('taskset', ['-p', '-c', '0', thread], { stdio: 'ignore' });
  }
}

/** The cookie of a phone. */
async function pair(box: PageBox): Promise<string> {
  const response = await fetch(`${box.address}api/pair`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: await box.newCode() }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`pairing: ${response.status}`);
  return cookie;
}

async function startPhones(peers: Peers, cookie: string) {
  const args = ['-c', '0', process.execPath, import.meta.filename, '--phones', cookie];
  const phones = peers.start('phones', 'taskset', args);
  await until('all phones', () => phones.log().includes('ready'), { timeoutMs: 20_000 });
  return phones;
}

async function measure(box: PageBox, core: number, seconds: number): Promise<Round> {
  await sleep(SETTLE_MS);
  const stalls = startStallDetector(core, STALL_US);
  await sleep(100);
  stalls.reset();
  const before = await box.statistics();
  box.resetStatistics();
  await sleep(seconds * 1000);
  const { processingTime, counters } = await box.statistics();
  const since = (name: string) => (counters[name] ?? 0) - (before.counters[name] ?? 0);
  const machineStalls = stalls.stop().times;
  return { ...processingTime, periods: since('periods'), missed: since('missed') + since('xruns'), machineStalls };
}

/** Lines for people. */
export function phonesTable({ without, watched }: PhonesResult): readonly string[] {
  const of = (rounds: readonly Round[], key: keyof Round) => median(rounds.map((round) => round[key]));
  const sum = (rounds: readonly Round[], key: keyof Round) => rounds.reduce((total, round) => total + round[key], 0);
  const line = (rounds: readonly Round[]) =>
    `p50/p99/p99.9/max ${of(rounds, 'p50Us')}/${of(rounds, 'p99Us')}/${of(rounds, 'p999Us')}/${of(rounds, 'maxUs')} us, ` +
    `${sum(rounds, 'missed')} of ${sum(rounds, 'periods')} periods missed (the machine stalled ${sum(rounds, 'machineStalls')} times)`;
  const ratio = of(watched, 'p999Us') / of(without, 'p999Us');
  return [
    `Processing time, nobody watches: ${line(without)}`,
    `Processing time, ${PHONES} phones watch: ${line(watched)}`,
    `p99.9 with phones ÷ without: ${ratio.toFixed(2)} (goal 1.10; rounds ${without.map(({ p999Us }, i) => `${p999Us}→${watched[i]?.p999Us}`).join(', ')})`,
  ];
}

/** The phones: they read what comes. Prints `ready` when all of them are let in. */
function watch(cookie: string): void {
  let open = 0;
  for (let phone = 0; phone < PHONES; phone++) {
    get(`http://127.0.0.1:${PAGE_PORT}/api/events?parts=meters`, { headers: { cookie }, agent: false }, (response) => {
      if (response.statusCode !== 200) throw new Error(`a phone was sent away: ${response.statusCode}`);
      response.resume();
      open++;
      if (open === PHONES) console.log('ready');
    });
  }
}

if (import.meta.main) {
  const { phones, quick } = parseArgs({ options: { phones: { type: 'string' }, quick: { type: 'boolean' } } }).values;
  if (phones !== undefined) watch(phones);
  else {
    await enterNamespace();
    const result = await (quick ? measurePhones(1, 5) : measurePhones(5, 20));
    for (const line of phonesTable(result)) console.log(line);
  }
}
