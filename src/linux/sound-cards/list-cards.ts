/**
 * The machine's sound cards, as the kernel lists them: /proc/asound (Documentation/sound/designs/procfile.rst) for names
 * and devices, /sys/class/sound for what hangs on USB. What a machine does not say is left out, never an error.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cleanText } from '../../box/plain-text.ts';
import { offersRate } from './usb-streams.ts';

/**
 * 'hat': the card of our overlays (hardware/overlays), or one on the same bus by another's. 'headphones': the socket of
 * older Raspberry Pis. HDMI is no card here: its devices take no plain samples.
 */
type CardKind = 'hat' | 'usb' | 'other' | 'headphones';

export interface SoundCard {
  /**
   * What the card is known by after the next start: 'hat', 'usb:VENDOR:PRODUCT[:SERIAL][@PORT]' with the port where
   * two cards are alike otherwise, or 'card:ID'.
   */
  readonly key: string;
  /** For people. */
  readonly name: string;
  readonly kind: CardKind;
  /** ALSA's name of the first device in each direction, such as "hw:jambox,1"; null = the card has none. */
  readonly capture: string | null;
  readonly playback: string | null;
  /** False: a USB card whose descriptors name rates, and not ours. */
  readonly fitting: boolean;
}

/** What every overlay of ours calls its card. */
const HAT_ID = 'jambox';
const HAT_KEY = 'hat';
const MAX_NAME_UNITS = 40;
const MAX_SERIAL_UNITS = 64;

interface Found extends SoundCard {
  /** Orders cards of one kind: the USB port, such as "1-1.3", or the number of the card. */
  readonly place: string;
}

/**
 * Reads some files a card. The order is the same at every start: HAT, USB by port, others, headphones.
 * @param root normally '/'; contains proc/ and sys/
 */
export function listSoundCards(root: string): readonly SoundCard[] {
  const names = cardNames(text(join(root, 'proc/asound/cards')));
  const found = [...names].flatMap(([number, name]) => readCard(root, number, name) ?? []);
  found.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || comparePlaces(a.place, b.place));
  const alike = (key: string): number => found.filter((card) => card.key === key).length;
  return found.map(({ place, ...card }) =>
    card.kind === 'usb' && alike(card.key) > 1 ? { ...card, key: `${card.key}@${place}` } : card,
  );
}

const KINDS: readonly CardKind[] = ['hat', 'usb', 'other', 'headphones'];

/** By number: driver and short name, of lines like " 1 [USB            ]: USB-Audio - Scarlett 2i2 USB". */
function cardNames(cards: string): ReadonlyMap<number, { readonly driver: string; readonly name: string }> {
  const lines = cards.matchAll(/^ *(\d+) \[.*?\]: (.*?) - (.*)$/gm);
  return new Map([...lines].map(([, number, driver = '', name = '']) => [Number(number), { driver, name }]));
}

function readCard(root: string, number: number, { driver, name }: { driver: string; name: string }): Found | undefined {
  const folder = join(root, `proc/asound/card${number}`);
  const id = text(join(folder, 'id')).trim();
  // Its devices take only subframes of IEC 60958 (sound/soc/codecs/hdmi-codec.c, vc4_hdmi.c).
  if (id === '' || driver.startsWith('vc4-hdmi')) return undefined;
  const devices = pcmDevices(folder);
  const capture = firstDevice(devices, 'c');
  const playback = firstDevice(devices, 'p');
  if (capture === undefined && playback === undefined) return undefined;
  const base = {
    name: cleanText(name, MAX_NAME_UNITS) || id,
    capture: capture === undefined ? null : `hw:${id},${capture}`,
    playback: playback === undefined ? null : `hw:${id},${playback}`,
    fitting: true,
    place: `${number}`,
  };
  const usbId = /^([0-9a-f]{4}):([0-9a-f]{4})$/.exec(text(join(folder, 'usbid')).trim());
  if (usbId !== null) return { ...base, ...usbCard(root, folder, number), kind: 'usb' };
  if (id === HAT_ID) return { ...base, key: HAT_KEY, kind: 'hat' };
  return { ...base, key: `card:${id}`, kind: driver.startsWith('bcm2835') ? 'headphones' : 'other' };
}

function usbCard(root: string, folder: string, number: number): Pick<Found, 'key' | 'place' | 'fitting'> {
  const device = usbDevice(join(root, `sys/class/sound/card${number}/device`));
  const serial = device === undefined ? '' : cleanSerial(text(join(device, 'serial')));
  const streams = list(folder).filter((file) => /^stream\d+$/.test(file));
  return {
    key: `usb:${text(join(folder, 'usbid')).trim()}${serial === '' ? '' : `:${serial}`}`,
    place: device === undefined ? `${number}` : basename(device),
    fitting: streams.every((file) => offersRate(text(join(folder, file)))),
  };
}

/** The card's own folder is that of an interface, such as "1-1.3:1.0"; the device is the one above. */
function usbDevice(link: string): string | undefined {
  try {
    return dirname(realpathSync(link));
  } catch {
    return undefined;
  }
}

/** Colons and at signs part keys. */
function cleanSerial(serial: string): string {
  return serial
    .trim()
    .replace(/[^\w.-]/g, '_')
    .slice(0, MAX_SERIAL_UNITS);
}

interface PcmDevice {
  readonly number: number;
  readonly direction: string;
}

/** What pcm0c, pcm1p, … say; HDMI sockets of other cards are left out. */
function pcmDevices(folder: string): readonly PcmDevice[] {
  return list(folder).flatMap((entry) => {
    const [, number, direction = ''] = /^pcm(\d+)([cp])$/.exec(entry) ?? [];
    if (number === undefined || /^(id|name): .*HDMI/m.test(text(join(folder, entry, 'info')))) return [];
    return [{ number: Number(number), direction }];
  });
}

function firstDevice(devices: readonly PcmDevice[], direction: string): number | undefined {
  const numbers = devices.filter((device) => device.direction === direction).map(({ number }) => number);
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

/** "1-1.3" before "1-1.10": number by number. */
function comparePlaces(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
