/** The board and its boot program, from device trees of our own making. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type BoardReading, bootloaderFitness, readBoard } from '../../src/linux/board.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

let root = '';
beforeEach(() => {
  root = temporaryFolder();
});

const put = (path: string, content: string | Buffer) =>
  writeBelow(join(root, 'sys/firmware/devicetree/base'), path, content);

const cell = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

it('reads what the firmware of a Pi 4 tells', () => {
  put('model', 'Raspberry Pi 4 Model B Rev 1.5\0');
  put('compatible', 'raspberrypi,4-model-b\0brcm,bcm2711\0');
  put('system/linux,revision', cell(0xd03115));
  put('chosen/bootloader/build-timestamp', cell(1_673_397_285));
  const board = readBoard(root);
  expect(board).toEqual({
    ...{ model: 'Raspberry Pi 4 Model B Rev 1.5', chip: 'bcm2711', revision: 'd03115' },
    bootloaderMs: 1_673_397_285_000,
  });
  expect(bootloaderFitness(board)).toBe('fit');
});

it('is content with nothing, and with nonsense', () => {
  const nothing: BoardReading = { model: null, chip: null, revision: null, bootloaderMs: null };
  expect(readBoard(root)).toEqual(nothing);
  put('chosen/bootloader/build-timestamp', 'abc');
  put('compatible', 'acme,phone\0');
  expect(readBoard(root)).toEqual(nothing);
});

it.each<[string, Partial<BoardReading>, string]>([
  ['a Pi 4 of November 2022', { chip: 'bcm2711', bootloaderMs: Date.UTC(2022, 10, 30) }, 'too-old'],
  ['a Pi 4 of the first day', { chip: 'bcm2711', bootloaderMs: Date.UTC(2022, 11, 1) }, 'fit'],
  ['a Pi 4 that does not tell', { chip: 'bcm2711' }, 'unknown'],
  ['a Pi 3, which has it on the card', { chip: 'bcm2837' }, 'fit'],
  ['a Pi 5', { chip: 'bcm2712' }, 'fit'],
  ['no board', {}, 'unknown'],
])('the boot program of %s', (_, change, fitness) => {
  expect(bootloaderFitness({ model: null, chip: null, revision: null, bootloaderMs: null, ...change })).toBe(fitness);
});
