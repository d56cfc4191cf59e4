/**
 * `npm run bench`: the box against the real Jamulus client, in one run on one machine, and the box's own audio thread
 * under load. `-- --quick` takes less than a minute. Prints a table and writes test/out/bench.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { missingPackages } from '../peers/install.ts';
import { enterNamespace } from '../peers/namespace.ts';
import { type Peers, withPeers } from '../peers/processes.ts';
import { type Server, startServer } from '../peers/server.ts';
import { cardCpu } from './card-alone.ts';
import { codecCost } from './codec.ts';
import { countedCollections } from './collections.ts';
import { measurePanel, panelTable } from './panel.ts';
import { measurePeriods } from './period.ts';
import { measurePhones, phonesTable } from './phones.ts';
import { type BenchResult, table, toJson } from './report.ts';
import { measureRoom, FULL as ROOM_FULL, QUICK as ROOM_QUICK, roomTable } from './room.ts';
import { runSession, type Session, type SessionPlan } from './session.ts';
import type { Frames, Kind } from './sound.ts';

const OUT = join(import.meta.dirname, '../out');

type Round = {
  readonly kind: Kind;
  readonly jitter: readonly [number, number];
  readonly repeat: number;
  readonly plan: SessionPlan;
};

/** 6 s: V8 has compiled the box by then (its compiler threads take 14 ms/s in the first seconds, 1 ms/s afterwards). */
const CPU_PLAN: SessionPlan = { settleSeconds: 6, windows: 2, windowSeconds: 4.5, bursts: 12 };
/** The microphone opens one second after joining. */
const DELAY_PLAN: SessionPlan = { settleSeconds: 2, windows: 0, windowSeconds: 0, bursts: 12 };

const FULL: readonly Round[] = [
  { kind: 'card', jitter: [4, 4], repeat: 2, plan: CPU_PLAN },
  { kind: 'card', jitter: [2, 2], repeat: 4, plan: DELAY_PLAN },
  { kind: 'jack', jitter: [4, 4], repeat: 1, plan: CPU_PLAN },
];
const QUICK: readonly Round[] = [
  {
    kind: 'card',
    jitter: [4, 4],
    repeat: 1,
    plan: { settleSeconds: 3, windows: 1, windowSeconds: 2.5, bursts: 12 },
  },
];

/** Box, real client, box, real client, …: what else the machine does hits both alike. */
async function comparePairs(rounds: readonly Round[], serverFor: (frames: Frames) => Server): Promise<Session[]> {
  const sessions: Session[] = [];
  for (const { kind, jitter, repeat, plan } of rounds) {
    for (let i = 0; i < repeat; i++) {
      for (const frames of [64, 128] as const) {
        for (const who of ['box', 'client'] as const) {
          process.stdout.write(`${kind}, ${frames} frames, jitter buffers ${jitter.join('+')}: ${who} ...\n`);
          sessions.push(await runSession({ kind, who, frames, jitter }, plan, serverFor(frames)));
        }
      }
    }
  }
  return sessions;
}

async function run(peers: Peers, quick: boolean): Promise<BenchResult> {
  const begunMs = performance.now();
  const loadBefore = loadavg()[0] ?? 0;
  // Both small-frame and ordinary servers wait all the time: without clients they take no CPU at all.
  const small = await startServer(peers, { port: 23_200, fast64: true });
  const ordinary = await startServer(peers, { port: 23_210 });
  const codec = { 64: codecCost(64), 128: codecCost(128) };
  const countedInControl = await countedCollections();
  const cardSeconds = quick ? 1 : 8;
  const card = { 64: await cardCpu(64, cardSeconds), 128: await cardCpu(128, cardSeconds) };
  const sessions = await comparePairs(quick ? QUICK : FULL, (frames) => (frames === 64 ? small : ordinary));
  process.stdout.write('the audio thread under load ...\n');
  const period = await measurePeriods(small, quick ? 15 : 600);
  return {
    quick,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      kernel: release(),
      node: process.version,
      loadBefore,
      jamulus: jamulusVersion(),
    },
    seconds: (performance.now() - begunMs) / 1000,
    codec,
    cardCpu: card,
    countedInControl,
    sessions,
    period,
  };
}

/** Of the Debian package; the program itself tells none without starting. */
function jamulusVersion(): string {
  const status = execFileSync('dpkg-query', ['--status', 'jamulus'], { encoding: 'utf8' });
  return /^Version: (.*)$/m.exec(status)?.[1] ?? 'unknown';
}

const missing = missingPackages();
if (missing.length > 0) {
  console.error(`The bench compares with the real programs: missing packages: ${missing.join(' ')}.`);
  console.error('Run test/peers/install.ts.');
  process.exit(1);
}
await enterNamespace();
const quick = process.argv.includes('--quick');
const result = await withPeers('bench', (peers) => run(peers, quick));
process.stdout.write('the panel ...\n');
const panel = await (quick ? measurePanel(1, 8) : measurePanel(4, 12));
process.stdout.write('a hundred phones ...\n');
const phones = await (quick ? measurePhones(1, 5) : measurePhones(5, 20));
process.stdout.write('the room ...\n');
const room = await measureRoom(quick ? ROOM_QUICK : ROOM_FULL);
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, 'bench.json'), `${JSON.stringify({ ...toJson(result), panel, phones, room }, null, 2)}\n`);
console.log(
  `\n${table(result)}\n\n${panelTable(panel).join('\n')}\n\n${phonesTable(phones).join('\n')}\n\n${roomTable(room).join('\n')}\n\nAll figures: test/out/bench.json`,
);
