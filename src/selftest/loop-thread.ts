/** A worker that plays samples on the sound card and records what comes in at the same time, with SCHED_FIFO. */
import { parentPort, workerData } from 'node:worker_threads';
import { openAlsaDevice } from '../audio/alsa-device.ts';
import { type AudioDevice, LOST, READY, XRUN } from '../audio/device.ts';
import { requestRealtime } from '../linux/scheduling.ts';
import type { Card, Realtime } from './sound-run.ts';

export interface LoopThreadData {
  readonly card: Card;
  readonly realtime: Realtime;
  /** Stereo interleaved, in shared memory, both of the same length. */
  readonly played: Float32Array;
  readonly recorded: Float32Array;
}

export type LoopThreadResult = { readonly bufferFrames: number; readonly xruns: number } | { readonly error: string };

/** Period path. @returns xruns; -1: the card was lost */
function playAndRecord(device: AudioDevice, played: Float32Array, recorded: Float32Array): number {
  const samples = 2 * device.granted.periodFrames;
  const input = new Float32Array(samples);
  const output = new Float32Array(samples);
  let xruns = 0;
  let at = 0;
  while (at + samples <= played.length) {
    let result = device.wait();
    if (result === READY) result = device.read(input);
    if (result === READY) {
      for (let i = 0; i < samples; i++) output[i] = played[at + i] as number;
      result = device.write(output);
    }
    if (result === READY) {
      for (let i = 0; i < samples; i++) recorded[at + i] = input[i] as number;
      at += samples;
    }
    if (result === XRUN) {
      xruns++;
      result = device.recover();
    }
    if (result === LOST) return -1;
  }
  return xruns;
}

function run({ card, realtime, played, recorded }: LoopThreadData): LoopThreadResult {
  requestRealtime(realtime.priority, realtime.core);
  const { input, output, channels, periodFrames, periods } = card;
  const names = { capture: input ?? undefined, playback: output ?? undefined };
  const device = openAlsaDevice({ ...names, ...channels, periodFrames, periods });
  if ('error' in device) return { error: device.error };
  const xruns = playAndRecord(device, played, recorded);
  device.close();
  if (xruns < 0) return { error: 'the sound card stopped' };
  // What the card holds between input and output; the device's own figure counts the wait for the period, too.
  return { bufferFrames: device.granted.bufferFrames - device.granted.periodFrames, xruns };
}

parentPort?.postMessage(run(workerData as LoopThreadData));
