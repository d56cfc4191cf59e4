/**
 * The test's side of a test card: the controls, the status and the sample rings in /dev/shm/testcard-NAME, with the
 * layout of testcard.c. Plain file reads and writes: the file is in memory and coherent with the plug-in's mapping.
 */
import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, linkSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

const RATE = 48_000;
const MAGIC = 0x44524354;
const RING_FRAMES = 1 << 18;
const FRAME_BYTES = 12;
const FED_OFFSET = 4096;
const PLAYED_OFFSET = FED_OFFSET + RING_FRAMES * FRAME_BYTES;
const FILE_BYTES = PLAYED_OFFSET + RING_FRAMES * FRAME_BYTES;

const AT = {
  magic: 0,
  ringFrames: 4,
  wire: 8,
  plugs: 12,
  refusedFormats: 16,
  minPeriodBytes: 20,
  minChannels: 24,
  maxChannels: 28,
  xrunRequests: 32,
  suspendRequests: 40,
  clockChanges: 44,
  clocks: 48,
  status: 96,
  rate: 224,
  lacks: 228,
  taps: 232,
  strays: 240,
  queued: 244,
} as const;
const CLOCK_BYTES = 24;
const STATUS_BYTES = 64;

const FORMATS = ['S16_LE', 'S24_3LE', 'S32_LE', 'S24_LE', 'FLOAT_LE', 'U8'] as const;
/** As sound cards with an I2S converter. */
const USUAL_FORMATS: readonly CardFormat[] = ['S16_LE', 'S24_3LE', 'S32_LE'];
export type CardFormat = (typeof FORMATS)[number];
export type Direction = 'playback' | 'capture';

/** What one direction of the card has seen. Frames named `…Frame` count on the card's clock. */
export type DirectionStatus = {
  /** Process that has it open; 0: nobody. */
  readonly pid: number;
  readonly opens: number;
  readonly starts: number;
  /** Over- or underruns, forced ones too. */
  readonly xruns: number;
  readonly suspends: number;
  readonly channels: number;
  readonly periodFrames: number;
  readonly bufferFrames: number;
  readonly running: boolean;
  readonly startFrame: number;
  /** Frame after the last one that the program has written or read in this run. */
  readonly applFrame: number;
  /** Frames written or read in all runs. */
  readonly transferred: number;
};

/** Full-scale 32-bit samples, and how many frames the program had really written (the others are silent). */
export type Played = { readonly left: Int32Array; readonly right: Int32Array; readonly presentFrames: number };

export type TestCard = ReturnType<typeof createTestCard>;

/**
 * Makes a card: plugged in, clock running at 48 kHz. Make it before a program opens it, and close it at the end.
 * `loop`: what is played at a card frame is captured at that same frame. `wire`: the test feeds what is captured.
 * The rings hold 5.4 s. A card that the plug-in or a test has left behind under that name is replaced.
 */
