import { describe, expect, it } from 'vitest';
import type { BoardReading } from '../../src/linux/board.ts';
import { exitCode, type Finding, fail, findingLine, forBoard, look, ok, summary } from '../../src/selftest/finding.ts';
import { judgeLoop, type LoopResult } from '../../src/selftest/judge-loop.ts';
import { judgeMachine } from '../../src/selftest/judge-machine.ts';
import { judgeNetwork, judgeServer } from '../../src/selftest/judge-network.ts';
import { gesturesOf, judgeDevices, judgeLamps, judgeOled, judgePresses } from '../../src/selftest/judge-panel.ts';
import { judgeRealtime, type WakeUpLatency } from '../../src/selftest/judge-realtime.ts';
import { judgeCard, judgeRefusal, judgeRun, type SoundRun } from '../../src/selftest/judge-sound.ts';
import type { LoopPath } from '../../src/selftest/loop-signal.ts';
import type { MachineReading } from '../../src/selftest/machine-reading.ts';

function verdicts(findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(findings.map(({ item, verdict }) => [item, verdict]));
}

function notOk(findings: readonly Finding[]): Record<string, string> {
  return verdicts(findings.filter(({ verdict }) => verdict !== 'OK'));
}

const ROOT_OVERLAY = { type: 'overlay', readOnly: false, lower: '/ro' };
const BOARD: BoardReading = {
  ...{ model: 'Raspberry Pi 4 Model B Rev 1.5', chip: 'bcm2711', revision: 'd03115' },
  bootloaderMs: Date.UTC(2023, 0, 11),
};
const BOX: MachineReading = {
  board: BOARD,
  kernel: '6.12.117+deb13-rt-arm64',
  preemptRt: true,
  isolated: '3',
  nohzFull: '3',
  rcuNocbs: '3',
  commandLine: ['irqaffinity=0-2', 'threadirqs'],
  governors: Array(4).fill('performance'),
  clockKhz: 1_500_000,
  fullClockKhz: 1_500_000,
  swapAreas: 0,
  root: ROOT_OVERLAY,
  data: { type: 'ext4', readOnly: false, lower: null },
  dataWritable: true,
  dataFreeBytes: 20e9,
  dataBytes: 30e9,
};
const COOL = { temperatureC: 48, underVoltage: false };

describe('A finding', () => {
  it('is one line with its verdict, and what to do when there is something', () => {
    expect(findingLine(ok('swap', 'none'))).toBe('OK    swap              none');
    expect(findingLine(look('loop', 'nothing', 'plug in'))).toBe('LOOK  loop              nothing -> plug in');
  });

  it('of the worst kind makes the exit code', () => {
    const some = [ok('a', ''), look('b', '', ''), fail('c', '', '')];
    expect(exitCode(some)).toBe(1);
    expect(exitCode(some.slice(0, 2))).toBe(0);
    expect(summary(some)).toBe('1 OK, 1 LOOK, 1 FAIL');
  });

  it('that fails on the box is worth a look elsewhere', () => {
    expect(forBoard(false, fail('a', 'x', 'y')).verdict).toBe('LOOK');
    expect(forBoard(true, fail('a', 'x', 'y')).verdict).toBe('FAIL');
    expect(forBoard(false, ok('a', 'x')).verdict).toBe('OK');
  });
});

