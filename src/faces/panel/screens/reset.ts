/** Wiping: people and servers, or everything. A hold of 4 s, and then a second question (privacy C10). */
import { RESET } from '../../../box/screen-texts.ts';
import { absentPages } from '../../../box/views.ts';
import { drawList, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { atPlace, close } from '../state.ts';
import { ANSWERS, CONTROLS, TITLES } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onAnswers } from './answers.ts';

const ALL = ['people-and-servers', 'phones', 'everything'] as const;
type What = (typeof ALL)[number];

/** A box without a page knows no phones. */
function choices({ box }: PanelView): readonly What[] {
  return absentPages(box).includes('phone') ? ALL.filter((what) => what !== 'phones') : ALL;
}

/** What has been chosen stands in the draft: nothing, "hold:WHAT", then "ask:WHAT". */
function step({ place }: PanelView): { readonly kind: 'list' | 'hold' | 'ask'; readonly what: What } {
  const [kind, wanted] = place.draft.split(':');
  const what = ALL.find((one) => one === wanted) ?? 'people-and-servers';
  return { kind: kind === 'hold' || kind === 'ask' ? kind : 'list', what };
}

export const reset: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.reset);
    const { kind, what } = step(view);
    if (kind === 'list')
      drawList(
        frame,
        view,
        choices(view).map((one) => RESET[one]),
      );
    else if (kind === 'hold')
      drawMessage(frame, view, {
        title: RESET.holdTitle,
        body: `${CONTROLS[view.box.setup.controls].hold} ${RESET.holdBody}`,
        top: PAGE_TOP,
      });
    else
      drawMessage(frame, view, {
        title: RESET.ask,
        body: RESET[what].text,
        answers: [ANSWERS.no, ANSWERS.yes],
        top: PAGE_TOP,
      });
    return frame;
  },
  on: (input, view) => {
    const { panel, place, nowMs } = view;
    const { kind, what } = step(view);
    const to = (draft: string) => stay({ ...view, panel: atPlace(panel, place, { draft, cursor: 0, sinceMs: nowMs }) });
    if (kind === 'list') {
      const shown = choices(view);
      return onList(input, view, shown.length, (cursor) => to(`hold:${shown[cursor] ?? ''}`));
    }
    if (input.type === 'back') return to('');
    if (kind === 'hold')
      return input.type === 'danger' ? to(`ask:${what}`) : input.type === 'choose' ? to('') : stay(view);
    return onAnswers(input, view, 2, (chosen) =>
      chosen === 0
        ? to('')
        : { panel: close(panel), commands: [what === 'phones' ? { type: 'forgetPhones' } : { type: 'reset', what }] },
    );
  },
  dangerous: (view) => step(view).kind === 'hold',
};
