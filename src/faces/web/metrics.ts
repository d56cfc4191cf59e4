/** Numbers in Prometheus' text form, version 0.0.4; none is about a person. Pure. */
import type { EngineStatistics } from '../../app/statistics.ts';
import type { PageState } from './api/page-state.ts';

type Kind = 'gauge' | 'counter';

/** @param statistics of the engine; a number that is not known has no line */
export function metrics(state: PageState, statistics: Omit<EngineStatistics, 'thread'>): string {
  const { delay, box, link, problems, people } = state;
  const { processingTime, wakeUpLatency, counters, cpuSeconds, residentBytes } = statistics;
  const lines: string[] = [];
  const add = (name: string, kind: Kind, help: string, values: Readonly<Record<string, number | null | undefined>>) => {
    const known = Object.entries(values).filter(([, value]) => typeof value === 'number');
    if (known.length === 0) return;
    lines.push(`# HELP jambox_${name} ${help}`, `# TYPE jambox_${name} ${kind}`);
    for (const [labels, value] of known) lines.push(`jambox_${name}${labels} ${value}`);
  };
  add('connected', 'gauge', 'Is on a server.', { '': link.kind === 'connected' ? 1 : 0 });
  add('people', 'gauge', 'Musicians on the server.', { '': people.length });
  add('delay_ms', 'gauge', 'Whole delay.', { '': delay.ms });
  add('ping_ms', 'gauge', 'Round trip to the server.', { '': delay.pingMs });
  add('jitter_blocks', 'gauge', 'Sizes of the jitter buffers.', {
    '{end="own"}': delay.clientBlocks,
    '{end="server"}': delay.serverBlocks,
  });
  add('misses_total', 'counter', 'Blocks that were not there in time.', { '': counters['misses'] });
  add('xruns_total', 'counter', 'Drop-outs of the sound card.', { '': counters['xruns'] });
  add('periods_total', 'counter', 'Periods of the sound card.', { '': counters['periods'] });
  const percentiles = ({ p50Us, p99Us, p999Us, maxUs }: EngineStatistics['processingTime']) => ({
    '{quantile="0.5"}': p50Us,
    '{quantile="0.99"}': p99Us,
    '{quantile="0.999"}': p999Us,
    '{quantile="1"}': maxUs,
  });
  add('period_path_us', 'gauge', 'Time from wake-up to written.', percentiles(processingTime));
  add('wake_up_late_us', 'gauge', 'Lateness of the wake-up.', percentiles(wakeUpLatency));
  add('temperature_celsius', 'gauge', 'Of the processor.', { '': box.temperatureC });
  add('cpu_percent', 'gauge', 'Of all cores.', { '': box.cpuPercent });
  add('process_cpu_seconds_total', 'counter', 'Of this program.', { '': cpuSeconds });
  add('process_resident_bytes', 'gauge', 'Of this program.', { '': residentBytes });
  add('problems', 'gauge', 'That stand now.', { '': problems.length });
  return `${lines.join('\n')}\n`;
}
