/**
 * Made-up trees of /proc/asound and /sys/class/sound, in the shapes that Linux 6.12 writes (sound/core/init.c, pcm.c,
 * sound/usb/proc.c, card.c). Names, ids, numbers of channels and rates are those that owners have shown of these cards.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeBelow } from '../support/files.ts';

interface StreamShape {
  readonly format: string;
  readonly channels: number;
  readonly rates: string;
}

export interface CardShape {
  readonly id: string;
  readonly driver: string;
  readonly name: string;
  readonly longName: string;
  /** Such as "0c": the folder pcm0c. With the id of the stream, which is its name, too. */
  readonly devices: Readonly<Record<string, string>>;
  readonly usb?: {
    readonly id: string;
    readonly serial?: string;
    readonly port: string;
    readonly playback?: StreamShape;
    readonly capture?: StreamShape;
  };
}

const HIGH_RATES = '44100, 48000, 88200, 96000, 176400, 192000';

function usbCard(
  names: Pick<CardShape, 'id' | 'name'> & { readonly maker: string },
  usb: NonNullable<CardShape['usb']>,
): CardShape {
  const speed = usb.playback?.format === 'S16_LE' || usb.capture?.format === 'S16_LE' ? 'full' : 'high';
  return {
    id: names.id,
    driver: 'USB-Audio',
    name: names.name,
    longName: `${names.maker} ${names.name} at usb-0000:01:00.0-${usb.port.slice(2)}, ${speed} speed`,
    devices: {
      ...(usb.capture === undefined ? {} : { '0c': 'USB Audio' }),
      ...(usb.playback === undefined ? {} : { '0p': 'USB Audio' }),
    },
    usb,
  };
}

export function scarlett2i2(port = '1-1.3', serial?: string, id = 'USB'): CardShape {
  const stream = { format: 'S32_LE', channels: 2, rates: HIGH_RATES };
  const usb = { id: '1235:8210', port, playback: stream, capture: stream };
  return usbCard({ id, name: 'Scarlett 2i2 USB', maker: 'Focusrite' }, serial === undefined ? usb : { ...usb, serial });
}

export const SCARLETT_18I20 = usbCard(
  { id: 'USB', name: 'Scarlett 18i20 USB', maker: 'Focusrite' },
  {
    id: '1235:800c',
    port: '1-1.2',
    serial: 'P9XXXXX0000001',
    playback: { format: 'S32_LE', channels: 20, rates: '44100, 48000, 88200, 96000' },
    capture: { format: 'S32_LE', channels: 18, rates: '44100, 48000, 88200, 96000' },
  },
);

/** The chip of many small ones: full speed, 16 bit, no serial number. */
export function umc22(port = '1-1.4', id = 'CODEC'): CardShape {
  return usbCard(
    { id, name: 'USB Audio CODEC', maker: 'Burr-Brown from TI' },
    {
      id: '08bb:2902',
      port,
      playback: { format: 'S16_LE', channels: 2, rates: '32000, 44100, 48000' },
      capture: { format: 'S16_LE', channels: 2, rates: '8000, 11025, 16000, 22050, 32000, 44100, 48000' },
    },
  );
}

export const UMC404HD = usbCard(
  { id: 'U192k', name: 'UMC404HD 192k', maker: 'BEHRINGER' },
  {
    id: '1397:0509',
    port: '1-1.1',
    playback: { format: 'S32_LE', channels: 4, rates: HIGH_RATES },
    capture: { format: 'S32_LE', channels: 4, rates: HIGH_RATES },
  },
);

export const ZOOM_H5 = usbCard(
  { id: 'H5', name: 'H5', maker: 'ZOOM Corporation' },
  {
    id: '1686:0055',
    port: '1-1.10',
    serial: '000000000000',
    playback: { format: 'S16_LE', channels: 2, rates: '44100, 48000' },
    capture: { format: 'S16_LE', channels: 2, rates: '44100, 48000' },
  },
);

/** Only 44.1 kHz to play, and no other. */
export const ONLY_44100 = usbCard(
  { id: 'Old', name: 'Old Interface', maker: 'Made' },
  {
    id: '0123:4567',
    port: '1-1.1',
    playback: { format: 'S24_3LE', channels: 2, rates: '44100' },
    capture: { format: 'S24_3LE', channels: 2, rates: '8000 - 48000 (continuous)' },
  },
);

/** As seen in QEMU 10 under Debian's kernel 6.12: playback alone. */
export const QEMU_USB = usbCard(
  { id: 'Audio', name: 'QEMU USB Audio', maker: 'QEMU' },
  {
    id: '46f4:0002',
    port: '1-1',
    serial: '1-0000:00:03.0-1',
    playback: { format: 'S16_LE', channels: 2, rates: '48000' },
  },
);

