/** Packet captures with tcpdump on loopback. */
import { join } from 'node:path';
import type { Peers } from './processes.ts';
import { until } from './wait.ts';

export type Capture = {
  readonly pcapPath: string;
  /** Ends the capture; the file is complete then. */
  readonly stop: () => Promise<void>;
};

/** Starts capturing what `filter` (pcap syntax) matches and waits until tcpdump really listens. */
export async function startCapture(peers: Peers, name: string, filter: string): Promise<Capture> {
  const pcapPath = join(peers.folder, `${name}.pcap`);
  const asRoot = process.getuid?.() === 0 ? ['-Z', 'root'] : [];
  const args = ['-i', 'lo', '-s', '0', '-U', ...asRoot, '-w', pcapPath, filter];
  const tcpdump = peers.start(`tcpdump-${name}`, 'tcpdump', args);
  await until('tcpdump', () => {
    if (!tcpdump.isRunning()) throw new Error(tcpdump.log());
    return tcpdump.log().includes('listening on');
  });
  return { pcapPath, stop: () => tcpdump.stop('SIGINT') };
}
