/** Boxes on the local network by mDNS: this one's page and host name are announced, and others are found. */
import { cleanText } from '../box/plain-text.ts';
import { announce } from './announce.ts';
import { browseRooms, openMdns } from './lan-rooms.ts';

const BOX_SERVICE = '_jambox._tcp.local';
const MAX_NAME_UNITS = 40;
const MAX_BOXES = 20;

export interface LanBoxes {
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
  const browser = browseRooms(
    mdns,
    (boxes) => {
      const names = new Set(boxes.map(({ name }) => cleanText(name, MAX_NAME_UNITS)));
      onOthers([...names].filter((name) => name !== '' && name !== hostName).slice(0, MAX_BOXES));
    },
    () => performance.now(),
    BOX_SERVICE,
  );
  const announcement = announce(mdns, { name: hostName, hostName, port }, BOX_SERVICE);
  return {
    close() {
      browser.stop();
      void announcement.stop().then(() => mdns.destroy());
    },
  };
}
