/** Updates: only while nothing is connected; whether the box looks for them is up to its owner (privacy C9). */
import { updateCheck, updateNow } from '../../../box/views.ts';
import { drawList, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { TITLES, UPDATE, YES_NO } from '../texts.ts';
import { newPage } from '../widgets.ts';

/** Without its commit, which nobody reads: "0.2.0+20261124" of "0.2.0+20261124.abc1234". */
export function shortVersion(version: string): string {
  return version.replace(/^(\d+\.\d+\.\d+\+\d+)\..*$/, '$1');
}

function rows(view: PanelView): readonly Setting[] {
  const isOn = updateCheck(view.box);
  if (isOn === null) return offered(view);
  const check: Setting = {
    text: UPDATE.check,
    value: isOn ? YES_NO.on : YES_NO.off,
    second: UPDATE.checkSends,
    choose: { type: 'updateCheck', on: !isOn },
  };
  return [...offered(view), check];
}

function offered({ box }: PanelView): readonly Setting[] {
  const update = updateNow(box);
  if (update.kind === 'old-bootloader') {
    return [
      { text: UPDATE.oldBootloader, second: UPDATE.oldBootloaderHelp },
      { text: UPDATE.renewBootloader, second: UPDATE.renewBootloaderHelp },
    ];
  }
  if (update.kind !== 'available') return [{ text: UPDATE.none, second: UPDATE.noneHelp }];
  const text = `${UPDATE.install} ${shortVersion(update.version)}`;
  if (box.link.kind !== 'idle') return [{ text, second: UPDATE.leaveFirst }];
  return [{ text, second: UPDATE.minutes, choose: { type: 'startUpdate' } }];
}

export const update: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.update);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => onSettings(input, view, rows(view)),
};