describe('The machine', () => {
  it('is right when it is as the image makes it', () => {
    expect(notOk(judgeMachine(BOX, COOL, 3))).toEqual({});
  });

  it.each<[string, Partial<MachineReading>, string, string]>([
    ['another board', { board: { ...BOARD, model: 'Raspberry Pi 1 Model B', chip: null } }, 'board', 'LOOK'],
    ['an old boot program', { board: { ...BOARD, bootloaderMs: Date.UTC(2022, 10, 30) } }, 'boot program', 'FAIL'],
    ['a boot program of unknown age', { board: { ...BOARD, bootloaderMs: null } }, 'boot program', 'LOOK'],
    ['a kernel without PREEMPT_RT', { preemptRt: false }, 'kernel', 'FAIL'],
    ['another isolated core', { isolated: '2' }, 'isolated core', 'FAIL'],
    ['no core without ticks', { nohzFull: '' }, 'timer tick', 'FAIL'],
    ['rcu on the core', { rcuNocbs: null }, 'rcu callbacks', 'FAIL'],
    ['interrupts on the core', { commandLine: ['irqaffinity=0-3', 'threadirqs'] }, 'interrupts', 'FAIL'],
    ['interrupts outside of threads', { commandLine: ['irqaffinity=0-2'] }, 'interrupts', 'LOOK'],
    ['a lazy governor', { governors: ['performance', 'schedutil'] }, 'governor', 'FAIL'],
    ['a slowed-down clock', { clockKhz: 600_000 }, 'clock', 'FAIL'],
    ['swap', { swapAreas: 1 }, 'swap', 'FAIL'],
    ['a writable root', { root: { type: 'ext4', readOnly: false, lower: null } }, 'root file system', 'FAIL'],
    ['no data partition', { data: null }, '/data', 'FAIL'],
    ['a data partition with errors', { data: { type: 'ext4', readOnly: true, lower: null } }, '/data', 'FAIL'],
    ['settings in memory', { data: { type: 'tmpfs', readOnly: false, lower: null } }, '/data', 'FAIL'],
    ['too little rights', { dataWritable: false }, '/data', 'LOOK'],
    ['a full data partition', { dataFreeBytes: 1e6 }, '/data', 'LOOK'],
  ])('is found out with %s', (_, change, item, verdict) => {
    expect(notOk(judgeMachine({ ...BOX, ...change }, COOL, 3))).toEqual({ [item]: verdict });
  });
  it('a new card that has not grown yet is as it should be', () => {
    expect(notOk(judgeMachine({ ...BOX, dataFreeBytes: 9e7, dataBytes: 1.2e8 }, COOL, 3))).toEqual({});
  });

  it.each([
    ['Raspberry Pi 400 Rev 1.0', 'Raspberry Pi Imager'],
    ['Raspberry Pi Compute Module 4 Rev 1.0', 'rpiboot'],
  ])('says how an old boot program of a %s is renewed', (model, how) => {
    const board = { ...BOARD, model, bootloaderMs: Date.UTC(2021, 3, 29) };
    const found = judgeMachine({ ...BOX, board }, COOL, 3).find(({ item }) => item === 'boot program');
    expect(found).toMatchObject({ verdict: 'FAIL', text: 'of 2021-04-29, too old to try an update' });
    expect(found?.todo).toContain(how);
  });

  it('says that a Pi 5 needs a USB sound card', () => {
    const board = { ...BOARD, model: 'Raspberry Pi 5 Model B Rev 1.0', chip: 'bcm2712', bootloaderMs: null } as const;
    const found = judgeMachine({ ...BOX, board }, COOL, 3);
    expect(notOk(found)).toEqual({});
    expect(found.find(({ item }) => item === 'board')?.text).toContain('USB sound card');
  });

  it('tells of heat and a weak supply', () => {
    const hot = judgeMachine(BOX, { temperatureC: 82, underVoltage: true }, 3);
    expect(notOk(hot)).toEqual({ temperature: 'FAIL', 'power supply': 'FAIL' });
    expect(notOk(judgeMachine(BOX, { ...COOL, temperatureC: 75 }, 3))).toEqual({ temperature: 'LOOK' });
  });

  it('never fails on a machine that is no board', () => {
    const board = { model: null, chip: null, revision: null, bootloaderMs: null };
    const other = { ...BOX, board, preemptRt: false, isolated: '', data: null, swapAreas: 2 };
    expect(exitCode(judgeMachine(other, { temperatureC: null, underVoltage: null }, 3))).toBe(0);
  });
});

