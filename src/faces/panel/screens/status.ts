/** Everything about the connection and the box that support asks for. */
import type { EngineState } from '../../../box/state.ts';
import { drawList, type Item, onList } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { stay } from '../screen.ts';
import { bufferWords, delayNumber, pingWords } from '../status-rows.ts';
import { STATUS, TITLES, YES_NO } from '../texts.ts';
import { newPage } from '../widgets.ts';

/** What the kernel granted, in words: without it the box plays, but a busy moment is heard. */
function timingRows(realtime: EngineState['realtime']): readonly Item[] {
  if (realtime === null) return [{ text: STATUS.realtime, value: '--' }];
  if (realtime.granted) return [{ text: STATUS.realtime, value: YES_NO.on }];
  return [{ text: STATUS.realtime, value: YES_NO.off }, { text: STATUS.expect }];
}

function rows({ box }: PanelView): readonly Item[] {
  const { visit, engine } = box;
  const known = (value: number | null, unit: string) => (value === null ? '--' : `${Math.round(value)}${unit}`);
  const { device } = engine;
  return [
    { text: 'Delay', value: `${delayNumber(box)} ms` },
    { text: 'Ping', value: pingWords(box) },
    { text: 'Buffers', value: bufferWords(box) },
    { text: 'Drops a minute', value: `${visit.missesLastMinute}` },
    { text: 'Card drop-outs', value: `${engine.xruns}` },
    { text: 'Processor', value: known(box.system.cpuPercent, ' %') },
    { text: 'Temperature', value: known(box.system.temperatureC, ' °C') },
    { text: 'Server', value: visit.server?.version ?? '--' },
    {
      text: device.kind === 'running' ? device.description : device.kind === 'missing' ? device.why : 'Sound card: --',
    },
    ...timingRows(engine.realtime),
    ...box.setup.mistakes.map((text) => ({ text: `box.toml: ${text}` })),
  ];
}

export const status: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.status);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => onList(input, view, rows(view).length, () => stay(view)),
};
