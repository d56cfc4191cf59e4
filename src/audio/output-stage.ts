/**
 * "What I hear": the server's mix, direct monitoring and the own signal while muted, from decoded samples to the
 * sound card (protocol: audio.md §4 items 7, 8). Period path: no allocation after construction.
 * Every change is ramped over one block, start and stop of the stream too.
 */
import { balanceLeft, clip, finite, fractionOf, limitGain } from './gain-law.ts';
import { RampedGains } from './ramp.ts';

/** Indices into `OutputStage.controls`. Gains are linear 0…16; numbers out of range are limited, never an error. */
export const OutputControl = {
  /** Gain of the server's mix. Default 1. */
  network: 0,
  /** Gain of everything. Default 1. */
  master: 1,
  /** Direct sound: gain of the local input. Default 0 = off. Heard whether connected or not. */
  monitor: 2,
  /** Direct sound: balance position, 0 (left) … 100 (right). Default 50. */
  monitorPan: 3,
  /**
   * Not 0: connected, and audio has been received since (re)initialisation (item 8). Default 0. After it is cleared
   * give one more block of network audio (or concealment), which fades out.
   */
  playing: 4,
  /** Not 0: the musician is muted, so the server's mix lacks them. Default 0. */
  muted: 5,
  /** Not 0: while muted and playing, add the own signal (item 7). Default 1. */
  ownWhileMuted: 6,
  /** Own fader gain of the mix, for `ownWhileMuted`. Default 1. */
  ownFader: 7,
} as const;

export const OUTPUT_CONTROLS = Object.keys(OutputControl).length;

const NETWORK = 0;
const LOCAL_LEFT = 1;
const LOCAL_RIGHT = 2;

function defaultControls(): Float64Array {
  const controls = new Float64Array(OUTPUT_CONTROLS);
  controls[OutputControl.network] = 1;
  controls[OutputControl.master] = 1;
  controls[OutputControl.monitorPan] = 50;
  controls[OutputControl.ownWhileMuted] = 1;
  controls[OutputControl.ownFader] = 1;
  return controls;
}

export class OutputStage {
  /** What the user wants, by `OutputControl`; an array, because passing numbers to a setter may allocate. */
  readonly controls: Float64Array;
  readonly #gains = new RampedGains(3, 0);

  /** @param controls an array to take the controls from as they stand, for example in memory shared with another thread */
  constructor(controls: Float64Array = defaultControls()) {
    this.controls = controls;
  }

  /**
   * Mixes one block.
   * @param network decoded samples, interleaved; mono goes to both sides
   * @param local stereo interleaved: `InputStage.local` of the same block
   * @param output stereo interleaved within ±1; not finite input counts as 0
   */
  process(
    network: Float32Array,
    networkChannels: 1 | 2,
    local: Float32Array,
    frames: number,
    output: Float32Array,
  ): void {
    this.#aim();
    const { target, step } = this.#gains;
    this.#gains.begin(frames);
    const right = networkChannels - 1;
    // Read once: what the loop stores might, as far as V8 knows, change them.
    const mixEnd = target[NETWORK] as number;
    const localLeftEnd = target[LOCAL_LEFT] as number;
    const localRightEnd = target[LOCAL_RIGHT] as number;
    const mixStep = step[NETWORK] as number;
    const localLeftStep = step[LOCAL_LEFT] as number;
    const localRightStep = step[LOCAL_RIGHT] as number;
    for (let i = 0, rest = frames - 1; i < frames; i++, rest--) {
      const mix = mixEnd - mixStep * rest;
      const localLeft = localLeftEnd - localLeftStep * rest;
      const localRight = localRightEnd - localRightStep * rest;
      const at = networkChannels * i;
      output[2 * i] = clip(finite(network[at] as number) * mix + finite(local[2 * i] as number) * localLeft);
      output[2 * i + 1] = clip(
        finite(network[at + right] as number) * mix + finite(local[2 * i + 1] as number) * localRight,
      );
    }
  }

  /** Computes the gains that the controls ask for. */
  #aim(): void {
    const { controls } = this;
    const { target } = this.#gains;
    const playing = controls[OutputControl.playing] !== 0;
    const master = limitGain(controls[OutputControl.master] as number);
    const monitor = limitGain(controls[OutputControl.monitor] as number);
    const pan = fractionOf(controls[OutputControl.monitorPan] as number);
    const ownHeard = playing && controls[OutputControl.muted] !== 0 && controls[OutputControl.ownWhileMuted] !== 0;
    const own = ownHeard ? limitGain(controls[OutputControl.ownFader] as number) : 0;
    target[NETWORK] = playing ? limitGain(controls[OutputControl.network] as number) * master : 0;
    target[LOCAL_LEFT] = (monitor * balanceLeft(pan) + own) * master;
    target[LOCAL_RIGHT] = (monitor * balanceLeft(1 - pan) + own) * master;
  }
}