describe('Real time', () => {
  const latency = (change: Partial<WakeUpLatency>): WakeUpLatency => ({
    core: 3,
    grant: { threadId: 1, fifo: { priority: 80 }, core: { core: 3 } },
    ...{ seconds: 10, p50Us: 6, p99Us: 20, p999Us: 31, maxUs: 70 },
    ...change,
  });
  const other = latency({ core: 0, maxUs: 900 });

  it('is right on a quiet core', () => {
    expect(notOk(judgeRealtime(latency({}), other, true))).toEqual({});
  });

  it('fails without rights, off its core, and when it wakes too late', () => {
    const refused = latency({ grant: { threadId: 1, fifo: { refused: 'no' }, core: { core: 3 } } });
    const elsewhere = latency({ grant: { threadId: 1, fifo: { priority: 80 }, core: { refused: 'no' } } });
    expect(notOk(judgeRealtime(refused, other, true))).toEqual({ 'real-time rights': 'FAIL' });
    expect(notOk(judgeRealtime(elsewhere, undefined, true))).toEqual({ 'real-time rights': 'FAIL' });
    expect(notOk(judgeRealtime(latency({ maxUs: 700 }), other, true))).toEqual({ 'wake-up core 3': 'FAIL' });
    expect(notOk(judgeRealtime(latency({ maxUs: 300 }), other, true))).toEqual({ 'wake-up core 3': 'LOOK' });
    expect(notOk(judgeRealtime(latency({}), { ...other, p999Us: 5000 }, true))).toEqual({ 'wake-up core 0': 'LOOK' });
  });

  it('tells the numbers', () => {
    expect(judgeRealtime(latency({}), undefined, true)[1]?.text).toBe(
      'late by p50 6, p99 20, p99.9 31, max 70 µs in 10 s',
    );
  });
});

describe('The sound card', () => {
  const wanted = { periodFrames: 64, periods: 2 };
  const granted = { format: 'S32_LE', channels: 2, periodFrames: 64, bufferFrames: 128 } as const;
  const run: SoundRun = {
    ...{ seconds: 60, description: '', periodFrames: 64, realtime: true, lost: false },
    ...{ periods: 45_000, xruns: 0, missed: 0 },
    processingTime: { p50Us: 60, p99Us: 110, p999Us: 150, maxUs: 300 },
    wakeUpLatency: { p50Us: 20, p99Us: 40, p999Us: 60, maxUs: 100 },
    clock: { ppm: -12.3, uncertaintyPpm: 2, seconds: 60 },
  };

  it('is right when it gives what was asked for', () => {
    expect(judgeCard('capture', granted, wanted, true)).toMatchObject({
      verdict: 'OK',
      text: 'S32_LE, 2 channels, 48 kHz, period 64, buffer 128',
    });
    expect(judgeCard('capture', { ...granted, periodFrames: 128 }, wanted, true).verdict).toBe('LOOK');
    expect(judgeCard('capture', { ...granted, channels: 1 }, wanted, true).verdict).toBe('LOOK');
  });

  it('that another program has says so', () => {
    const busy = judgeCard('capture', { error: 'busy', problem: 'card-busy' }, wanted, true);
    expect(busy).toMatchObject({ verdict: 'FAIL', todo: expect.stringContaining('systemctl stop jambox') });
    expect(judgeCard('capture', { error: 'none', problem: 'no-sound-card' }, wanted, false).verdict).toBe('LOOK');
  });

  it('that does not fit says why, in the words of the screens and in its own', () => {
    expect(judgeCard('playback', { error: 'only 44100 Hz', problem: 'card-rate' }, wanted, true)).toMatchObject({
      verdict: 'FAIL',
      text: 'Sound card has no 48 kHz. (only 44100 Hz)',
      todo: expect.stringContaining('another card'),
    });
    expect(judgeRefusal('sound engine', { error: 'hw:1, hw:2', problem: 'two-clocks' })).toMatchObject({
      verdict: 'FAIL',
      text: 'Two cards have two clocks. (hw:1, hw:2)',
    });
  });

  it('that has no input is no fault', () => {
    expect(judgeCard('capture', { error: 'no such file', problem: 'listen-only' }, wanted, true)).toMatchObject({
      verdict: 'LOOK',
      todo: 'You can listen; nothing is sent.',
    });
  });

  it('runs rightly, with all its numbers', () => {
    expect(notOk(judgeRun(run))).toEqual({});
    expect(judgeRun(run).map(({ text }) => text)).toContain('-12.3 ppm (± 2.0) in 60 s');
  });

  it.each<[string, Partial<SoundRun>, string, string]>([
    ['xruns', { xruns: 1 }, 'xruns', 'FAIL'],
    ['a card that stops', { lost: true }, 'xruns', 'FAIL'],
    [
      'work that fills half of a period',
      { processingTime: { ...run.processingTime, p999Us: 700 } },
      'work of a period',
      'LOOK',
    ],
    ['work that does not fit', { processingTime: { ...run.processingTime, p999Us: 1400 } }, 'work of a period', 'FAIL'],
    ['late wake-ups', { wakeUpLatency: { ...run.wakeUpLatency, maxUs: 700 } }, 'card wake-up', 'LOOK'],
    ['a bad crystal', { clock: { ppm: 180, uncertaintyPpm: 5, seconds: 60 } }, 'card clock', 'LOOK'],
    ['a wrong clock', { clock: { ppm: -88_000, uncertaintyPpm: 5, seconds: 60 } }, 'card clock', 'FAIL'],
    ['a look too short', { clock: { ppm: 60, uncertaintyPpm: 90, seconds: 2 } }, 'card clock', 'LOOK'],
    ['no look at all', { clock: undefined }, 'card clock', 'LOOK'],
  ])('is found out with %s', (_, change, item, verdict) => {
    expect(notOk(judgeRun({ ...run, ...change }))).toEqual({ [item]: verdict });
  });
});

