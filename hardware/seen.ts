/**
 * What is known of each board, HAT and kind of USB sound card, and how. Whoever finds out more changes a cell here and runs
 * `node hardware/draw.ts`. Nothing is in it that follows from something else: that a board has its drivers (npm run image
 * fails otherwise), that an overlay compiles (test/hardware, npm run image).
 */

/** A report of a board that somebody has sent (.github/ISSUE_TEMPLATE/board-report.yml). */
export interface Sighting {
  readonly issue: number;
  /** Version of the card's image. */
  readonly version: string;
}

export interface BoardSeen {
  readonly board: string;
  /** Its trees in image/closure/boards.ts; none: Debian's kernel has no tree for it. */
  readonly trees: readonly string[];
  /** What was seen in QEMU; null = it has no such board. */
  readonly emulator: string | null;
  /** It started, and somebody saw it. */
  readonly seen: readonly Sighting[];
}

const KEYS_ON_RASPI3B = 'its tree on `raspi3b`: keys and lamps';

export const BOARDS_SEEN: readonly BoardSeen[] = [
  {
    board: '4B',
    trees: ['bcm2711-rpi-4-b'],
    emulator: 'starts to the service, the supplies of its card slot included; no picture (`raspi4b`)',
    seen: [],
  },
  { board: '400', trees: ['bcm2711-rpi-400'], emulator: null, seen: [] },
  { board: 'CM4 on its IO board', trees: ['bcm2711-rpi-cm4-io'], emulator: null, seen: [] },
  {
    board: '3B',
    trees: ['bcm2837-rpi-3-b'],
    emulator: "starts, HATs' cards appear, OLED is written (`raspi3b`)",
    seen: [],
  },
  { board: '3B+', trees: ['bcm2837-rpi-3-b-plus'], emulator: KEYS_ON_RASPI3B, seen: [] },
  { board: '3A+', trees: ['bcm2837-rpi-3-a-plus'], emulator: KEYS_ON_RASPI3B, seen: [] },
  {
    board: 'Zero 2 W',
    trees: ['bcm2837-rpi-zero-2-w'],
    emulator: `${KEYS_ON_RASPI3B}, whose pins its tree had given away`,
    seen: [],
  },
  { board: '5', trees: ['bcm2712-rpi-5-b', 'bcm2712-d-rpi-5-b'], emulator: null, seen: [] },
  { board: '500, CM5', trees: [], emulator: null, seen: [] },
];

export interface HatSeen {
  /** The first of its overlays in pins.ts. */
  readonly overlay: string;
  /** Kernel whose driver's controls the start values were compared with; null = its codec has no registers. */
  readonly comparedWith: string | null;
  /** Kernel under which its card came up in QEMU's `raspi3b` and took every start value; null = it was not tried. */
  readonly emulated: string | null;
  /** In and out, through its sockets. */
  readonly heard: readonly Sighting[];
}

export const HATS_SEEN: readonly HatSeen[] = [
  { overlay: 'audioinjector-wm8731-audio', comparedWith: '7.3.4', emulated: '7.3.4', heard: [] },
  { overlay: 'wm8960-soundcard', comparedWith: '7.3.4', emulated: null, heard: [] },
  { overlay: 'fe-pi-audio', comparedWith: '7.3.4', emulated: '6.12', heard: [] },
  { overlay: 'hifiberry-dacplusadcpro', comparedWith: '7.3.4', emulated: '6.12', heard: [] },
  { overlay: 'iqaudio-codec', comparedWith: '7.3.4', emulated: '6.12', heard: [] },
  { overlay: 'hifiberry-dac', comparedWith: null, emulated: '6.12', heard: [] },
];

export interface UsbCardSeen {
  readonly kind: string;
  /** What the box does with such a card of ours behind the ALSA library (test/testcard): no USB is in it. */
  readonly testCard: string;
  /** What was seen in QEMU with the kernel's own USB driver; null = it was not tried. */
  readonly emulator: string | null;
  readonly heard: readonly Sighting[];
}

/** All of them have a driver on every board: USB sound is among the needs of image/closure/boards.ts. */
export const USB_CARDS_SEEN: readonly UsbCardSeen[] = [
  {
    kind: 'stereo in and out, 48 kHz',
    testCard: 'found, played, pulled out and plugged in again, in every format',
    emulator: 'found, named, played in and out with periods of 256 × 4, pulled out and plugged in again (Linux 7.3.4)',
    heard: [],
  },
  { kind: 'more channels', testCard: 'any two of 3, 4 and 18 are played', emulator: null, heard: [] },
  { kind: 'mono', testCard: 'both sides get the same', emulator: null, heard: [] },
  { kind: 'input or output only', testCard: 'the one that is there is played', emulator: null, heard: [] },
  { kind: '44.1 kHz only', testCard: 'refused, with the reason', emulator: null, heard: [] },
];
