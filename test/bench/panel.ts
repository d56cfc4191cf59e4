/**
 * The panel on a box that plays: from a key (an evdev record in a pipe) to changed pixels (the SSD1306's model behind the
 * I2C port), what drawing costs, what the panel costs when nobody touches it, and whether the sound minds.
 * Part of `npm run bench`.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../src/app/store.ts';
import { type AudioEngine, startAudioEngine } from '../../src/audio/audio-engine.ts';
import { median, percentile } from '../../src/audio/percentiles.ts';
import { meter, status } from '../../src/audio/shared.ts';
import type { BoxEvent } from '../../src/box/events.ts';
import { may } from '../../src/box/policy.ts';
import { reduce } from '../../src/box/reduce.ts';
import { soundControls } from '../../src/box/sound.ts';
import { drawPanel } from '../../src/faces/panel/panel.ts';
import { openHardware } from '../../src/faces/panel-shell/hardware.ts';
import { runPanel } from '../../src/faces/panel-shell/panel-shell.ts';
import { SYSTEM_CLOCK } from '../../src/faces/panel-shell/ports.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import { closeUdpSocket, openUdpSocket } from '../../src/linux/udp-socket.ts';
import { allScenes, FONTS, playingBox, scene } from '../faces/panel/scenes.ts';
import { fakeInput, record, SYN_REPORT } from '../linux/evdev/fake-input.ts';
import { DisplayModel, pixelsOf } from '../linux/oled/display-model.ts';
import { until } from '../peers/wait.ts';
import { startStallDetector } from './stall-detector.ts';

const FRAMES = 64;
const METERS_MS = 100;
/** 9 bits a byte at 400 kHz. */
const BUS_MS_PER_BYTE = 0.0225;
/** Control bytes and commands before the pixels of a transfer (oled.ts). */
const PIXELS_AT = 6;
const PIXELS = 0x40;
/** The answer to a press is complete when no pixels have come for this time. */
const QUIET_MS = 25;
/** A wake-up that is late by this much counts as a stall of the machine. */
const STALL_US = 1000;

type Latency = { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number };

type Sound = {
  readonly periods: number;
  readonly missed: number;
  readonly longestProcessingUs: number;
  readonly longestWakeUpLatencyUs: number;
  /** Times that the machine itself stalled for a millisecond. */
  readonly machineStalls: number;
};

export type PanelResult = {
  readonly presses: number;
  /** With the time that the bytes take on a bus of 400 kHz. */
  readonly firstPixels: Latency;
  readonly wholeFrame: Latency;
  readonly drawingMs: { readonly median: number; readonly p99: number; readonly max: number; readonly scenes: number };
  /** Share of one core, of the whole process: nothing happens, and with meters ten times a second. */
  readonly idleCpu: { readonly still: number; readonly meters: number; readonly withoutPanel: number };
  readonly soundWithout: Sound;
  readonly soundWith: Sound;
};

/**
 * Without panel, with panel, without, with, …: what else the machine does hits both alike.
 * @param seconds of each phase with sound
 */
export async function measurePanel(rounds: number, seconds: number): Promise<PanelResult> {
  const drawingMs = measureDrawing();
  const idleCpu = await measureIdle(Math.min(5, seconds));
  const core = availableParallelism() - 1;
  const engine = startEngine(core);
  const answers: Answer[] = [];
  const without: Sound[] = [];
  const withPanel: Sound[] = [];
  try {
    await sleep(1500);
    for (let round = 0; round < rounds; round++) {
      without.push(await measureSound(engine, core, () => sleep(seconds * 1000)));
      const panel = openPanel(engine);
      try {
        if (round === 0) await panel.press(8);
        const count = Math.round(seconds / 0.28);
        withPanel.push(await measureSound(engine, core, async () => answers.push(...(await panel.press(count)))));
      } finally {
        panel.close();
      }
    }
  } finally {
    await engine.stop();
  }
  return {
    presses: answers.length,
    firstPixels: latencyOf(answers.map(({ firstMs }) => firstMs)),
    wholeFrame: latencyOf(answers.map(({ wholeMs }) => wholeMs)),
    drawingMs,
    idleCpu,
    soundWithout: together(without),
    soundWith: together(withPanel),
  };
}

function together(phases: readonly Sound[]): Sound {
  return phases.reduce((sum, one) => ({
    periods: sum.periods + one.periods,
    missed: sum.missed + one.missed,
    longestProcessingUs: Math.max(sum.longestProcessingUs, one.longestProcessingUs),
    longestWakeUpLatencyUs: Math.max(sum.longestWakeUpLatencyUs, one.longestWakeUpLatencyUs),
    machineStalls: sum.machineStalls + one.machineStalls,
  }));
}

