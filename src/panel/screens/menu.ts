/** The menu: what there is, two levels deep. Here the server of the visit, or of the last one, becomes a favourite. */
import { drawList, onList } from '../list.ts';
import { menuOf, openScreen, withHint } from '../navigation.ts';
import { type Outcome, type PanelView, type Screen, stay } from '../screen.ts';
import { FAVOURITE, HINTS, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function isFavourite({ box, extras }: PanelView): boolean {
  return extras.servers.some(({ address, favourite }) => favourite && address === box.server?.address);
}

function toggleFavourite(view: PanelView): Outcome {
  const { box, panel, nowMs } = view;
  if (box.server === null) return stay(view);
  const text = `${isFavourite(view) ? HINTS.removed : HINTS.kept} ${box.server.label}`;
  return {
    panel: withHint(panel, text, nowMs),
    events: [{ type: 'toggleFavourite', address: box.server.address }],
  };
}

export const menu: Screen = {
  view: (view) => {
    const frame = newPage(view, view.extras.menuLocked ? `${TITLES.menu} (locked)` : TITLES.menu);
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
