/**
 * Runs every part of the period path that is tested in this folder for many blocks and prints how many bytes of the
 * heap a block took, once all is compiled. Started by no-allocation.test.ts in a process of its own.
 */
import { getHeapStatistics } from 'node:v8';
import { BlockAdapter } from '../../src/audio/block-adapter.ts';
import { FeedbackGuard } from '../../src/audio/feedback-guard.ts';
import { InputLevel } from '../../src/audio/input-level.ts';
import { InputControl, InputStage } from '../../src/audio/input-stage.ts';
import { JitterBuffer } from '../../src/audio/jitter-buffer.ts';
import { PeakMeter } from '../../src/audio/meter.ts';
import { OutputControl, OutputStage } from '../../src/audio/output-stage.ts';
import { PcmTransfer } from '../../src/audio/pcm-transfer.ts';
import * as format from '../../src/audio/sample-format.ts';
import { SAMPLE_FORMATS } from '../../src/linux/alsa.ts';

const PERIOD = 64;
const BLOCK = 128;
const BLOCKS = 20_000;

const adapter = new BlockAdapter(PERIOD, BLOCK);
const inputStage = new InputStage(BLOCK);
const outputStage = new OutputStage();
const jitterBuffer = new JitterBuffer();
const meter = new PeakMeter(48000);
const level = new InputLevel();
const guard = new FeedbackGuard(48000);
const transfers = SAMPLE_FORMATS.flatMap((sampleFormat) =>
  [1, 2, 18].map((channels) => {
    const frames = { periodFrames: PERIOD, bufferFrames: 2 * PERIOD, maxChannels: channels, card: 0 };
    return new PcmTransfer({ parameters: { format: sampleFormat, channels, ...frames } }, [channels, 1]);
  }),
);
const period = new Float32Array(2 * PERIOD);
const block = new Float32Array(2 * BLOCK);
const sent = new Float32Array(2 * BLOCK);
const heard = new Float32Array(2 * BLOCK);
const frame = new Uint8Array(4 * BLOCK);
const datagram = new Uint8Array(4 * BLOCK + 1);
const state = new Int32Array(2);

function random(): number {
  state[0] = Math.imul(state[0] as number, 1103515245) + 12345;
  return (state[0] as number) >>> 16;
}

function onePeriod(): void {
  for (let i = 0; i < period.length; i++) period[i] = random() / 40_000 - 0.8;
  for (let i = 0; i < transfers.length; i++) {
    const transfer = transfers[i] as PcmTransfer;
    transfer.fromFloat(period, PERIOD);
    transfer.toFloat(period, PERIOD);
  }
  adapter.pushInput(period, PERIOD);
  while (adapter.hasBlock()) oneBlock();
  adapter.pullOutput(period, PERIOD);
}

function oneBlock(): void {
  inputStage.controls[InputControl.fader] = random() % 101;
  inputStage.controls[InputControl.mode] = random() % 3;
  inputStage.controls[InputControl.muted] = random() & 1;
  outputStage.controls[OutputControl.monitor] = random() / 65536;
  outputStage.controls[OutputControl.playing] = random() & 1;
  adapter.takeBlock(block);
  inputStage.process(block, BLOCK, sent, random() & 1 ? 2 : 1);
  meter.process(inputStage.boosted, BLOCK);
  level.process(inputStage.boosted, BLOCK);
  if (random() % 3000 === 0) guard.start();
  if (guard.process(level, BLOCK)) meter.resetClip();
  if (random() % 1000 === 0) jitterBuffer.configure(4 * BLOCK, 128, (random() & 1) === 0);
  if (random() % 100 === 0) jitterBuffer.setSize(random() % 22);
  jitterBuffer.setAuto((random() & 1) === 0);
  format.floatToS16Bytes(sent, datagram, 0, 2 * BLOCK);
  datagram[4 * BLOCK] = state[1] = (state[1] as number) + 1;
  jitterBuffer.put(datagram, 0, random() % 10 === 0 ? 4 * BLOCK : 4 * BLOCK + 1);
  jitterBuffer.get(frame, 0);
  jitterBuffer.applyAuto();
  format.s16BytesToFloat(frame, 0, heard, 2 * BLOCK);
  outputStage.process(heard, random() & 1 ? 2 : 1, inputStage.local, BLOCK, block);
  adapter.pushOutput(block);
}

function run(): number {
  const before = getHeapStatistics().used_heap_size;
  for (let i = 0; i < 2 * BLOCKS; i++) onePeriod();
  return (getHeapStatistics().used_heap_size - before) / BLOCKS;
}

jitterBuffer.configure(4 * BLOCK, 128, true);
for (let i = 0; i < 4; i++) run();
console.log(run());