export const WEBCAM = usbCard(
  { id: 'Webcam', name: 'HD Webcam', maker: 'Made' },
  { id: '046d:0825', port: '1-1.1', capture: { format: 'S16_LE', channels: 1, rates: '16000, 24000, 32000, 48000' } },
);

export const HIFIBERRY_ADC: CardShape = {
  id: 'jambox',
  driver: 'simple-card',
  name: 'jambox',
  longName: 'jambox',
  devices: { '0c': 'fe203000.i2s-pcm1863-aif pcm1863-aif-0', '1p': 'fe203000.i2s-pcm512x-hifi pcm512x-hifi-1' },
};

export const WM8731_HAT: CardShape = {
  ...HIFIBERRY_ADC,
  devices: { '0c': 'fe203000.i2s-wm8731-hifi wm8731-hifi-0', '0p': 'fe203000.i2s-wm8731-hifi wm8731-hifi-0' },
};

export function vc4Hdmi(number: number): CardShape {
  const name = `vc4-hdmi-${number}`;
  return { id: `vc4hdmi${number}`, driver: 'vc4-hdmi', name, longName: name, devices: { '0p': 'MAI PCM i2s-hifi-0' } };
}

/** The socket of Pi 3 and 4: playback alone. */
export const HEADPHONES: CardShape = {
  id: 'Headphones',
  driver: 'bcm2835_headpho',
  name: 'bcm2835 Headphones',
  longName: 'bcm2835 Headphones',
  devices: { '0p': 'bcm2835 Headphones' },
};

/** A computer's own, with HDMI sockets on the same card. */
export const HDA: CardShape = {
  id: 'PCH',
  driver: 'HDA-Intel',
  name: 'HDA Intel PCH',
  longName: 'HDA Intel PCH at 0xf7c30000 irq 31',
  devices: { '0c': 'ALC887-VD Analog', '0p': 'ALC887-VD Analog', '3p': 'HDMI 0' },
};

/** Files under `root` as the kernel makes them for cards 0, 1, …; what was there before is gone. */
export function plugIn(root: string, cards: readonly CardShape[]): void {
  for (const folder of ['proc/asound', 'sys/class/sound', 'sys/devices/usb1'])
    rmSync(join(root, folder), { recursive: true, force: true });
  const put = (path: string, text: string) => writeBelow(root, path, text);
  put('proc/asound/cards', cards.map(cardLines).join('') || '--- no soundcards ---\n');
  for (const [number, card] of cards.entries()) {
    const folder = `proc/asound/card${number}`;
    put(`${folder}/id`, `${card.id}\n`);
    for (const [device, id] of Object.entries(card.devices))
      put(`${folder}/pcm${device}/info`, info(number, device, id));
    if (card.usb === undefined) continue;
    put(`${folder}/usbid`, `${card.usb.id}\n`);
    put(`${folder}/stream0`, streamText(card));
    const device = `sys/devices/usb1/${card.usb.port}`;
    if (card.usb.serial !== undefined) put(`${device}/serial`, `${card.usb.serial}\n`);
    put(`${device}/${card.usb.port}:1.0/uevent`, 'DRIVER=snd-usb-audio\n');
    mkdirSync(join(root, `sys/class/sound/card${number}`), { recursive: true });
    symlinkSync(join(root, device, `${card.usb.port}:1.0`), join(root, `sys/class/sound/card${number}/device`));
  }
}

function cardLines({ id, driver, name, longName }: CardShape, number: number): string {
  return `${`${number}`.padStart(2)} [${id.padEnd(15)}]: ${driver} - ${name}\n${' '.repeat(22)}${longName}\n`;
}

function info(card: number, device: string, id: string): string {
  const stream = device.endsWith('c') ? 'CAPTURE' : 'PLAYBACK';
  const { 0: number } = device;
  return `card: ${card}\ndevice: ${number}\nsubdevice: 0\nstream: ${stream}\nid: ${id}\nname: ${id}\nsubname: subdevice #0\nclass: 0\nsubclass: 0\nsubdevices_count: 1\nsubdevices_avail: 1\n`;
}

function streamText({ longName, usb }: CardShape): string {
  const part = (title: string, stream: StreamShape | undefined, endpoint: string): string =>
    stream === undefined
      ? ''
      : `\n${title}:\n  Status: Stop\n  Interface 1\n    Altset 1\n    Format: ${stream.format}\n    Channels: ${stream.channels}\n    Endpoint: ${endpoint}\n    Rates: ${stream.rates}\n${longName.includes('high') ? '    Data packet interval: 125 us\n' : ''}    Bits: ${stream.format === 'S16_LE' ? 16 : 24}\n`;
  return `${longName} : USB Audio\n${part('Playback', usb?.playback, '0x01 (1 OUT) (ASYNC)')}${part('Capture', usb?.capture, '0x81 (1 IN) (ASYNC)')}`;
}
