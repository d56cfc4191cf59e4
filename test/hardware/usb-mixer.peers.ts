/**
 * Start values of USB sound cards, through the real amixer and alsa-lib on a mixer without hardware. The controls are those
 * that owners have shown of these cards.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { writeTestMixerConf } from '../testcard/build.ts';

const SCRIPT = join(import.meta.dirname, '../../hardware/mixers/set-usb-mixer');

/** C-Media's chip in cheap adapters: quiet, muted, automatic gain, the microphone in the headphones. */
const CM108 = [
  'Speaker Playback Switch|boolean|0',
  'Speaker Playback Volume|integer|50,50|0|151|-2837|-6',
  'Mic Playback Switch|boolean|1',
  'Mic Playback Volume|integer|12|0|31|-3450|1200',
  'Mic Capture Switch|boolean|0',
  'Mic Capture Volume|integer|35|0|35|-1600|2381',
  'Auto Gain Control|boolean|1',
];
const CM108_STARTED = [
  'Speaker Playback Switch|boolean|1',
  'Speaker Playback Volume|integer|151,151|0|151|-2837|-6',
  'Mic Playback Switch|boolean|0',
  'Mic Playback Volume|integer|12|0|31|-3450|1200',
  'Mic Capture Switch|boolean|1',
  'Mic Capture Volume|integer|14|0|35|-1600|2381',
  'Auto Gain Control|boolean|0',
];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** A card of these controls comes, as number 1. */
function plugIn(controls: readonly string[], { id = '0d8c:0014', serial = '' } = {}): void {
  rmSync(join(folder, 'sys'), { recursive: true, force: true });
  const device = join(folder, 'sys/devices/1-1');
  mkdirSync(join(device, '1-1:1.0'), { recursive: true });
  mkdirSync(join(folder, 'sys/class/sound/card1'), { recursive: true });
  symlinkSync(join(device, '1-1:1.0'), join(folder, 'sys/class/sound/card1/device'));
  const [vendor, product] = id.split(':');
  writeFileSync(join(device, 'idVendor'), `${vendor}\n`);
  writeFileSync(join(device, 'idProduct'), `${product}\n`);
  if (serial !== '') writeFileSync(join(device, 'serial'), `${serial}\n`);
  writeFileSync(join(folder, '1'), `${controls.join('\n')}\n`);
}

