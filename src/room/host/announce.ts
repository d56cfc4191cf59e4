/** The own room on the local network: announced by mDNS for as long as it is open, at whatever addresses there are. */
import { hostname, networkInterfaces } from 'node:os';
import { announceRoom, openMdns } from '../../discovery/lan-rooms.ts';

const LOOK_MS = 10_000;

export interface Announcement {
  /** Takes it back. */
  stop(): Promise<void>;
}

export function startAnnouncement(name: string, port: number, onLog: (line: string) => void): Announcement {
  const mdns = openMdns((text) => onLog(`room: ${text}`));
  let announced: { readonly stop: () => Promise<void> } | undefined;
  let known = '';

  function look(): void {
    const addresses = ownIpv4Addresses();
    if (addresses.join() === known) return;
    known = addresses.join();
    void announced?.stop();
    announced =
      addresses.length === 0 ? undefined : announceRoom(mdns, { name, hostName: hostname(), port, addresses });
  }

  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await announced?.stop();
      mdns.destroy();
    },
  };
}

export function ownIpv4Addresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
