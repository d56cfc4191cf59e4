/**
 * One whole visit in a network of its own, where every packet that leaves any program is counted by the kernel: prints
 * what left in all, and what the server alone accounts for. Started by packet-count.test.ts.
 */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { until } from '../audio/engine-rig.ts';
import { startBox } from './box-rig.ts';
import { startFakeServer } from './fake-server.ts';

/** One counter of snmp(5) style tables: a line of names, below it a line of values. */
function counter(path: string, protocol: string, name: string): number {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}: `))
    .map((line) => line.split(' '));
  return Number(lines[1]?.[lines[0]?.indexOf(name) ?? -1]);
}

function udp6Out(): number {
  return Number(/^Udp6OutDatagrams\s+(\d+)/m.exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1] ?? 0);
}

function datagramsOut(): number {
  return counter('/proc/net/snmp', 'Udp', 'OutDatagrams') + udp6Out();
}

const before = datagramsOut();
const server = await startFakeServer({ welcome: 'hello' });
const box = await startBox();
await box.join(server.address);
box.store.dispatch({ type: 'chatSent', text: 'hello' });
await until(() => box.state().visit.chat.length > 0 && box.state().visit.pingMs !== null);
await until(() => server.audio().length > 500);
await box.quit();
await new Promise((resolve) => setTimeout(resolve, 300));
const out = datagramsOut() - before;

// The counter does see what goes to an address that nobody has.
const control = createSocket('udp4');
await new Promise((resolve) => control.send('x', 9, '192.0.2.1', resolve));
control.close();

console.log(
  JSON.stringify({
    out,
    withServer: server.counts.received + server.counts.sent,
    fromBox: server.counts.received,
    tcpOpens: counter('/proc/net/snmp', 'Tcp', 'ActiveOpens'),
    seenByControl: datagramsOut() - before - out,
  }),
);
server.close();
