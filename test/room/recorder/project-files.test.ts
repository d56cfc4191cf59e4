import { describe, expect, test } from 'vitest';
import { audacityProject, type RecordedFile, reaperProject } from '../../../src/room/recorder/project-files.ts';

/** Three files of a session that a real server 3.9.1 recorded, with the project files that it wrote. */
const files: readonly RecordedFile[] = [
  { fileName: '____-127_0_0_1_23483-3276-1.wav', track: 'Al__-127_0_0_1_23483', startSample: 419_328, samples: 94_464 },
  { fileName: '____-127_0_0_1_23683-811-1.wav', track: 'AAAA-127_0_0_1_23683', startSample: 103_808, samples: 409_472 },
  { fileName: '____-127_0_0_1_23483-281-1.wav', track: 'Al__-127_0_0_1_23483', startSample: 35_968, samples: 328_064 },
];

const item = (position: string, length: string, iid: number, name: string, file: string) => `    <ITEM 
      FADEIN 0 0 0 0 0 0
      FADEOUT 0 0 0 0 0 0
      POSITION ${position}
      LENGTH ${length}
      IGUID {…}
      IID ${iid}
      NAME ${name}
      GUID {…}
      <SOURCE WAVE
        FILE "/rec/Jam-20261123-184819727/${file}"
      >
    >
`;
const REAPER = `<REAPER_PROJECT 0.1 "5.0" 1551567848
  RECORD_PATH "" ""
  SAMPLERATE 48000 0 0
  TEMPO 120 4 4
  <TRACK {…}
    NAME AAAA-127_0_0_1_23683
    TRACKID {…}
${item('2.16266666666667', '8.53066666666667', 0, 'AAAA-127_0_0_1_23683 (1)', '____-127_0_0_1_23683-811-1.wav')}  >
  <TRACK {…}
    NAME Al__-127_0_0_1_23483
    TRACKID {…}
${item('0.74933333333333', '6.83466666666667', 1, 'Al__-127_0_0_1_23483 (1)', '____-127_0_0_1_23483-281-1.wav')}${item('8.73600000000000', '1.96800000000000', 2, 'Al__-127_0_0_1_23483 (2)', '____-127_0_0_1_23483-3276-1.wav')}  >
>
`;

describe('The project files', () => {
  test('for Audacity are those of the real server', () => {
    expect(audacityProject(files)).toBe(
      'file "____-127_0_0_1_23683-811-1.wav" offset 2.16266666666667\n' +
        'file "____-127_0_0_1_23483-281-1.wav" offset 0.74933333333333\n' +
        'file "____-127_0_0_1_23483-3276-1.wav" offset 8.73600000000000\n',
    );
  });

  test('for Reaper are those of the real server', () => {
    const text = reaperProject(files, '/rec/Jam-20261123-184819727', () => crypto.randomUUID());
    expect(text.replace(/\{[0-9a-f-]{36}\}/g, '{…}')).toBe(REAPER);
  });

  test('for Reaper have another ID for everything, except that a track has its own twice', () => {
    const ids = reaperProject(files, '/rec', () => crypto.randomUUID()).match(/\{[0-9a-f-]{36}\}/g)!;
    expect(ids).toHaveLength(2 * 2 + 3 * 2);
    expect(new Set(ids).size).toBe(2 + 3 * 2);
  });
});
