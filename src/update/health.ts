/**
 * When is a new system healthy? When the box has run for 30 s as one process that feeds its watchdog, which it does only
 * while the audio thread gets through its periods. Within 2 minutes, or the old system comes back. Neither a sound card
 * nor a network is asked for: a loose plug is not the new system's fault. Pure.
 */

/** One look at jambox.service. */
export interface HealthSample {
  readonly active: boolean;
  readonly pid: number;
  /** When the watchdog was last fed: any clock. */
  readonly fed: number;
}

export interface HealthWatch {
  readonly beganMs: number;
  /** Since when it is one process that feeds the watchdog; null = it isn't. */
  readonly wellSinceMs: number | null;
  readonly pid: number;
  readonly fed: number;
  readonly fedMs: number;
}

export type Verdict = 'healthy' | 'failed' | 'wait';

/** How long the box must have run well to be healthy, and when it is too late for that. */
export const WELL_MS = 30_000;
export const DEADLINE_MS = 120_000;
/** Longest time since the watchdog was fed for a box that runs well: WatchdogSec in jambox.service, and a little. */
const HUNGRY_MS = 12_000;

export function beginHealth(nowMs: number): HealthWatch {
  return { beganMs: nowMs, wellSinceMs: null, pid: 0, fed: 0, fedMs: nowMs };
}

export function healthStep(
  watch: HealthWatch,
  { active, pid, fed }: HealthSample,
  nowMs: number,
): { readonly watch: HealthWatch; readonly verdict: Verdict } {
  const fedMs = fed === watch.fed ? watch.fedMs : nowMs;
  const well = active && pid !== 0 && fed !== 0 && nowMs - fedMs < HUNGRY_MS;
  const wellSinceMs = !well ? null : pid === watch.pid ? (watch.wellSinceMs ?? nowMs) : nowMs;
  const next = { beganMs: watch.beganMs, wellSinceMs, pid, fed, fedMs };
  if (wellSinceMs !== null && nowMs - wellSinceMs >= WELL_MS) return { watch: next, verdict: 'healthy' };
  return { watch: next, verdict: nowMs - watch.beganMs >= DEADLINE_MS ? 'failed' : 'wait' };
}

/** From what `systemctl show` prints of jambox.service. */
export function parseHealth(shown: string): HealthSample {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
  return {
    active: value('ActiveState') === 'active',
    pid: Number(value('MainPID')) || 0,
    fed: Number(value('WatchdogTimestampMonotonic')) || 0,
  };
}
