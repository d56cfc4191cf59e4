/** An update is being put in: how far it is, and what pulling the plug would do. */
import { drawBar } from '../bars.ts';
import type { UpdateState } from '../extras.ts';
import { newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { UPDATE_RUNNING } from '../texts.ts';
import { drawMessage } from '../widgets.ts';

/** Nobody may begin to play now. */
export function isUpdating({ kind }: UpdateState): boolean {
  return kind === 'installing' || kind === 'restarting';
}

export const updateRunning: Screen = {
  view: (view) => {
    const frame = newFrame();
    const { update } = view.extras;
    drawMessage(frame, view, UPDATE_RUNNING[update.kind === 'restarting' ? 'restarting' : 'installing']);
    if (update.kind === 'installing') drawBar(frame, { x: 4, y: 53, width: 120, height: 9 }, update.progress);
    return frame;
  },
  on: (_, view) => stay(view),
};
