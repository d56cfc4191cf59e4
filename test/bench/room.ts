/**
 * The room against the real Jamulus server: CPU time for the same clients, in one run on one machine, and the room's own
 * ticks. `--quick`: five clients, a few seconds. `--clients=1,20` chooses.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PeriodReport } from '../../src/audio/period-report.ts';
import { enterNamespace } from '../peers/namespace.ts';
import { type PeerProcess, type Peers, threadCpuSeconds, withPeers } from '../peers/processes.ts';
import { startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';

/** What room-child.ts prints. */
interface RoomReport extends Omit<PeriodReport, 'counters'> {
  /** Since the clients had joined. */
  readonly ticksMissed: number;
  readonly recorded: number;
  readonly lost: number;
  readonly residentBytes: number;
}

export interface RoomMeasure {
  readonly clients: number;
  readonly who: 'room' | 'room, recording' | 'jamulus';
  /** CPU seconds a second of the whole process. */
  readonly cpu: number;
  /** CPU seconds for one client's 375 datagrams: a server that is starved of CPU sends fewer. */
  readonly cpuPerClient: number;
  /** Datagrams that the clients heard a second; 375 are due. */
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
  /** Since the clients had joined. */
  readonly ticksMissed: number | undefined;
  readonly report: RoomReport | undefined;
}

interface Plan {
  readonly clients: readonly number[];
  readonly settleSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
}

const DUE_PER_SECOND = 375;
export const FULL: Plan = { clients: [1, 5, 10, 20, 50], settleSeconds: 6, seconds: 8, rounds: 2 };
export const QUICK: Plan = { clients: [5], settleSeconds: 2, seconds: 3, rounds: 1 };

/** Room, real server, room recording: what else the machine does hits all alike. */
export async function measureRoom(plan: Plan): Promise<RoomMeasure[]> {
  const measures: RoomMeasure[] = [];
  for (const clients of plan.clients) {
    for (let round = 0; round < plan.rounds; round++) {
      for (const who of ['room', 'jamulus', 'room, recording'] as const) {
        measures.push(await withPeers(`bench-room-${clients}`, (peers) => measureOne(peers, plan, clients, who)));
        console.log(lineOf(measures.at(-1) as RoomMeasure));
      }
    }
  }
  return measures;
}

async function measureOne(peers: Peers, plan: Plan, clients: number, who: RoomMeasure['who']): Promise<RoomMeasure> {
  const port = 23_400;
  const child = (name: string, ...args: string[]) =>
    peers.start(name, process.execPath, [join(import.meta.dirname, `${name}.ts`), String(port), ...args]);
  const served =
    who === 'jamulus'
      ? (await startServer(peers, { port, maxClients: 60 })).process
      : child('room-child', who === 'room' ? '0' : '1');
  if (who !== 'jamulus') await until('a room', () => served.log().includes('ready'), { timeoutMs: 20_000 });
  const load = child('room-load', String(clients));
  await until(`${clients} clients that hear`, () => load.log().includes('ready'), { timeoutMs: 60_000 });
  await sleep(plan.settleSeconds * 1000);
  process.kill(load.pid, 'SIGUSR2');
  if (who !== 'jamulus') process.kill(served.pid, 'SIGUSR2');
  const used = () => threadCpuSeconds(served.pid).reduce((sum, { seconds }) => sum + seconds, 0);
  const before = used();
  const begunMs = performance.now();
  await sleep(plan.seconds * 1000);
  const cpu = (used() - before) / ((performance.now() - begunMs) / 1000);
  const heard = await lastWords<Pick<RoomMeasure, 'leastPerSecond' | 'mostPerSecond'>>(load);
  const report = who === 'jamulus' ? undefined : await lastWords<RoomReport>(served);
  const cpuPerClient = (cpu * DUE_PER_SECOND) / (clients * ((heard.leastPerSecond + heard.mostPerSecond) / 2));
  return { clients, who, cpu, cpuPerClient, ...heard, ticksMissed: report?.ticksMissed, report };
}

async function lastWords<T>(child: PeerProcess): Promise<T> {
  await child.stop();
  return JSON.parse(child.log().trim().split('\n').at(-1) ?? '');
}

function lineOf({ clients, who, cpuPerClient, leastPerSecond, mostPerSecond, report }: RoomMeasure): string {
  const common = `${String(clients).padStart(3)} clients, ${who.padEnd(15)}: ${(100 * cpuPerClient).toFixed(2)} % of a core each, heard ${leastPerSecond.toFixed(0)}…${mostPerSecond.toFixed(0)}/s`;
  if (report === undefined) return common;
  const { processingTime: took, wakeUpLatency, periods, ticksMissed, lost, residentBytes } = report;
  return `${common}; processing time p50/p99/p99.9/max ${took.p50Us}/${took.p99Us}/${took.p999Us}/${took.maxUs} us, wake-up latency p99/max ${wakeUpLatency.p99Us}/${wakeUpLatency.maxUs} us, missed ${ticksMissed} of ${periods}, tap lost ${lost}, ${Math.round(residentBytes / 1e6)} MB`;
}

/** Lines for people: the ratio at each number of clients. */
export function roomTable(measures: readonly RoomMeasure[]): readonly string[] {
  const numbers = [...new Set(measures.map(({ clients }) => clients))];
  const cpuOf = (clients: number, who: RoomMeasure['who']) => {
    const found = measures.filter((measure) => measure.clients === clients && measure.who === who);
    return found.reduce((sum, { cpuPerClient }) => sum + cpuPerClient, 0) / found.length;
  };
  return numbers.map((clients) => {
    const jamulus = cpuOf(clients, 'jamulus');
    const ratio = (who: RoomMeasure['who']) => (cpuOf(clients, who) / jamulus).toFixed(2);
    return `${clients} clients: room ÷ real server ${ratio('room')}, recording ${ratio('room, recording')}`;
  });
}

if (import.meta.main) {
  await enterNamespace();
  const quick = process.argv.includes('--quick');
  const chosen = process.argv
    .find((arg) => arg.startsWith('--clients='))
    ?.slice(10)
    .split(',')
    .map(Number);
  const plan = quick ? QUICK : FULL;
  for (const line of roomTable(await measureRoom({ ...plan, clients: chosen ?? plan.clients }))) console.log(line);
}