describe('The loop', () => {
  const quiet = { rmsDbfs: -84, offset: 0, hum50Dbfs: -95, hum60Dbfs: -97, isDead: false };
  const path = (from: 'left' | 'right', to: 'left' | 'right', change: Partial<LoopPath> = {}): LoopPath => ({
    ...{ from, to, delaysFrames: [172, 172, 172], gainDb: -1.2, inverted: false },
    ...change,
  });
  const straight = [path('left', 'left'), path('right', 'right')];
  const result: LoopResult = {
    ...{ bufferFrames: 128, xruns: 0, noise: { left: quiet, right: quiet }, paths: straight, clipped: false },
  };
  const judged = (change: Partial<LoopResult>) => notOk(judgeLoop({ ...result, ...change }));

  it('is right with a straight cable, and tells the delay', () => {
    expect(judged({})).toEqual({});
    expect(judgeLoop(result).find(({ item }) => item === 'loop delay')?.text).toBe(
      '172 frames = 3.58 ms: buffer 128, converters 44',
    );
  });

  it('is no failure without a cable, and nothing without --loop', () => {
    expect(judged({ paths: [] })).toEqual({ loop: 'LOOK' });
    expect(judgeLoop({ ...result, paths: undefined })).toHaveLength(2);
  });

  it('finds swapped, missing and doubled sides', () => {
    expect(judged({ paths: [path('left', 'right'), path('right', 'left')] })).toEqual({ 'loop sides': 'FAIL' });
    expect(judged({ paths: [path('left', 'left')] })).toEqual({ 'loop sides': 'LOOK' });
    const all = [...straight, path('left', 'right'), path('right', 'left')];
    expect(judged({ paths: all })).toEqual({ 'loop sides': 'LOOK' });
  });

  it('finds a wrongly wired plug, and says when both sides are inverted', () => {
    const right = path('right', 'right', { inverted: true });
    expect(judged({ paths: [path('left', 'left'), right] })).toEqual({ 'loop polarity': 'FAIL' });
    expect(judged({ paths: [path('left', 'left', { inverted: true }), right] })).toEqual({ 'loop polarity': 'LOOK' });
  });

  it('finds delays that vary or are not the box, and levels that do not fit', () => {
    const all = (change: Partial<LoopPath>) => straight.map((way) => ({ ...way, ...change }));
    expect(judged({ paths: all({ delaysFrames: [172, 172, 236] }) })).toEqual({ 'loop delay': 'LOOK' });
    expect(judged({ paths: all({ delaysFrames: [900, 900, 900] }) })).toEqual({ 'loop delay': 'LOOK' });
    expect(judged({ paths: all({ gainDb: -30 }) })).toEqual({ 'loop level': 'LOOK' });
    expect(judged({ paths: [path('left', 'left'), path('right', 'right', { gainDb: -5 })] })).toEqual({
      'loop level': 'LOOK',
    });
    expect(judged({ clipped: true })).toEqual({ 'loop level': 'LOOK' });
  });

  it('finds noise, hum, and an input that is off', () => {
    const noise = (left: Partial<typeof quiet>) => ({ noise: { left: { ...quiet, ...left }, right: quiet } });
    expect(judged(noise({ rmsDbfs: -50 }))).toEqual({ 'input noise': 'LOOK' });
    expect(judged(noise({ hum60Dbfs: -60 }))).toEqual({ 'input hum': 'LOOK' });
    expect(judged(noise({ isDead: true, rmsDbfs: -200 }))).toEqual({ 'input noise': 'LOOK' });
  });
});

