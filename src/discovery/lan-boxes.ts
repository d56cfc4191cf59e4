/** Boxes on the local network by mDNS: this one's page and host name are announced, and others are found. */
import { networkInterfaces } from 'node:os';
import { cleanText } from '../box/plain-text.ts';
import { announceRoom, browseRooms, openMdns } from './lan-rooms.ts';

const BOX_SERVICE = '_jambox._tcp.local';
const MAX_NAME_UNITS = 40;
const MAX_BOXES = 20;

export interface LanBoxes {
  /** The own addresses may have changed. */
  refresh(): void;
  /** Takes back what was announced. */
  close(): void;
}

/** @param hostName without ".local" */
export function startLanBoxes(
  hostName: string,
  port: number,
  onOthers: (names: readonly string[]) => void,
  onError: (text: string) => void,
): LanBoxes {
  const mdns = openMdns(onError);
  let announced: ReturnType<typeof announceRoom> | undefined;
  let known = '';

  const { stop } = browseRooms(
    mdns,
    (boxes) => {
      const names = new Set(boxes.map(({ name }) => cleanText(name, MAX_NAME_UNITS)));
      onOthers([...names].filter((name) => name !== '' && name !== hostName).slice(0, MAX_BOXES));
    },
    () => performance.now(),
    BOX_SERVICE,
  );

  function refresh(): void {
    const addresses = ownIpv4();
    if (addresses.join() === known) return;
    known = addresses.join();
    void announced?.stop();
    announced =
      addresses.length === 0
        ? undefined
        : announceRoom(mdns, { name: hostName, hostName, port, addresses }, BOX_SERVICE);
  }

  refresh();
  return {
    refresh,
    close() {
      stop();
      const destroy = () => mdns.destroy();
      if (announced === undefined) destroy();
      else void announced.stop().then(destroy);
    },
  };
}

function ownIpv4(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
