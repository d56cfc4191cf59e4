/** A tap whose ring is a list; frames beyond its slots are lost and counted, as in the real one. */
import type { TapFrame, TapReader } from '../../../src/room/engine/recorder-tap.ts';

export class FakeTap implements TapReader {
  readonly frames: TapFrame[] = [];
  readonly #slots: number;
  #lost = 0;

  constructor(slots = 1_000_000) {
    this.#slots = slots;
  }

  push(frame: TapFrame): boolean {
    if (this.frames.length < this.#slots) {
      this.frames.push(frame);
      return true;
    }
    this.#lost++;
    return false;
  }

  read(): TapFrame | undefined {
    return this.frames.shift();
  }

  lost(): number {
    return this.#lost;
  }

  progress() {
    return { start: 1, frames: 0 };
  }

  capacity(): number {
    return this.#slots;
  }

  waiting(): number {
    return this.frames.length;
  }
}

/** A frame whose samples tell where they belong: channel, frame and position make each of them, and none is 0. */
export function numberedFrame(
  channelId: number,
  frame: number,
  { channels = 1, generation = 1, start = 1, frameSamples = 128 } = {},
): TapFrame {
  const count = frameSamples * channels;
  const samples = Int16Array.from({ length: count }, (_, i) => sampleOf(channelId, generation, frame, i));
  return { start, channelId, generation, frame, channels: channels === 2 ? 2 : 1, samples };
}

function sampleOf(channelId: number, generation: number, frame: number, i: number): number {
  return (((channelId * 7919 + generation * 104_729 + frame * 257 + i * 31) % 30_000) + 1) as number;
}
