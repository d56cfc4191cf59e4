/** An update is being put in: how far it is, and that the plug stays in. */
import { drawBar } from '../bars.ts';
import { newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { drawMessage } from '../widgets.ts';

export const updateRunning: Screen = {
  view: (view) => {
    const frame = newFrame();
    const { update } = view.extras;
    const restarting = update.kind === 'restarting';
    const body = restarting
      ? 'If something is wrong, the old version comes back by itself.'
      : 'This box restarts then.';
    drawMessage(frame, view, { title: restarting ? 'Restarting' : 'Updating', body });
    if (update.kind === 'installing') drawBar(frame, { x: 4, y: 53, width: 120, height: 9 }, update.progress);
    return frame;
  },
  on: (_, view) => stay(view),
};
