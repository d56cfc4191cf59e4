/** The box on ALSA's JACK plug-in: a card that is a program, and can die without a word. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startJack } from '../peers/jack.ts';
import { playAndRecord } from '../peers/jackpulse.ts';
import { findPulses, pulseTrain } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import { writeJackConf } from '../testcard/build.ts';
import { startBox } from './box.ts';
import { isMissing, isRunning, useCardBench } from './card-bench.ts';

const { peers, server, playing, sessionOf } = useCardBench('jack-card');

describe('A box on the JACK plug-in', () => {
  const jackName = `cards${process.pid}`;
  const startOnJack = () => {
    const env = { ...writeJackConf(peers().folder), JACK_DEFAULT_SERVER: jackName };
    const args = ['--server', server().address, '--input', 'alsa:box', '--output', 'alsa:box', '--monitor', '100'];
    return startBox(peers(), { args: [...args, '--periods', '4'], env });
  };

  it('plays at 64 frames, and hears its input a constant time later', async () => {
    const jack = await startJack(peers(), { name: jackName, periodFrames: 64 });
    const box = await startOnJack();
    const { engine } = await playing(box);
    expect(engine.device).toMatchObject({ periodFrames: 64, latencyFrames: 64 * 5 });
    const ports = await jack.ports();
    const port = (start: string) => ports.find((name) => name.startsWith(start)) ?? start;
    const { recorded } = await playAndRecord(peers(), {
      ...{ name: 'pulse', jack, frames: 96_000, play: [pulseTrain(96_000, 12_000, 6000)] },
      ...{ to: [port('boxcap:')], from: [port('boxplay:')] },
    });
    const found = findPulses(recorded[0] ?? new Float32Array(0), 0.5, 6000).map((frame) => frame % 12_000);
    console.log(`JACK: ${found.map((frame) => frame - 6000).join(' ')}`);
    expect(found.length).toBeGreaterThanOrEqual(7);
    expect(new Set(found).size).toBe(1);
  });

  it('whose server dies gives the card up, and takes it again from the next server', { timeout: 40_000 }, async () => {
    const jack = await startJack(peers(), { name: jackName, periodFrames: 64 });
    const box = await startOnJack();
    await playing(box);
    const before = await sessionOf(box);
    await jack.process.stop('SIGKILL');
    await box.waitFor('no card', isMissing, { timeoutMs: 3000 });
    await sleep(2000);
    expect(await sessionOf(box)).toEqual(before);
    await startJack(peers(), { name: jackName, periodFrames: 64 });
    await box.waitFor('the card', isRunning, { timeoutMs: 10_000 });
    const capture = async () => (await box.ask()).statistics.periods;
    const periods = await capture();
    await until('periods', async () => (await capture()) > periods + 750);
    expect(await sessionOf(box)).toEqual(before);
  });
});
