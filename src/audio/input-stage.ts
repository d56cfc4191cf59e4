/**
 * "What I send": gain, boost, fader, channel mode and the two mutes, from the captured stereo signal to the samples
 * that are encoded (protocol: audio.md §4 items 1, 4, 5). Period path: no allocation after construction.
 * Every change is ramped over one block.
 */
import { balanceLeft, clip, crossFadeLeft, finite, fractionOf, limitGain } from './gain-law.ts';
import { RampedGains } from './ramp.ts';

/** Channel modes, by their setting values in the protocol description. */
export const ChannelMode = { mono: 0, monoInStereoOut: 1, stereo: 2 } as const;

/** Indices into `InputStage.controls`. Numbers out of range are limited, never an error. */
export const InputControl = {
  /** Input gain, linear, 0…16. Default 1. */
  gain: 0,
  /** Input boost factor, 1…10. Default 1. */
  boost: 1,
  /** Input fader or balance position, 0 (left) … 100 (right). Default 50. */
  fader: 2,
  /** One of `ChannelMode`. Default mono. */
  mode: 3,
  /** Not 0: muted by the user. Default 0. */
  muted: 4,
  /** Not 0: microphone closed by the box, for example until a recording notice is accepted. Default 0. */
  microphoneClosed: 5,
  /** Not 0: closed by the feedback guard. Default 0. */
  guarded: 6,
} as const;

export const INPUT_CONTROLS = Object.keys(InputControl).length;

const BOOST = 0;
const LEFT_TO_LEFT = 1;
const RIGHT_TO_LEFT = 2;
const LEFT_TO_RIGHT = 3;
const RIGHT_TO_RIGHT = 4;
const OPEN = 5;

function defaultControls(): Float64Array {
  const controls = new Float64Array(INPUT_CONTROLS);
  controls[InputControl.gain] = 1;
  controls[InputControl.boost] = 1;
  controls[InputControl.fader] = 50;
  return controls;
}

export class InputStage {
  /** What the user wants, by `InputControl`; an array, because passing numbers to a setter may allocate. */
  readonly controls: Float64Array;
  /** After boost, stereo: what the input meters show. Valid after `process`, not finite samples replaced by 0. */
  readonly boosted: Float32Array;
  /** After the fader and before the mutes, stereo: what the musician would send. For local monitoring. */
  readonly local: Float32Array;
  readonly #gains = new RampedGains(6, 0);

  /**
   * @param maxFrames the longest block; starts silent, so the first block fades in
   * @param controls an array to take the controls from as they stand, for example in memory shared with another thread
   */
  constructor(maxFrames: number, controls: Float64Array = defaultControls()) {
    this.controls = controls;
    this.boosted = new Float32Array(2 * maxFrames);
    this.local = new Float32Array(2 * maxFrames);
  }

  /**
   * Processes one block.
   * @param input stereo interleaved, any values; not finite ones count as 0
   * @param output 1 or 2 channels interleaved within ±1; while muted (after the ramp) exact zeros
   * @param outputChannels as the stream has them; a stereo signal for a mono stream is averaged
   */
  process(input: Float32Array, frames: number, output: Float32Array, outputChannels: 1 | 2): void {
    this.#aim();
    const { boosted, local } = this;
    const { target, step } = this.#gains;
    this.#gains.begin(frames);
    // Read once: what the loop stores might, as far as V8 knows, change them.
    const boostEnd = target[BOOST] as number;
    const llEnd = target[LEFT_TO_LEFT] as number;
    const rlEnd = target[RIGHT_TO_LEFT] as number;
    const lrEnd = target[LEFT_TO_RIGHT] as number;
    const rrEnd = target[RIGHT_TO_RIGHT] as number;
    const openEnd = target[OPEN] as number;
    const boostStep = step[BOOST] as number;
    const llStep = step[LEFT_TO_LEFT] as number;
    const rlStep = step[RIGHT_TO_LEFT] as number;
    const lrStep = step[LEFT_TO_RIGHT] as number;
    const rrStep = step[RIGHT_TO_RIGHT] as number;
    const openStep = step[OPEN] as number;
    for (let i = 0, rest = frames - 1; i < frames; i++, rest--) {
      const boost = boostEnd - boostStep * rest;
      const ll = llEnd - llStep * rest;
      const rl = rlEnd - rlStep * rest;
      const lr = lrEnd - lrStep * rest;
      const rr = rrEnd - rrStep * rest;
      const open = openEnd - openStep * rest;
      const left = clip(finite(input[2 * i] as number) * boost);
      const right = clip(finite(input[2 * i + 1] as number) * boost);
      const localLeft = clip(left * ll + right * rl);
      const localRight = clip(left * lr + right * rr);
      boosted[2 * i] = left;
      boosted[2 * i + 1] = right;
      local[2 * i] = localLeft;
      local[2 * i + 1] = localRight;
      // "+ 0" turns -0 into 0: muted means the same bits for every input.
      if (outputChannels === 2) {
        output[2 * i] = localLeft * open + 0;
        output[2 * i + 1] = localRight * open + 0;
      } else {
        output[i] = (localLeft + localRight) * 0.5 * open + 0;
      }
    }
  }

  /** Computes the gains that the controls ask for. */
  #aim(): void {
    const { controls } = this;
    const { target } = this.#gains;
    const fader = fractionOf(controls[InputControl.fader] as number);
    const mode = controls[InputControl.mode] as number;
    const boost = controls[InputControl.boost] as number;
    target[BOOST] = limitGain(controls[InputControl.gain] as number) * (boost > 1 ? Math.min(boost, 10) : 1);
    const mono = mode !== ChannelMode.stereo && mode !== ChannelMode.monoInStereoOut;
    const left = mono ? crossFadeLeft(fader) : balanceLeft(fader);
    const right = mono ? crossFadeLeft(1 - fader) : balanceLeft(1 - fader);
    const stereo = mode === ChannelMode.stereo;
    target[LEFT_TO_LEFT] = left;
    target[RIGHT_TO_LEFT] = stereo ? 0 : right;
    target[LEFT_TO_RIGHT] = stereo ? 0 : left;
    target[RIGHT_TO_RIGHT] = right;
    const closed =
      controls[InputControl.muted] !== 0 ||
      controls[InputControl.microphoneClosed] !== 0 ||
      controls[InputControl.guarded] !== 0;
    target[OPEN] = closed ? 0 : 1;
  }
}
