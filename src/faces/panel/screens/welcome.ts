/** What the server says to those who come: it rolls by once. Any press puts it away. */
import { drawText } from '../font.ts';
import { addFrame, clearRect, FRAME_HEIGHT, FRAME_WIDTH, newFrame } from '../frame.ts';
import { rollMs, rollOffset, wrapText } from '../layout.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { WELCOME } from '../texts.ts';
import { newPage, PAGE_TOP, SMALL_PITCH } from '../widgets.ts';

function welcomeLines({ box, fonts }: PanelView): readonly string[] {
  return wrapText(fonts.small, box.visit.welcome ?? '', FRAME_WIDTH - 1);
}

function excess(lines: readonly string[]): number {
  return lines.length * SMALL_PITCH - (FRAME_HEIGHT - PAGE_TOP - 1);
}

export const welcome: Screen = {
  view: (view) => {
    const frame = newPage(view, WELCOME);
    const text = newFrame();
    const lines = welcomeLines(view);
    const top = PAGE_TOP + 1 - rollOffset(excess(lines), view.nowMs - view.place.sinceMs);
    for (const [index, line] of lines.entries()) {
      const y = top + index * SMALL_PITCH;
      if (y > 0 && y < FRAME_HEIGHT) drawText(text, view.fonts.small, line, 0, y);
    }
    clearRect(text, { x: 0, y: 0, width: FRAME_WIDTH, height: PAGE_TOP });
    addFrame(frame, text);
    return frame;
  },
  on: (input, view) => {
    const over = view.nowMs - view.place.sinceMs >= rollMs(excess(welcomeLines(view))) + READING_MS;
    if (input.type === 'tick' && !over) return stay(view);
    return { panel: { ...view.panel, welcomeSeen: view.box.visit.welcome }, commands: [] };
  },
};

/** A short welcome doesn't roll, but stays this much longer. */
const READING_MS = 3000;
