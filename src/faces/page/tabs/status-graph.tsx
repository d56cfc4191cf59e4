/** The last 10 minutes: delay and ping as lines, drops as bars. */
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import type { HistorySample } from '../../web/api/page-state.ts';
import { boxNowMs } from '../store.ts';
import { currentLanguage, texts } from '../texts/language.ts';

const HEIGHT_PX = 180;
const MINUTES = 10;

export function StatusGraph({ samples }: { readonly samples: readonly HistorySample[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const language = currentLanguage();
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const made = new UPlot(options(parent.clientWidth), [[], [], [], []], parent);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT_PX }));
    resized.observe(parent);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [language, isDark]);

  useEffect(() => plot.current?.setData(columns(samples)), [samples, language, isDark]);

  const t = texts().box;
  return (
    <figure class="graph">
      <figcaption>
        {t.graph}. {t.graphHelp}.
      </figcaption>
      <div ref={place} aria-hidden="true" />
      <p class="quiet">{summary(samples)}</p>
    </figure>
  );
}

/** Minutes before now, negative; gaps where it was not connected. */
function columns(samples: readonly HistorySample[]): UPlot.AlignedData {
  const now = boxNowMs();
  return [
    samples.map(([atMs]) => (atMs - now) / 60_000),
    samples.map(([, , delayMs]) => delayMs),
    samples.map(([, pingMs]) => pingMs),
    samples.map(([, , , drops]) => (drops === 0 ? null : drops)),
  ];
}

function options(width: number): UPlot.Options {
  const t = texts();
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: color('--quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    cursor: { show: false },
    legend: { show: true, live: false },
    scales: {
      x: { time: false, range: [-MINUTES, 0] },
      y: { range: (_, __, max) => [0, Math.max(50, max * 1.1)] },
      drops: { range: (_, __, max) => [0, Math.max(10, max * 2)] },
    },
    axes: [
      { ...axis, values: (_, at) => at.map((minutes) => `${minutes} min`) },
      { ...axis, size: 40 },
    ],
    series: [
      {},
      { label: `${t.delay.title} (ms)`, stroke: color('--accent'), width: 2 },
      { label: `${t.delay.ping} (ms)`, stroke: color('--quiet'), width: 1.5, dash: [6, 4] },
      {
        label: t.box.drops,
        scale: 'drops',
        stroke: color('--alarm'),
        fill: color('--alarm'),
        ...(UPlot.paths.bars === undefined ? {} : { paths: UPlot.paths.bars({ size: [1, 4, 2] }) }),
        points: { show: false },
      },
    ],
  };
}

/** The graph in words, for those who do not see it. */
function summary(samples: readonly HistorySample[]): string {
  const t = texts().box;
  const delays = samples.flatMap(([, , delayMs]) => (delayMs === null ? [] : [delayMs]));
  if (delays.length === 0) return t.noHistory;
  const drops = samples.reduce((sum, [, , , one]) => sum + one, 0);
  return t.summary(Math.round(Math.min(...delays)), Math.round(Math.max(...delays)), drops);
}
