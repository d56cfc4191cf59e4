/** An update is being put in: how far it is, and what pulling the plug would do. */

import { UPDATE_RUNNING } from '../../../box/screen-texts.ts';
import { updateNow } from '../../../box/views.ts';
import { drawBar } from '../bars.ts';
import { newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { drawMessage } from '../widgets.ts';

export const updateRunning: Screen = {
  view: (view) => {
    const frame = newFrame();
    const update = updateNow(view.box);
    drawMessage(frame, view, UPDATE_RUNNING[update.kind === 'restarting' ? 'restarting' : 'installing']);
    if (update.kind === 'installing') drawBar(frame, { x: 4, y: 53, width: 120, height: 9 }, update.progress);
    return frame;
  },
  on: (_, view) => stay(view),
};