describe('The panel', () => {
  it('needs both devices with a knob, and the keys alone without', () => {
    expect(judgeDevices('encoder', ['jambox-keys', 'jambox-encoder'], true).verdict).toBe('OK');
    expect(judgeDevices('encoder', ['jambox-keys'], true)).toMatchObject({
      verdict: 'FAIL',
      text: 'missing: jambox-encoder',
    });
    expect(judgeDevices('five-buttons', ['jambox-keys'], true).verdict).toBe('OK');
  });

  it('tells a silent display by its place', () => {
    const settings = { oled: 'ssd1306', oledBus: 1, oledAddress: 0x3c };
    expect(judgeOled(settings, undefined, true).verdict).toBe('OK');
    expect(judgeOled(settings, 'Remote I/O error', true).text).toBe('no answer at /dev/i2c-1 0x3c (Remote I/O error)');
  });

  it('knows a knob that turns the wrong way', () => {
    const presses = gesturesOf('encoder').map((gesture) => ({ gesture, seen: gesture.name !== 'knob right' }));
    const found = judgePresses(presses);
    expect(notOk(found)).toEqual({ 'knob right': 'FAIL' });
    expect(found.find(({ item }) => item === 'knob right')?.todo).toContain('exchange');
  });

  it('fails for a lamp that does not obey', () => {
    expect(verdicts(judgeLamps(['a:b:mute', 'a:b:connect'], ['a:b:mute'], true))).toEqual({
      'lamp mute': 'OK',
      'lamp connect': 'FAIL',
    });
  });
});

describe('The network', () => {
  it('is told cable, address and router', () => {
    const system = { carrier: true, address: '192.0.2.7', defaultRoute: true };
    expect(notOk(judgeNetwork(system))).toEqual({});
    expect(notOk(judgeNetwork({ carrier: false, address: null, defaultRoute: false }))).toEqual({
      'network cable': 'FAIL',
      address: 'FAIL',
      router: 'LOOK',
    });
  });

  it('is told how a server answers', () => {
    const answer = { kind: 'pinged', lookUpMs: 12, sent: 4, timesMs: [14, 13, 15, 13.5], musicians: 3 } as const;
    expect(judgeServer('jam.example.org', answer)[1]).toMatchObject({
      verdict: 'OK',
      text: '13.0 / 13.8 / 15.0 ms (least, median, most), 0 of 4 lost, 3 connected',
    });
    const ping = (timesMs: readonly number[]) => judgeServer('s', { ...answer, timesMs })[1]?.verdict;
    expect(ping([13, 14])).toBe('LOOK');
    expect(ping([50, 51, 52, 50])).toBe('LOOK');
    expect(ping([13, 14, 60, 13])).toBe('LOOK');
    expect(ping([])).toBe('FAIL');
    expect(judgeServer('s', { kind: 'unresolved', error: 'not-found' })[0]).toMatchObject({ verdict: 'FAIL' });
  });
});