/** An engine that codes, sends, receives and decodes: its server is its own socket. */
function startEngine(core: number): AudioEngine {
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  const engine = startAudioEngine({
    input: { kind: 'tone' },
    output: { kind: 'none' },
    periodFrames: FRAMES,
    periods: 2,
    toneUntilFound: false,
    realtime: { priority: 80, core },
    socket,
    wasm: readFileSync(new URL('../../build/opus.wasm', import.meta.url)),
    onRecord: () => {},
    onMessage: () => {},
  });
  const { family, port } = socket;
  const peer = toPeerAddress({ family, address: family === 6 ? '::1' : '127.0.0.1', port });
  engine.setControls(soundControls(playingBox()));
  const coded = { frameSamples: FRAMES, channels: 2, frameBytes: 71 } as const;
  engine.setStream({ ...coded, blockFactor: 1, sequenceNumbers: true, raw: false }, peer);
  engine.setJitter(false, 4);
  return {
    ...engine,
    stop: async () => {
      const report = await engine.stop();
      closeUdpSocket(socket);
      return report;
    },
  };
}

async function measureSound(engine: AudioEngine, core: number, during: () => Promise<unknown>): Promise<Sound> {
  const words = engine.shared.status;
  const word = (at: number) => words[at] as number;
  const stalls = startStallDetector(core, STALL_US);
  await sleep(500);
  stalls.reset();
  engine.resetStatistics();
  const missedBefore = word(status.missed);
  await during();
  return {
    periods: word(status.measured),
    missed: word(status.missed) - missedBefore,
    longestProcessingUs: word(status.longestProcessingUs),
    longestWakeUpLatencyUs: word(status.longestWakeUpLatencyUs),
    machineStalls: stalls.stop().times,
  };
}

/** A box of the box's own state, that plays, with meters from the engine. */
function makeBox(engine?: AudioEngine): Box & { readonly meters: () => void } {
  let { box } = scene(playingBox());
  const listeners = new Set<() => void>();
  const dispatch = (event: object) => {
    box = reduce(box, { ...event, atMs: performance.now() } as BoxEvent).state;
    for (const listener of listeners) listener();
  };
  const at = (position: number) => engine?.shared.meters[position] ?? Math.random();
  return {
    state: () => box,
    command(command, role) {
      const decision = may(box, command, role);
      if ('error' in decision) return decision.error;
      for (const event of decision.events) dispatch(event);
      return null;
    },
    touched: () => {},
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    meters: () => {
      const side = (left: number) => ({
        level: [at(left), at(left + 1)],
        hold: [at(left), at(left + 1)],
        clipped: [false, false],
      });
      dispatch({ type: 'meters', input: side(meter.inLeft), output: side(meter.outLeft) });
    },
  };
}

interface Answer {
  readonly firstMs: number;
  readonly wholeMs: number;
}

