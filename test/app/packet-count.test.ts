import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildOpus } from '../../tools/build-opus.mjs';

/** Everything has a way out, over loopback, so that a packet to anybody at all is sent and counted. */
const NETWORK = 'ip link set lo up && ip route add default dev lo && { ip -6 route add default dev lo || true; }';

const canUnshare = spawnSync('unshare', ['-rn', 'sh', '-c', NETWORK]).status === 0;

test('A visit to a typed address sends not one packet to anybody but the server (privacy C2, C8)', async ({ skip }) => {
  if (!canUnshare) skip('this system does not let the test have a network of its own (unshare -rn, ip)');
  await buildOpus();
  const probe = join(import.meta.dirname, 'packet-count-probe.ts');
  const script = `${NETWORK} && exec "$@"`;
  const output = execFileSync('unshare', ['-rn', 'sh', '-c', script, 'sh', process.execPath, probe], {
    encoding: 'utf8',
  });
  const counts = JSON.parse(output);
  expect(counts.fromBox).toBeGreaterThan(500);
  expect(counts.out).toBe(counts.withServer);
  expect(counts.tcpOpens).toBe(0);
  expect(counts.seenByControl).toBe(1);
});
