/** The promises about people's data, a page each (privacy C1…C10). */
import { PRIVACY_PAGES } from '../../../box/screen-texts.ts';
import { onList } from '../list.ts';
import { type Screen, stay } from '../screen.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';

export const privacy: Screen = {
  view: (view) => {
    const number = Math.min(view.place.cursor, PRIVACY_PAGES.length - 1);
    const page = PRIVACY_PAGES[number] ?? { title: '', body: '' };
    const frame = newPage(view, `${number + 1}/${PRIVACY_PAGES.length}`);
    drawMessage(frame, view, { ...page, top: PAGE_TOP });
    return frame;
  },
  on: (input, view) => onList(input, view, PRIVACY_PAGES.length, () => stay(view)),
};
