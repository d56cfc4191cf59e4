import { describe, expect, it } from 'vitest';
import { createHealth, type HealthSigns, type HealthStep } from '../../src/app/health.ts';

const ALIVE: HealthSigns = { panelUp: true, periods: 100, busy: false };
const PATIENCE_MS = 10_000;

/** Looks every 250 ms for `seconds`, with `periodsPerLook` periods in between; the times of WATCHDOG=1, in seconds. */
function fedAt(step: HealthStep, seconds: number, periodsPerLook: number): number[] {
  const times: number[] = [];
  for (let look = 0; look <= seconds * 4; look++) {
    const words = step({ ...ALIVE, periods: 100 + look * periodsPerLook }, look * 250);
    if (words.includes('WATCHDOG=1')) times.push(look / 4);
  }
  return times;
}

describe('what the service manager hears', () => {
  it('READY once, when the panel is up and the audio thread has got through a period', () => {
    const step = createHealth(undefined);
    expect(step({ panelUp: false, periods: 0, busy: false }, 0)).not.toContain('READY=1');
    expect(step({ panelUp: true, periods: 0, busy: false }, 1)).not.toContain('READY=1');
    expect(step({ panelUp: false, periods: 5, busy: false }, 2)).not.toContain('READY=1');
    expect(step({ panelUp: true, periods: 6, busy: false }, 3)).toEqual(['READY=1']);
    expect(step({ panelUp: true, periods: 7, busy: false }, 4)).toEqual([]);
  });

  it('WATCHDOG twice in its time of patience, while periods go by', () => {
    const times = fedAt(createHealth(PATIENCE_MS), 60, 188);
    expect(times[0]).toBe(0);
    for (let n = 1; n < times.length; n++) expect(times[n]! - times[n - 1]!).toBeLessThanOrEqual(PATIENCE_MS / 2000);
    expect(times.length).toBeLessThan(15);
  });

  it('no WATCHDOG from an audio thread that stands still, and again from the next period on', () => {
    const step = createHealth(PATIENCE_MS);
    expect(fedAt(step, 60, 0)).toEqual([0]);
    expect(step({ ...ALIVE, periods: 101 }, 61_000)).toEqual(['WATCHDOG=1']);
  });

  it('no WATCHDOG before READY, nor where nobody watches', () => {
    expect(createHealth(PATIENCE_MS)({ ...ALIVE, panelUp: false }, 0)).toEqual(['STATUS=idle']);
    expect(fedAt(createHealth(undefined), 60, 188)).toEqual([]);
  });

  it('STATUS only when it changes, without any name', () => {
    const step = createHealth(undefined);
    expect(step(ALIVE, 0)).toEqual(['READY=1', 'STATUS=idle']);
    expect(step(ALIVE, 1)).toEqual([]);
    expect(step({ ...ALIVE, busy: true }, 2)).toEqual(['STATUS=busy']);
    expect(step(ALIVE, 3)).toEqual(['STATUS=idle']);
  });
});
