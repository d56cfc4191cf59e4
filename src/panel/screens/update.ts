/** Updates: only while nothing is connected; whether the box looks for them is up to its owner (privacy C9). */
import { drawList, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { TITLES, UPDATE, YES_NO } from '../texts.ts';
import { newPage } from '../widgets.ts';

function rows({ box, extras }: PanelView): readonly Setting[] {
  const { update, updateCheck } = extras;
  const check: Setting = {
    text: UPDATE.check,
    value: updateCheck ? YES_NO.on : YES_NO.off,
    second: UPDATE.checkSends,
    choose: { type: 'setUpdateCheck', on: !updateCheck },
  };
  switch (update.kind) {
    case 'available': {
      const idle = box.link.kind === 'idle';
      const install: Setting = {
        text: `${UPDATE.install} ${update.version}`,
        second: idle ? UPDATE.twoMinutes : UPDATE.leaveFirst,
      };
      return [idle ? { ...install, choose: { type: 'startUpdate' } } : install, check];
    }
    case 'undone':
      return [{ text: UPDATE.undone, second: update.version }, check];
    default:
      return [{ text: UPDATE.none }, check];
  }
}

export const update: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.update);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => onSettings(input, view, rows(view)),
};