function setMixer() {
  const env = {
    ...process.env,
    ...writeTestMixerConf(folder),
    JAMBOX_SYS: join(folder, 'sys'),
    JAMBOX_KEPT: join(folder, 'kept'),
  };
  const { status, stdout, stderr } = spawnSync(SCRIPT, ['1'], { env, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

const now = () => readFileSync(join(folder, '1'), 'utf8').trimEnd().split('\n');

describe('a USB card that is met for the first time', () => {
  it('is heard at 0 dB, hears at 0 dB without automatic gain, and lets no microphone through to the headphones', () => {
    plugIn(CM108);
    expect(setMixer()).toEqual({ status: 0, said: '0d8c-0014-: 3 set\n' });
    expect(now()).toEqual(CM108_STARTED);
  });

  it('is switched on in all its channels and controls of one name', () => {
    const umc404 = [
      'Mic Capture Switch|boolean|1,1,0,0',
      'Mic Capture Volume|integer|127,127,0,0|0|127|-12700|0',
      'Mic Capture Switch|boolean|0',
      'Mic Capture Volume|integer|3|0|127|-12700|0',
      'UMC404HD 192k Output Playback Switch|boolean|1,1,0,0',
      'UMC404HD 192k Output Playback Volume|integer|127,127,0,0|0|127|-12700|0',
    ];
    plugIn(umc404, { id: '1397:0509' });
    setMixer();
    expect(now()).toEqual([
      'Mic Capture Switch|boolean|1,1,1,1',
      'Mic Capture Volume|integer|127,127,127,127|0|127|-12700|0',
      'Mic Capture Switch|boolean|1',
      'Mic Capture Volume|integer|127|0|127|-12700|0',
      'UMC404HD 192k Output Playback Switch|boolean|1,1,1,1',
      'UMC404HD 192k Output Playback Volume|integer|127,127,127,127|0|127|-12700|0',
    ]);
  });

  it('that names no decibels, or the same for all, plays at 100 %, and its microphone stays', () => {
    plugIn([
      'PCM Playback Volume|integer|3|0|255|0|0',
      'Headphone Playback Volume|integer|10|0|80',
      'Mic Capture Volume|integer|7|0|40',
    ]);
    setMixer();
    expect(now()).toEqual([
      'PCM Playback Volume|integer|255|0|255|0|0',
      'Headphone Playback Volume|integer|80|0|80',
      'Mic Capture Volume|integer|7|0|40',
    ]);
  });

  it('is heard where its maker has named the output', () => {
    // QEMU's usb-audio.
    const name = 'Audio Output Volume Control Playback';
    plugIn([`${name} Switch|boolean|0`, `${name} Volume|integer|240,240|0|256|-12800|0`], { id: '46f4:0002' });
    setMixer();
    expect(now()).toEqual([`${name} Switch|boolean|1`, `${name} Volume|integer|256,256|0|256|-12800|0`]);
  });

  it('is not made louder than 0 dB', () => {
    plugIn(['PCM Playback Volume|integer|0,0|0|100|-8000|2000']);
    setMixer();
    expect(now()).toEqual(['PCM Playback Volume|integer|80,80|0|100|-8000|2000']);
  });

  it('keeps what nobody can know the meaning of', () => {
    const desk = [
      'Mix A Input 01 Playback Volume|integer|10|0|172|-8000|600',
      'Clock Source Switch|boolean|1',
      'Loopback Mix Capture Switch|boolean|0',
    ];
    plugIn(desk, { id: '0123:4567' });
    expect(setMixer().said).toBe('0123-4567-: no controls to set\n');
    expect(now()).toEqual(desk);
  });

  it('with a line output alone is heard by that; beside another output "Line" is the way of an input, and stays', () => {
    plugIn(['Line Playback Switch|boolean|0', 'Line Playback Volume|integer|5|0|10|-1000|0']);
    setMixer();
    expect(now()).toEqual(['Line Playback Switch|boolean|1', 'Line Playback Volume|integer|10|0|10|-1000|0']);
    plugIn(['PCM Playback Switch|boolean|0', 'Line Playback Switch|boolean|0'], { id: '0123:4567' });
    setMixer();
    expect(now()).toEqual(['PCM Playback Switch|boolean|1', 'Line Playback Switch|boolean|0']);
  });

  it('of a maker whose cards keep their own mixes is left alone', () => {
    plugIn(CM108, { id: '1235:8210' });
    expect(setMixer().said).toBe('1235-8210-: keeps its own values\n');
    expect(now()).toEqual(CM108);
  });
});

describe('a USB card that comes again', () => {
  it('with the values of the first time has forgotten ours, and gets them anew', () => {
    plugIn(CM108);
    setMixer();
    plugIn(CM108);
    expect(setMixer().said).toBe('0d8c-0014-: 3 set\n');
    expect(now()).toEqual(CM108_STARTED);
  });

  it('with ours, or with what somebody has set, is left as it is', () => {
    plugIn(CM108);
    setMixer();
    expect(setMixer().said).toBe('0d8c-0014-: left as it is\n');
    const changed = now().map((line) => line.replace('151,151', '100,100'));
    plugIn(changed);
    setMixer();
    expect(now()).toEqual(changed);
  });

  it('is known by its serial number where it has one', () => {
    plugIn(CM108, { serial: '../A 1' });
    expect(setMixer().said).toBe('0d8c-0014-.._A_1: 3 set\n');
    plugIn(CM108_STARTED, { serial: 'B' });
    expect(setMixer().said).toBe('0d8c-0014-B: 3 set\n');
  });
});

it('a card that has gone meanwhile is an error in the journal, and no more', () => {
  plugIn(CM108);
  rmSync(join(folder, '1'));
  expect(setMixer()).toEqual({ status: 1, said: 'card 1 has gone\n' });
});
