/** Board, kernel and file systems: from readings to findings. Pure. */
import type { SystemReading } from '../box/state.ts';
import { type BoardReading, bootloaderFitness, needsUsbCard } from '../linux/board.ts';
import { type Finding, fail, forBoard, look, ok } from './finding.ts';
import { hasCore, type MachineReading, type Mount } from './machine-reading.ts';

const WARM_C = 70;
/** The firmware of a Pi slows the processor down from here on. */
const HOT_C = 80;
/** A new card's, before jambox-grow has run; every card that is sold is larger when it has. */
const GROWN_BYTES = 1e9;
const LEAST_FREE_BYTES = 200e6;
const BOOTLOADER_TODO = "write Raspberry Pi Imager's Bootloader image to a card, start the board with it once";
/** Its ROM never runs recovery.bin from a card (Raspberry Pi documentation, "Compute Module 4 bootloader"). */
const BOOTLOADER_TODO_CM4 = "renew it with rpiboot and its folder 'recovery'";
const COMMAND_LINE = 'see cmdline.txt of the boot partition';

export function isPi({ board }: MachineReading): boolean {
  return /Raspberry Pi/.test(board.model ?? '');
}

export function judgeMachine(
  machine: MachineReading,
  system: Pick<SystemReading, 'temperatureC' | 'underVoltage'>,
  core: number,
): readonly Finding[] {
  const board = isPi(machine);
  return [
    judgeBoard(machine.board),
    ...judgeBootloader(machine.board),
    judgeKernel(machine),
    judgeCore('isolated core', machine.isolated, core, 'isolcpus'),
    judgeCore('timer tick', machine.nohzFull, core, 'nohz_full'),
    judgeCore('rcu callbacks', machine.rcuNocbs, core, 'rcu_nocbs'),
    judgeInterrupts(machine, core),
    judgeGovernor(machine),
    judgeClock(machine),
    judgeTemperature(system.temperatureC),
    judgePower(system.underVoltage),
    judgeSwap(machine),
    judgeRoot(machine.root),
    judgeData(machine),
  ].map((finding) => forBoard(board, finding));
}

function judgeBoard(board: BoardReading): Finding {
  const { model, chip, revision } = board;
  if (model === null) return look('board', 'no device tree: not a Raspberry Pi', 'expect LOOK below', { model });
  const numbers = { model, revision };
  const text = revision === null ? model : `${model}, revision ${revision}`;
  if (needsUsbCard(board)) return ok('board', `${text}: plays through a USB sound card, not through a HAT`, numbers);
  if (chip !== null) return ok('board', text, numbers);
  return look('board', text, 'not one of the boards this image is made for (hardware/README.md)', numbers);
}

function judgeBootloader(board: BoardReading): readonly Finding[] {
  const { chip, model, bootloaderMs } = board;
  if (chip !== 'bcm2711') return [];
  const built = bootloaderMs === null ? null : new Date(bootloaderMs).toISOString().slice(0, 10);
  const todo = /Compute Module 4/.test(model ?? '') ? BOOTLOADER_TODO_CM4 : BOOTLOADER_TODO;
  switch (bootloaderFitness(board)) {
    case 'fit':
      return [ok('boot program', `of ${built}`, { built })];
    case 'too-old':
      return [fail('boot program', `of ${built}, too old to try an update`, todo, { built })];
    case 'unknown':
      return [look('boot program', 'its age is not told', 'updates need one of December 2022 or newer', { built })];
  }
}

function judgeKernel({ kernel, preemptRt }: MachineReading): Finding {
  const numbers = { kernel, preemptRt };
  if (preemptRt) return ok('kernel', `${kernel}, PREEMPT_RT`, numbers);
  return fail('kernel', `${kernel ?? 'unknown'}, not PREEMPT_RT`, "boot the image's own kernel", numbers);
}

function judgeCore(item: string, cores: string | null, core: number, option: string): Finding {
  const numbers = { cores, core };
  if (hasCore(cores, core)) return ok(item, `core ${core} (${option}: ${cores})`, numbers);
  return fail(item, `${option} does not name core ${core} (it says: ${cores || 'none'})`, COMMAND_LINE, numbers);
}

