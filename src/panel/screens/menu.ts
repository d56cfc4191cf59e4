/** The menu: what there is, two levels deep. */
import { drawList, onList } from '../list.ts';
import { menuOf, openScreen } from '../navigation.ts';
import { type Screen, stay } from '../screen.ts';
import { TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

export const menu: Screen = {
  view: (view) => {
    const frame = newPage(view, view.extras.menuLocked ? `${TITLES.menu} (locked)` : TITLES.menu);
    drawList(
      frame,
      view,
      menuOf(view).map((screen) => ({ text: TITLES[screen] })),
    );
    return frame;
  },
  on: (input, view) => {
    const screens = menuOf(view);
    return onList(input, view, screens.length, (cursor) => {
      const chosen = screens[cursor];
      return chosen === undefined ? stay(view) : openScreen(view, chosen);
    });
  },
};
