/** The music of the practice room, and the player who plays it. */
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../../../src/jamulus/messages/message.ts';
import { createDecoder, loadOpus } from '../../../src/opus/codec.ts';
import { codeLoop } from '../../../src/room/practice/coded-loop.ts';
import { bassLoop, guitarLoop, LOOP_SAMPLES } from '../../../src/room/practice/music.ts';
import { createPlayer, PLAYER_FORMAT } from '../../../src/room/practice/player.ts';
import { opusWasm } from '../../support/opus.ts';

const wasm = await opusWasm();
const BEAT = 28_800;

function decibels(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

/** How much of the sound repeats after one period of this pitch, 0…1. */
function pitchShare(samples: Float32Array, hz: number): number {
  const lag = Math.round(48_000 / hz);
  let [same, all] = [0, 0];
  for (let i = lag; i < samples.length; i++) {
    same += samples[i]! * samples[i - lag]!;
    all += samples[i]! ** 2;
  }
  return same / all;
}

describe.each([
  ['bass', bassLoop, 55],
  ['guitar', guitarLoop, 220],
] as const)('the %s', (_name, make, firstHz) => {
  const loop = make();

  it('is the same every time, and a whole number of blocks long', () => {
    expect(make()).toEqual(loop);
    expect(loop).toHaveLength(LOOP_SAMPLES);
    expect(LOOP_SAMPLES % (4 * 128)).toBe(0);
  });

  it('is quiet enough, and louder at times than at others', () => {
    expect(loop.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)).toBeLessThan(0.26);
    const bars = Array.from({ length: 8 }, (_, bar) => decibels(loop.subarray(4 * bar * BEAT, 4 * (bar + 1) * BEAT)));
    expect(Math.min(...bars)).toBeGreaterThan(-40);
    expect(Math.max(...bars) - Math.min(...bars)).toBeGreaterThan(3);
  });

  it('begins on its A, in tune', () => {
    expect(pitchShare(loop.subarray(4800, BEAT / 2), firstHz)).toBeGreaterThan(0.8);
    expect(pitchShare(loop.subarray(4800, BEAT / 2), firstHz * 2 ** (1 / 2))).toBeLessThan(0.6);
  });

  it('survives the codec, over the seam of the loop too', () => {
    const coded = codeLoop(loop, PLAYER_FORMAT, wasm);
    const decoder = createDecoder(loadOpus(wasm, 1), { frameSamples: 128, channels: 1 });
    const frames = LOOP_SAMPLES / 128;
    let [error, signal] = [0, 0];
    let before: Float32Array = new Float32Array(128);
    for (let frame = frames - 400; frame < frames + 400; frame++) {
      const at = (frame % frames) * PLAYER_FORMAT.frameBytes;
      decoder.bytes.set(coded.subarray(at, at + PLAYER_FORMAT.frameBytes));
      decoder.decode(PLAYER_FORMAT.frameBytes);
      // A frame comes out one frame late, 64 samples of it at the latest: compared by its strength alone.
      if (frame > frames - 300) {
        error += Math.abs(decoder.pcm.reduce((s, x) => s + x * x, 0) - before.reduce((s, x) => s + x * x, 0));
        signal += before.reduce((s, x) => s + x * x, 0);
      }
      before = loop.slice((frame % frames) * 128, (frame % frames) * 128 + 128);
    }
    expect(error / signal).toBeLessThan(0.5);
  });
});

describe('a player', () => {
  const profile = { name: 'Bass', city: '', countryCode: 0, instrument: 5, skill: 'expert' } as const;
  const { frameBytes } = PLAYER_FORMAT;
  const frames = Uint8Array.from({ length: frameBytes * 8 }, (_, i) => Math.floor(i / frameBytes) + 1);

  function player() {
    const sent: Uint8Array[] = [];
    const it = createPlayer({ profile, frames, talk: undefined, send: (datagram) => sent.push(datagram) });
    return { it, sent };
  }

  it('sends nothing before it joins, then four frames of the loop at a time, round and round', () => {
    const { it, sent } = player();
    it.play(0, 0);
    expect(sent).toEqual([]);
    it.join(0);
    it.play(4, 10);
    it.play(8, 20);
    expect(sent.map((datagram) => datagram.length)).toEqual([4 * frameBytes, 4 * frameBytes]);
    expect([0, 1, 2, 3].map((i) => sent[0]?.[i * frameBytes])).toEqual([5, 6, 7, 8]);
    expect([0, 1, 2, 3].map((i) => sent[1]?.[i * frameBytes])).toEqual([1, 2, 3, 4]);
  });

  it('says goodbye three times and is gone', () => {
    const { it, sent } = player();
    it.join(0);
    it.leave(10);
    for (let ms = 20; ms < 500; ms += 10) it.play(ms, ms);
    const said = sent.map((datagram) => {
      const frame = parseFrame(datagram);
      return frame === undefined ? 'audio' : decodeMessage(frame.id, frame.body).type;
    });
    expect(said).toEqual(['CLM_DISCONNECTION', 'CLM_DISCONNECTION', 'CLM_DISCONNECTION']);
    expect(it.isGone()).toBe(true);
  });

  it('ignores what is not for it', () => {
    const { it, sent } = player();
    it.receive(messageDatagram({ type: 'CLM_SERVER_FULL' }), 0);
    it.receive(new Uint8Array(100), 0);
    expect(sent).toEqual([]);
  });
});