function judgeInterrupts({ commandLine }: MachineReading, core: number): Finding {
  const affinity = commandLine.find((word) => word.startsWith('irqaffinity='))?.slice('irqaffinity='.length) ?? null;
  const numbers = { irqaffinity: affinity, threadirqs: commandLine.includes('threadirqs') };
  if (affinity === null || hasCore(affinity, core)) {
    return fail('interrupts', `irqaffinity: ${affinity ?? 'none'}`, `keep core ${core} out; ${COMMAND_LINE}`, numbers);
  }
  if (!numbers.threadirqs) return look('interrupts', 'not in threads', `threadirqs: ${COMMAND_LINE}`, numbers);
  return ok('interrupts', `in threads, on cores ${affinity}`, numbers);
}

function judgeGovernor({ governors }: MachineReading): Finding {
  const kinds = [...new Set(governors)].join(', ');
  const numbers = { governors: kinds };
  if (kinds === '') return look('governor', 'the clock is not governed here', 'none needed on a fixed clock', numbers);
  if (kinds === 'performance') return ok('governor', `performance on ${governors.length} cores`, numbers);
  return fail('governor', kinds, `cpufreq.default_governor=performance: ${COMMAND_LINE}`, numbers);
}

function judgeClock({ clockKhz, fullClockKhz }: MachineReading): Finding {
  const numbers = { clockKhz, fullClockKhz };
  if (clockKhz === null || fullClockKhz === null) return look('clock', 'not told', 'nothing to do', numbers);
  const text = `${Math.round(clockKhz / 1000)} of ${Math.round(fullClockKhz / 1000)} MHz`;
  // The firmware counts in steps that need not end at the round number.
  if (clockKhz >= 0.98 * fullClockKhz) return ok('clock', text, numbers);
  return fail('clock', `${text}: slowed down`, 'look at temperature, power supply and governor', numbers);
}

function judgeTemperature(temperatureC: number | null): Finding {
  const numbers = { temperatureC };
  if (temperatureC === null) return look('temperature', 'not told', 'nothing to do', numbers);
  const text = `${temperatureC} °C`;
  if (temperatureC >= HOT_C) return fail('temperature', text, 'it slows down from 80 °C on: let air in', numbers);
  if (temperatureC >= WARM_C)
    return look('temperature', text, 'warm: check the heat sink, measure after an hour', numbers);
  return ok('temperature', text, numbers);
}

function judgePower(underVoltage: boolean | null): Finding {
  const numbers = { underVoltage };
  if (underVoltage === null) return look('power supply', 'not told', 'nothing to do', numbers);
  if (!underVoltage) return ok('power supply', 'voltage is right', numbers);
  return fail('power supply', 'voltage too low', "use the board's own supply and a short, thick cable", numbers);
}

function judgeSwap({ swapAreas }: MachineReading): Finding {
  if (swapAreas === 0) return ok('swap', 'none', { swapAreas });
  return fail('swap', `${swapAreas} in use`, 'swapoff -a; the image has none', { swapAreas });
}

function judgeRoot(root: Mount | null): Finding {
  const numbers = { type: root?.type ?? null, readOnly: root?.readOnly ?? null, lower: root?.lower ?? null };
  if (root?.readOnly) return ok('root file system', `${root.type}, read-only`, numbers);
  if (root?.type === 'overlay' && root.lower === '/ro') {
    return ok('root file system', 'read-only, changes are in memory only', numbers);
  }
  return fail('root file system', `${root?.type ?? 'unknown'}, writable`, 'boot from the card as it was made', numbers);
}

function judgeData({ data, dataWritable, dataFreeBytes, dataBytes }: MachineReading): Finding {
  const numbers = { mounted: data !== null, writable: dataWritable, freeBytes: dataFreeBytes, bytes: dataBytes };
  if (data === null)
    return fail('/data', 'not mounted', 'the data partition is damaged: factory reset, or a new card', numbers);
  if (data.type === 'tmpfs') {
    return fail('/data', 'in memory only: partition 7 cannot be mounted', 'factory reset, or a new card', numbers);
  }
  if (data.readOnly)
    return fail('/data', 'read-only after an error', 'restart to have it repaired; else a new card', numbers);
  if (!dataWritable) return look('/data', 'not writable for this user', 'run it as root or as jambox', numbers);
  const text = `writable, ${((dataFreeBytes ?? 0) / 1e9).toFixed(1)} GB free`;
  if (dataBytes !== null && dataBytes < GROWN_BYTES) {
    return ok('/data', `${text}: it grows to the end of the card after the first start`, numbers);
  }
  if ((dataFreeBytes ?? 0) < LEAST_FREE_BYTES) return look('/data', text, 'take recordings away', numbers);
  return ok('/data', text, numbers);
}
