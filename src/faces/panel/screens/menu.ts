/** The menu: what there is, two levels deep. Here the server of the visit, or of the last one, becomes a favourite. */

import { isMenuLocked } from '../../../box/policy.ts';
import { serverChoice } from '../../../box/servers/choice.ts';
import { drawList, onList } from '../list.ts';
import { menuOf, openScreen, withHint } from '../navigation.ts';
import { type Outcome, type PanelView, type Screen, stay } from '../screen.ts';
import { FAVOURITE, HINTS, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function isFavourite({ box }: PanelView): boolean {
  return serverChoice(box).servers.some(({ address, favourite }) => favourite && address === box.server?.address);
}

function toggleFavourite(view: PanelView): Outcome {
  const { box, panel, nowMs } = view;
  if (box.server === null) return stay(view);
  const text = `${isFavourite(view) ? HINTS.removed : HINTS.kept} ${box.server.label}`;
  return {
    panel: withHint(panel, text, nowMs),
    commands: [{ type: 'favourite', address: box.server.address, on: !isFavourite(view) }],
  };
}

export const menu: Screen = {
  view: (view) => {
    const frame = newPage(view, isMenuLocked(view.box, 'panel') ? `${TITLES.menu} (locked)` : TITLES.menu);
    drawList(
      frame,
      view,
      menuOf(view).map((entry) => ({
        text: entry !== 'favourite' ? TITLES[entry] : isFavourite(view) ? FAVOURITE.remove : FAVOURITE.add,
      })),
    );
    return frame;
  },
  on: (input, view) => {
    const entries = menuOf(view);
    return onList(input, view, entries.length, (cursor) => {
      const chosen = entries[cursor];
      if (chosen === undefined) return stay(view);
      return chosen === 'favourite' ? toggleFavourite(view) : openScreen(view, chosen);
    });
  },
};