export function createTestCard(name: string, mode: 'loop' | 'wire') {
  const path = `/dev/shm/testcard-${name}`;
  const fd = createFile(path, mode);
  const word = Buffer.alloc(4);
  const readWord = (at: number) => {
    readSync(fd, word, 0, 4, at);
    return word.readUInt32LE(0);
  };
  const writeWord = (at: number, value: number) => {
    word.writeUInt32LE(value);
    writeSync(fd, word, 0, 4, at);
  };
  const increment = (at: number) => writeWord(at, readWord(at) + 1);

  let clock = readClock(fd, 0);
  let ppm = 0;
  let stalled = false;
  const frameAt = (ns: bigint) => clock.sinceFrame + Number(ns - clock.sinceNs) * clock.framesPerNs;
  /** The new rate holds from now on; the count of frames goes on without a jump. */
  const setClock = () => {
    const now = process.hrtime.bigint();
    clock = { sinceNs: now, sinceFrame: frameAt(now), framesPerNs: stalled ? 0 : (RATE * (1 + ppm * 1e-6)) / 1e9 };
    const changes = readWord(AT.clockChanges) + 1;
    writeClock(fd, changes & 1, clock);
    writeWord(AT.clockChanges, changes);
  };

  return {
    name,
    path,
    /** The card frame that is in the converter now. */
    frameNow: () => Math.floor(frameAt(process.hrtime.bigint())),
    /** The card's crystal against CLOCK_MONOTONIC, in parts per million. */
    setDriftPpm: (value: number) => {
      ppm = value;
      setClock();
    },
    /** The clock stands still: no frames, no wake-ups, no error. */
    stall: () => {
      stalled = true;
      setClock();
    },
    /** The clock goes on from where it stood; a program still waiting notices within 2 s. */
    endStall: () => {
      stalled = false;
      setClock();
    },
    /** Pulls the card out: open handles and new opens get ENODEV, poll() POLLERR, within a period or so. */
    unplug: () => {
      if (readWord(AT.plugs) % 2 === 0) increment(AT.plugs);
    },
    /** Puts it back in: it can be opened again; handles from before stay dead. */
    plugIn: () => {
      if (readWord(AT.plugs) % 2 === 1) increment(AT.plugs);
    },
    forceXrun: (direction: Direction) => increment(AT.xrunRequests + 4 * streamOf(direction)),
    /** Both directions go to sleep: ESTRPIPE until they are prepared anew. */
    suspend: () => increment(AT.suspendRequests),
    /** For opens from now on: none but these; at first S16_LE, S24_3LE and S32_LE. */
    offerFormats: (formats: readonly CardFormat[]) => writeWord(AT.refusedFormats, maskWithout(formats)),
    /** For opens from now on: this rate alone. The clock does not change. */
    setRate: (hz: number) => writeWord(AT.rate, hz),
    /** For opens from now on: one direction is not there. */
    remove: (direction: Direction) => writeWord(AT.lacks, 1 << streamOf(direction)),
    /** Both directions can be opened after this number of seconds, even if this program is busy then. */
    bringBackIn: (seconds: number) => {
      const write = `dd if=/dev/zero of='${path}' bs=4 seek=${AT.lacks / 4} count=1 conv=notrunc status=none`;
      spawn('sh', ['-c', `sleep ${seconds}; ${write}`]);
    },
    /** For opens from now on: I2S hardware wants 256. */
    setMinPeriodBytes: (bytes: number) => writeWord(AT.minPeriodBytes, bytes),
    /** For opens from now on: 1 and 2 allowed at first, 128 at most. */
    setChannels: (min: number, max: number) => {
      writeWord(AT.minChannels, min);
      writeWord(AT.maxChannels, max);
    },
    /** Which channels, from 1 on, are fed and heard; the others bring noise. At first the first two. */
    tap: (left: number, right: number) => {
      writeWord(AT.taps, left);
      writeWord(AT.taps + 4, right);
    },
    /** What the driver says that it holds beyond the buffer; nothing sounds later by it. */
    setQueued: (direction: Direction, frames: number) => writeWord(AT.queued + 4 * streamOf(direction), frames),
    /** How many samples other than 0 were played on channels without a tap. */
    strays: () => readWord(AT.strays),
    status: (direction: Direction) => readStatus(fd, direction),
    /** Wire: what is captured from card frame `frame` on, before it is heard and at most 5 s ahead. */
    feed: (frame: number, left: Int32Array, right: Int32Array = left) => {
      const block = Buffer.alloc(left.length * FRAME_BYTES);
      left.forEach((sample, i) => {
        block.writeUInt32LE((frame + i) >>> 0, i * FRAME_BYTES);
        block.writeInt32LE(sample, i * FRAME_BYTES + 4);
        block.writeInt32LE(right[i] ?? 0, i * FRAME_BYTES + 8);
      });
      ringPieces(FED_OFFSET, frame, left.length, (at, from, bytes) => writeSync(fd, block, from, bytes, at));
    },
    /** What the program plays at `count` card frames from `frame` on; known from when it is written, for 5 s. */
    played: (frame: number, count: number): Played => {
      const block = Buffer.alloc(count * FRAME_BYTES);
      ringPieces(PLAYED_OFFSET, frame, count, (at, from, bytes) => readSync(fd, block, from, bytes, at));
      const left = new Int32Array(count);
      const right = new Int32Array(count);
      let presentFrames = 0;
      for (let i = 0; i < count; i++) {
        if (block.readUInt32LE(i * FRAME_BYTES) !== (frame + i) >>> 0) continue;
        presentFrames++;
        left[i] = block.readInt32LE(i * FRAME_BYTES + 4);
        right[i] = block.readInt32LE(i * FRAME_BYTES + 8);
      }
      return { left, right, presentFrames };
    },
    /** Removes the card. Programs that have it open keep what they have. */
    close: () => {
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

type Clock = { readonly sinceNs: bigint; readonly sinceFrame: number; readonly framesPerNs: number };

function createFile(path: string, mode: 'loop' | 'wire'): number {
  const unfinished = `${path}.${process.pid}`;
  rmSync(unfinished, { force: true });
  rmSync(path, { force: true });
  const fd = openSync(unfinished, 'wx+', 0o666);
  ftruncateSync(fd, FILE_BYTES);
  const head = Buffer.alloc(AT.clocks);
  head.writeUInt32LE(MAGIC, AT.magic);
  head.writeUInt32LE(RING_FRAMES, AT.ringFrames);
  head.writeUInt32LE(mode === 'wire' ? 1 : 0, AT.wire);
  head.writeUInt32LE(maskWithout(USUAL_FORMATS), AT.refusedFormats);
  head.writeUInt32LE(1, AT.minChannels);
  head.writeUInt32LE(2, AT.maxChannels);
  writeSync(fd, head, 0, head.length, 0);
  writeClock(fd, 0, { sinceNs: process.hrtime.bigint(), sinceFrame: RING_FRAMES, framesPerNs: RATE / 1e9 });
  linkSync(unfinished, path);
  rmSync(unfinished);
  return fd;
}

/** Bits of the formats that are not among these. */
function maskWithout(formats: readonly CardFormat[]): number {
  return FORMATS.reduce((mask, format, bit) => mask | (formats.includes(format) ? 0 : 1 << bit), 0);
}

function readClock(fd: number, slot: number): Clock {
  const block = Buffer.alloc(CLOCK_BYTES);
  readSync(fd, block, 0, CLOCK_BYTES, AT.clocks + slot * CLOCK_BYTES);
  return { sinceNs: block.readBigInt64LE(0), sinceFrame: block.readDoubleLE(8), framesPerNs: block.readDoubleLE(16) };
}

function writeClock(fd: number, slot: number, clock: Clock): void {
  const block = Buffer.alloc(CLOCK_BYTES);
  block.writeBigInt64LE(clock.sinceNs, 0);
  block.writeDoubleLE(clock.sinceFrame, 8);
  block.writeDoubleLE(clock.framesPerNs, 16);
  writeSync(fd, block, 0, CLOCK_BYTES, AT.clocks + slot * CLOCK_BYTES);
}

function readStatus(fd: number, direction: Direction): DirectionStatus {
  const block = Buffer.alloc(STATUS_BYTES);
  readSync(fd, block, 0, STATUS_BYTES, AT.status + STATUS_BYTES * streamOf(direction));
  return {
    pid: block.readUInt32LE(0),
    opens: block.readUInt32LE(4),
    starts: block.readUInt32LE(8),
    xruns: block.readUInt32LE(12),
    suspends: block.readUInt32LE(16),
    channels: block.readUInt32LE(24),
    periodFrames: block.readUInt32LE(28),
    bufferFrames: block.readUInt32LE(32),
    running: block.readUInt32LE(36) === 1,
    startFrame: Number(block.readBigInt64LE(40)),
    applFrame: Number(block.readBigInt64LE(48)),
    transferred: Number(block.readBigInt64LE(56)),
  };
}

/** SND_PCM_STREAM_PLAYBACK and SND_PCM_STREAM_CAPTURE. */
function streamOf(direction: Direction): 0 | 1 {
  return direction === 'playback' ? 0 : 1;
}

/** The pieces of `count` frames from `frame` on in a ring at `base`: file offset, offset in the block, bytes. */
function ringPieces(
  base: number,
  frame: number,
  count: number,
  each: (at: number, from: number, bytes: number) => unknown,
): void {
  let done = 0;
  while (done < count) {
    const slot = (frame + done) % RING_FRAMES;
    const frames = Math.min(count - done, RING_FRAMES - slot);
    each(base + slot * FRAME_BYTES, done * FRAME_BYTES, frames * FRAME_BYTES);
    done += frames;
  }
}
