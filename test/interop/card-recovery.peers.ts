/** How the box comes back from everything that happens to sound cards, while its session goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startRelay } from '../peers/relay.ts';
import { until } from '../peers/wait.ts';
import type { TestCard } from '../testcard/control.ts';
import { isMissing, isRunning, roundTrip, useCardBench } from './card-bench.ts';
import { silenceSent } from './silence.ts';
import { watchXruns } from './stalls.ts';

const { peers, server, plugInNewCard, start, playing, playingCalmly, sessionOf } = useCardBench('card-recovery');

describe('A card that', () => {
  it.each(['playback', 'capture'] as const)('has an xrun of its %s is in step again at once', async (direction) => {
    const on = plugInNewCard();
    const box = await start();
    await playingCalmly(box);
    const before = await sessionOf(box);
    const watch = await watchXruns(peers(), box);
    for (let i = 0; i < 3; i++) {
      const { starts } = on.status(direction);
      on.forceXrun(direction);
      await until('a new start', () => on.status(direction).starts > starts);
      expect(await roundTrip(on)).toBe(128);
    }
    const { xruns, unexplained } = await watch.stop();
    expect(xruns).toBeGreaterThanOrEqual(3);
    expect(unexplained).toBeLessThanOrEqual(3);
    expect(await sessionOf(box)).toEqual(before);
    expect(isRunning((await box.ask()).state)).toBe(true);
  });

  it('was suspended plays on', async () => {
    const on = plugInNewCard();
    const box = await start();
    await playing(box);
    const before = await sessionOf(box);
    const starts = on.status('capture').starts;
    on.suspend();
    await until('a new start', () => on.status('capture').starts > starts && on.status('playback').running);
    expect(await roundTrip(on)).toBe(128);
    expect(await sessionOf(box)).toEqual(before);
  });

  it('stands still is given up, and taken again when it goes on', async () => {
    const on = plugInNewCard();
    const box = await start();
    await playing(box);
    const before = await sessionOf(box);
    on.stall();
    await box.waitFor('no card', isMissing, { timeoutMs: 1500 });
    // Still there and still standing: not taken for a card that plays.
    for (let i = 0; i < 30; i++) {
      expect(isMissing((await box.ask()).state)).toBe(true);
      await sleep(100);
    }
    on.endStall();
    await box.waitFor('the card', isRunning, { timeoutMs: 4000 });
    expect(await roundTrip(on)).toBe(128);
    expect(await sessionOf(box)).toEqual(before);
  });

  it('is pulled out while it plays: silence is sent, nobody leaves; plugged in again it plays', async () => {
    const relay = await startRelay(server().port);
    peers().atEnd(relay.close);
    const on = plugInNewCard();
    const box = await start([], relay.address);
    await playing(box);
    const before = await sessionOf(box);
    peers().atEnd(keepFeedingNoise(on));
    await until('noise on the wire', () =>
      silenceSent(relay)
        .slice(-50)
        .every((isSilent) => !isSilent),
    );
    on.unplug();
    const missing = await box.waitFor('no card', isMissing, { timeoutMs: 1500 });
    expect(missing.engine.device).toMatchObject({ retrying: true });
    const since = relay.datagrams.length;
    await sleep(3000);
    const silences = silenceSent(relay, since);
    // 750 datagrams a second.
    expect(silences.length).toBeGreaterThan(2000);
    // A few frames of the card's last sound may have been under way.
    expect(silences.slice(10).every(Boolean)).toBe(true);
    expect(await sessionOf(box)).toEqual(before);
    expect(isMissing((await box.ask()).state)).toBe(true);
    on.plugIn();
    await box.waitFor('the card', isRunning, { timeoutMs: 3000 });
    await until('noise on the wire', () =>
      silenceSent(relay)
        .slice(-50)
        .every((isSilent) => !isSilent),
    );
    expect(await sessionOf(box)).toEqual(before);
  });

  it('comes only after the box is taken when it comes', async () => {
    // The plug-in would make a card of that name itself.
    const on = plugInNewCard();
    on.unplug();
    const box = await start();
    await box.connected();
    const { engine } = await box.waitFor('no card', isMissing);
    expect(engine.device).toMatchObject({ retrying: true, why: expect.stringContaining('No such device') });
    on.plugIn();
    await box.waitFor('the card', isRunning, { timeoutMs: 3000 });
    expect(await roundTrip(on)).toBe(128);
  });

  it.each([200, -200])(
    'drifts by %i ppm loses a frame now and then, and that is all',
    {
      timeout: 40_000,
    },
    async (ppm) => {
      const on = plugInNewCard();
      on.setDriftPpm(ppm);
      const box = await start();
      await playingCalmly(box);
      const before = await sessionOf(box);
      const first = await box.ask();
      const watch = await watchXruns(peers(), box);
      await sleep(20_000);
      const seen = await watch.stop();
      const { state, statistics } = await box.ask();
      const grown = (name: string) => (statistics.counters[name] ?? 0) - (first.statistics.counters[name] ?? 0);
      console.log(`${ppm} ppm: ${JSON.stringify(seen)}, misses ${grown('misses')} of ${grown('gets')}`);
      expect(await sessionOf(box)).toEqual(before);
      expect(seen.unexplained).toBe(0);
      // An xrun starts the card again, which costs up to the two periods of its buffer.
      expect(grown('gets') + 2 * seen.xruns).toBeGreaterThan(19 * 750);
      expect(grown('misses')).toBeLessThan(150);
      expect(state.link.kind).toBe('connected');
      expect(await roundTrip(on)).toBe(128);
    },
  );
});

/** Noise into the card, a second ahead, until the given function is called. */
function keepFeedingNoise(on: TestCard): () => void {
  let next = on.frameNow() + 480;
  const feed = () => {
    while (next < on.frameNow() + 48_000) {
      on.feed(
        next,
        Int32Array.from({ length: 4800 }, (_, i) => (((next + i) * 2654435761) | 0) >> 3),
      );
      next += 4800;
    }
  };
  feed();
  const timer = setInterval(feed, 200);
  return () => clearInterval(timer);
}
