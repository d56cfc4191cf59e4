/** The end: leaving first, then the plug may be pulled. Pulling it is allowed at any time. */
import { power } from '../../../box/views.ts';
import { newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { drawMessage } from '../widgets.ts';

export const powerScreen: Screen = {
  view: (view) => {
    const frame = newFrame();
    const off = power(view.box) === 'off';
    drawMessage(frame, view, {
      title: off ? 'You can unplug now' : 'Shutting down',
      body: off ? '' : `${view.box.link.kind === 'idle' ? '' : 'Leaving the server first. '}This takes some seconds.`,
    });
    return frame;
  },
  on: (_, view) => stay(view),
};
