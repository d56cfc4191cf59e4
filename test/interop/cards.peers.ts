/** The box on ALSA sound cards: what it asks for, what it is granted and says so, the way from input to output. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EngineState } from '../../src/box/state.ts';
import { until } from '../peers/wait.ts';
import { isMissing, isRunning, roundTrip, useCardBench } from './card-bench.ts';
import { watchXruns } from './stalls.ts';

const { peers, plugInNewCard, start, playing, playingCalmly } = useCardBench('cards');

function descriptionOf({ device }: EngineState): string {
  return device.kind === 'running' ? device.description : '';
}

describe('A box on a sound card', () => {
  it.each([
    { period: 64, periods: 2 },
    { period: 128, periods: 2 },
    { period: 32, periods: 3 },
  ])('gets $period x $periods frames, says so, and hears its input exactly a buffer later', async (wanted) => {
    const { period, periods } = wanted;
    const on = plugInNewCard();
    const box = await start(['--period', `${period}`, '--periods', `${periods}`]);
    const { engine } = await playing(box);
    expect(engine.device).toMatchObject({ periodFrames: period, latencyFrames: period * (periods + 1) });
    expect(box.log.join('\n')).toContain(`S32_LE 2 ch ${period}/${period * periods}`);
    expect(on.status('playback')).toMatchObject({ periodFrames: period, bufferFrames: period * periods, channels: 2 });
    for (let i = 0; i < 5; i++) expect(await roundTrip(on)).toBe(period * periods);
  });

  it('plays a minute at 64 x 2 frames, with no xrun but when the machine stalled', {
    timeout: 90_000,
  }, async () => {
    const on = plugInNewCard();
    const box = await start();
    await playingCalmly(box);
    const watch = await watchXruns(peers(), box);
    const before = on.status('capture').transferred;
    await sleep(60_000);
    const seen = await watch.stop();
    console.log(`a minute: ${JSON.stringify(seen)}`);
    expect(seen.unexplained).toBe(0);
    expect((await box.ask()).state.link.kind).toBe('connected');
    // An xrun costs up to a buffer, and the length of a stall.
    expect(on.status('capture').transferred - before).toBeGreaterThan(60 * 48_000 - 512 * (1 + seen.xruns));
    expect(await roundTrip(on)).toBe(128);
  });

  it('takes S16_LE where there is no S32_LE', async () => {
    const on = plugInNewCard();
    on.offerFormats(['S16_LE']);
    const box = await start();
    await playing(box);
    expect(box.log.join('\n')).toContain('S16_LE 2 ch 64/128');
    expect(await roundTrip(on)).toBe(128);
  });

  it('takes 64 frames where I2S hardware, which wants 256 bytes, has no 32 in S16_LE', async () => {
    const on = plugInNewCard();
    on.offerFormats(['S16_LE']);
    on.setMinPeriodBytes(256);
    const box = await start(['--period', '32']);
    expect((await playing(box)).engine.device).toMatchObject({ periodFrames: 64 });
    expect(await roundTrip(on)).toBe(128);
  });

  it('takes 48 frames where a USB card has none below 1 ms, and says what delay they make', async () => {
    const on = plugInNewCard();
    on.setMinPeriodBytes(48 * 2 * 4);
    const box = await start(['--period', '32', '--periods', '3']);
    expect((await playing(box)).engine.device).toMatchObject({ periodFrames: 48, latencyFrames: 4 * 48 });
    expect(await roundTrip(on)).toBe(144);
    const { visit } = await box.waitFor('sound from the server', (state) => state.visit.audio?.stopped === false);
    expect(visit.audio?.received).toBeGreaterThan(0);
  });

  it('hears and plays on the channels of the card that are chosen, also while it plays', async () => {
    const on = plugInNewCard();
    on.setChannels(18, 18);
    on.offerFormats(['S24_3LE']);
    on.tap(1, 2);
    const box = await start();
    expect((await playing(box)).engine.device).toMatchObject({ inputs: 18, outputs: 18 });
    expect(await roundTrip(on)).toBe(128);
    on.tap(3, 4);
    box.dispatch({ type: 'setSound', change: { inputChannels: [3, 4], outputChannels: [3, 4] } });
    await box.waitFor('other channels', ({ engine }) => descriptionOf(engine).includes('3+4 of 18'));
    expect(await roundTrip(on)).toBe(128);
    expect((await box.ask()).state.link.kind).toBe('connected');
  });

  it('joins and plays on a card without an input: nothing but silence is sent', async () => {
    const on = plugInNewCard();
    on.remove('capture');
    const box = await start();
    const { engine } = await playing(box);
    expect(engine.device).toMatchObject({ inputs: 0, outputs: 2, latencyFrames: 128 });
    await until('sound on the card', () => on.status('playback').transferred > 48_000);
    expect(engine.input.level).toEqual([0, 0]);
  });

  it('joins and is heard on a card without an output', async () => {
    const on = plugInNewCard();
    on.remove('playback');
    const box = await start();
    expect((await playing(box)).engine.device).toMatchObject({ inputs: 2, outputs: 0 });
    on.feed(on.frameNow() + 4800, new Int32Array(9600).fill(0x40000000));
    await box.waitFor('a level', (state) => state.engine.input.level[0] > 0.3);
  });

  it('says why a card that is there does not fit, and plays when it does', async () => {
    const on = plugInNewCard();
    on.setRate(44_100);
    const box = await start();
    await box.connected();
    const { engine } = await box.waitFor('no card', isMissing);
    expect(engine.device).toMatchObject({
      problem: 'card-rate',
      why: expect.stringContaining('no 48000 Hz, only 44100 Hz'),
    });
    on.setRate(48_000);
    await box.waitFor('the card', isRunning);
  });

  it('takes 32 frames of I2S hardware in S32_LE', async () => {
    const on = plugInNewCard();
    on.setMinPeriodBytes(256);
    const box = await start(['--period', '32', '--periods', '3']);
    expect((await playing(box)).engine.device).toMatchObject({ periodFrames: 32 });
    expect(await roundTrip(on)).toBe(96);
  });

  it('plays on a card that is mono only', async () => {
    const on = plugInNewCard();
    on.setChannels(1, 1);
    const box = await start();
    await playing(box);
    expect(box.log.join('\n')).toContain('S32_LE 1 ch 64/128');
    expect(await roundTrip(on)).toBe(128);
  });

  it('says so when the card has no format that it knows, and takes the card when it has', async () => {
    const on = plugInNewCard();
    on.offerFormats(['U8']);
    const box = await start();
    await box.connected();
    const { engine } = await box.waitFor('no card', isMissing);
    expect(engine.device).toMatchObject({ problem: 'card-format', retrying: true });
    on.offerFormats(['S32_LE']);
    await box.waitFor('the card', isRunning);
    expect(await roundTrip(on)).toBe(128);
  });
});
