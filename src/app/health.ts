/**
 * What the service manager hears of the box: that it is ready, that it is alive, and whether somebody plays. Alive is a
 * box whose audio thread gets through its periods, with a sound card or without, and whose main thread says so.
 */

export interface HealthSigns {
  readonly panelUp: boolean;
  /** Counter of the audio thread's periods; it wraps. */
  readonly periods: number;
  /** There is a link to a server, or one is being made. */
  readonly busy: boolean;
}

/** Interval between health checks. */
const CHECK_INTERVAL_MS = 250;

/** @returns what to say now, assignments of sd_notify(3) */
export type HealthStep = (signs: HealthSigns, nowMs: number) => readonly string[];

/** @param watchdogMs the manager's patience; it hears of life twice in that time. Undefined = it does not watch. */
export function createHealth(watchdogMs: number | undefined): HealthStep {
  let ready = false;
  let fedMs = Number.NEGATIVE_INFINITY;
  let fedAtPeriod = 0;
  let reportedBusy: boolean | undefined;
  return ({ panelUp, periods, busy }, nowMs) => {
    const words: string[] = [];
    if (!ready && panelUp && periods !== 0) {
      ready = true;
      words.push('READY=1');
    }
    // The time of a check is not exact: half the patience is reached one check early rather than one late.
    const isDue = watchdogMs !== undefined && nowMs - fedMs >= watchdogMs / 2 - CHECK_INTERVAL_MS;
    if (ready && isDue && periods !== fedAtPeriod) {
      fedMs = nowMs;
      fedAtPeriod = periods;
      words.push('WATCHDOG=1');
    }
    // No names and no addresses: this can be read in the journal (privacy S1).
    if (busy !== reportedBusy) words.push(`STATUS=${busy ? 'busy' : 'idle'}`);
    reportedBusy = busy;
    return words;
  };
}

/** Looks at the signs from now on. */
export function reportHealth(
  look: () => HealthSigns,
  manager: {
    readonly notify: (text: string) => unknown;
    readonly watchdogMs: number | undefined;
  },
): void {
  const step = createHealth(manager.watchdogMs);
  const report = (): void => {
    const words = step(look(), performance.now());
    if (words.length > 0) manager.notify(words.join('\n'));
  };
  setInterval(report, CHECK_INTERVAL_MS).unref();
  report();
}