function openPanel(engine: AudioEngine) {
  const box = makeBox(engine);
  const meters = setInterval(box.meters, METERS_MS);
  const display = new DisplayModel('ssd1306');
  const pixelTransfers: { readonly atMs: number; readonly busMs: number }[] = [];
  let bytes = 0;
  const bus = {
    write: (address: number, transfer: Uint8Array) => {
      bytes += transfer.length + 1;
      if (transfer[PIXELS_AT] === PIXELS)
        pixelTransfers.push({ atMs: performance.now(), busMs: bytes * BUS_MS_PER_BYTE });
      display.takeTransfers();
      return display.write(address, transfer);
    },
  };
  const input = fakeInput();
  input.plugIn('event0', 'jambox-keys');
  input.plugIn('event1', 'jambox-encoder');
  const shell = runPanel({ box, fonts: FONTS, clock: SYSTEM_CLOCK });
  let shown = new Uint8Array(1024);
  shell.attachScreen({
    show: (frame) => {
      shown = Uint8Array.from(frame);
    },
    setLight: () => {},
  });
  const hardware = openHardware({
    settings: { oled: 'ssd1306', oledBus: 1, oledAddress: 0x3c, oledRotated: false, brightness: 100 },
    shell,
    clock: SYSTEM_CLOCK,
    onLog: () => {},
    bus,
    input,
    ledDirectory: '/nonexistent',
  });

  // From the playing screen to the list of people, with room for the knob on both sides.
  shell.control({ type: 'turn', steps: 1 });
  shell.control({ type: 'turn', steps: 1 });

  /** MUTE and a detent of the knob in turn: each changes what is to be seen. */
  const oneAnswer = async (number: number): Promise<Answer | undefined> => {
    if (number % 2 === 0) {
      input.write('event0', record(1, 248, 1), SYN_REPORT);
      await sleep(30);
    }
    pixelTransfers.length = 0;
    bytes = 0;
    const beganMs = performance.now();
    if (number % 2 === 0) input.write('event0', record(1, 248, 0), SYN_REPORT);
    else input.write('event1', record(2, 7, number % 4 === 1 ? 1 : -1), SYN_REPORT);
    while (performance.now() - (pixelTransfers.at(-1)?.atMs ?? beganMs + 500) < QUIET_MS) await sleep(5);
    const [first, last] = [pixelTransfers[0], pixelTransfers.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    return { firstMs: first.atMs - beganMs + first.busMs, wholeMs: last.atMs - beganMs + last.busMs };
  };

  const press = async (count: number): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    for (let number = 0; number < count; number++) {
      // Anywhere between two frames.
      await sleep(100 + Math.random() * 200);
      const answer = await oneAnswer(number);
      if (answer !== undefined) answers.push(answer);
    }
    if (answers.length < count * 0.95) throw new Error(`${count - answers.length} of ${count} presses changed nothing`);
    // A text that scrolls is on its way for a moment.
    const isShown = () => JSON.stringify(display.pixels()) === JSON.stringify(pixelsOf(shown));
    await until('the last frame on the display', isShown);
    return answers;
  };
  return {
    press,
    close: () => {
      clearInterval(meters);
      shell.close();
      hardware.close();
      input.remove();
    },
  };
}

function latencyOf(values: readonly number[]): Latency {
  const [p50Ms = 0, p95Ms = 0, maxMs = 0] = [0.5, 0.95, 1].map((q) => percentile(values, q));
  return { p50Ms, p95Ms, maxMs };
}

function measureDrawing() {
  const scenes = allScenes();
  const times: number[] = [];
  for (let round = 0; round < 30; round++) {
    for (const [, each] of scenes) {
      const beganMs = performance.now();
      drawPanel(each);
      // The first rounds are V8's.
      if (round >= 10) times.push(performance.now() - beganMs);
    }
  }
  return { median: median(times), p99: percentile(times, 0.99), max: Math.max(...times), scenes: scenes.length };
}

async function measureIdle(seconds: number) {
  const cpuShare = async () => {
    await sleep(500);
    const before = process.cpuUsage();
    const beganMs = performance.now();
    await sleep(seconds * 1000);
    const used = process.cpuUsage(before);
    return (used.user + used.system) / 1000 / (performance.now() - beganMs);
  };
  const withoutPanel = await cpuShare();
  const box = makeBox();
  const shell = runPanel({ box, fonts: FONTS, clock: SYSTEM_CLOCK });
  shell.attachScreen({ show: () => {}, setLight: () => {} });
  const still = await cpuShare();
  const timer = setInterval(box.meters, METERS_MS);
  const meters = await cpuShare();
  clearInterval(timer);
  shell.close();
  return { withoutPanel, still, meters };
}

/** Lines for people. */
export function panelTable(result: PanelResult): readonly string[] {
  const ms = ({ p50Ms, p95Ms, maxMs }: Latency) => [p50Ms, p95Ms, maxMs].map((value) => value.toFixed(1)).join(' / ');
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  const sound = ({ periods, missed, longestProcessingUs, longestWakeUpLatencyUs, machineStalls }: Sound) =>
    `${missed} of ${periods} periods missed (longest processing time ${longestProcessingUs} us, longest wake-up latency ${longestWakeUpLatencyUs} us, the machine stalled ${machineStalls} times)`;
  const { drawingMs, idleCpu } = result;
  return [
    `Key to first changed pixels, p50 / p95 / max ms (goal 60 at p95): ${ms(result.firstPixels)}, ${result.presses} presses`,
    `Key to whole frame on the bus at 400 kHz: ${ms(result.wholeFrame)}`,
    `Drawing a frame, median / p99 / max ms (goal 1): ${drawingMs.median.toFixed(3)} / ${drawingMs.p99.toFixed(3)} / ${drawingMs.max.toFixed(3)}, ${drawingMs.scenes} scenes`,
    `CPU without panel, still panel, with meters: ${[idleCpu.withoutPanel, idleCpu.still, idleCpu.meters].map(percent).join(', ')}`,
    `Sound without panel: ${sound(result.soundWithout)}`,
    `Sound with panel: ${sound(result.soundWith)}`,
  ];
}
