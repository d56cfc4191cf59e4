/** The tables of README.md on what is known, made from seen.ts. */
import { replacePart, table } from './markdown.ts';
import { HATS } from './pins.ts';
import { BOARDS_SEEN, type BoardSeen, HATS_SEEN, type HatSeen, type Sighting, USB_CARDS_SEEN } from './seen.ts';

function people(sightings: readonly Sighting[]): string {
  return sightings.map(({ issue, version }) => `#${issue} (${version})`).join(', ') || 'nobody';
}

function drivers({ trees }: BoardSeen): string {
  if (trees.length === 0) return "no: Debian's kernel has no device tree";
  return trees.some((tree) => tree.startsWith('bcm2712')) ? 'yes, without HAT' : 'yes';
}

function boardTable(): string {
  return table([
    ['board', 'drivers and pins', 'in an emulator (QEMU)', 'seen by somebody'],
    ...BOARDS_SEEN.map((board) => [board.board, drivers(board), board.emulator ?? 'none has it', people(board.seen)]),
  ]);
}

function emulated({ comparedWith, emulated: kernel }: HatSeen): string {
  if (kernel === null) return 'no';
  return comparedWith === null ? `card comes up (Linux ${kernel})` : `card comes up, values taken (Linux ${kernel})`;
}

function hatTable(): string {
  return table([
    [
      'HAT',
      'overlay',
      "start values compared with the driver's source",
      'in an emulator (`raspi3b`)',
      'heard by somebody',
    ],
    ...HATS_SEEN.map((hat) => [
      HATS.find(({ overlays }) => overlays[0] === hat.overlay)?.title ?? hat.overlay,
      'compiles, applies',
      hat.comparedWith === null ? 'has none' : `Linux ${hat.comparedWith}`,
      emulated(hat),
      people(hat.heard),
    ]),
  ]);
}

function usbTable(): string {
  return table([
    ['USB sound card', 'driver', 'on test cards (ALSA library, no USB)', 'in an emulator (QEMU)', 'heard by somebody'],
    ...USB_CARDS_SEEN.map(({ kind, testCard, emulator, heard }) => [
      kind,
      'on every board',
      testCard,
      emulator ?? 'no',
      people(heard),
    ]),
  ]);
}

/** The document with its tables brought up to date. */
export function withSeenTables(document: string): string {
  return replacePart(document, 'seen', [boardTable(), hatTable(), usbTable()]);
}
