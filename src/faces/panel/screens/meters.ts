/** What goes in and what comes out, left and right; CLIP stands until it is pressed away. */
import type { SideMeter } from '../../../box/state.ts';
import { drawLevel, meterFraction } from '../bars.ts';
import { drawText } from '../font.ts';
import { type Frame, invertRect } from '../frame.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { close } from '../state.ts';
import { METER_TEXTS, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function drawSide(frame: Frame, { fonts }: PanelView, word: string, meter: SideMeter, top: number): void {
  drawText(frame, fonts.small, word, 0, top);
  for (const channel of [0, 1] as const) {
    const y = top + 9 + channel * 8;
    drawText(frame, fonts.small, channel === 0 ? 'L' : 'R', 0, y);
    drawLevel(
      frame,
      { x: 8, y, width: 120, height: 6 },
      meterFraction(meter.level[channel]),
      meterFraction(meter.hold[channel]),
    );
    if (!meter.clipped[channel]) continue;
    const x = channel === 0 ? 62 : 97;
    drawText(frame, fonts.small, `${METER_TEXTS.clip}${channel === 0 ? 'L' : 'R'}`, x, top);
    invertRect(frame, { x: x - 2, y: top - 1, width: 31, height: 9 });
  }
}

export const meters: Screen = {
  view: (view) => {
    const { input, output } = view.box.engine;
    const frame = newPage(view, TITLES.meters);
    drawSide(frame, view, METER_TEXTS.input, input, 11);
    drawSide(frame, view, METER_TEXTS.output, output, 38);
    return frame;
  },
  on: (input, view) => {
    switch (input.type) {
      case 'choose':
        return stay(view, { type: 'resetClip' });
      case 'back':
      case 'next':
      case 'previous':
        return { panel: close(view.panel), commands: [] };
      default:
        return stay(view);
    }
  },
};
