/** Writing a name or a city with a knob: a wheel of letters, push to take one. Done and Delete stand where it begins. */
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../../../jamulus/text.ts';
import { drawText, textWidth } from '../font.ts';
import { FRAME_WIDTH, type Frame, fillRect, invertRect } from '../frame.ts';
import { drawCentred } from '../layout.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { atPlace, close, type Place } from '../state.ts';
import { CONTROLS, TITLES, WHEEL } from '../texts.ts';
import { newPage } from '../widgets.ts';

const LETTERS = [
  ...' ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  ..."-_.,'&+!?#@()",
  ...'ÄÖÜäöüßÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØŒÙÚÛÝàáâãåæçèéêëìíîïñòóôõøœùúûýÿ',
  ...'ĄĆČĎĐĘĚĞİŁŃŇŐŘŚŠŞŤŮŰŹŻŽąćčďđęěğıłńňőřśšşťůűźżž',
  ...'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїє',
  ...'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ',
];
/** On the wheel these two come before the letters. */
const DONE = 0;
const DELETE = 1;
const FIRST_LETTER = 2;
const POSITIONS = FIRST_LETTER + LETTERS.length;

/** Where the wheel begins: at the letter A, or at Done when there is something already. */
export function wheelPlace(text: string): Partial<Place> {
  return { draft: text, cursor: text === '' ? FIRST_LETTER + 1 : DONE };
}

function labelAt(position: number): string {
  const wrapped = ((position % POSITIONS) + POSITIONS) % POSITIONS;
  if (wrapped === DONE) return WHEEL.done;
  if (wrapped === DELETE) return WHEEL.delete;
  const letter = LETTERS[wrapped - FIRST_LETTER] ?? '';
  return letter === ' ' ? WHEEL.space : letter;
}

/** The letter in the middle of the wheel, its neighbours to both sides. */
function drawWheel(frame: Frame, { fonts, place }: PanelView): void {
  const label = labelAt(place.cursor);
  const width = textWidth(fonts.large, label);
  const left = (FRAME_WIDTH - width) >> 1;
  drawText(frame, fonts.large, label, left, 35);
  for (const side of [-1, 1] as const) {
    let edge = side === 1 ? left + width + 8 : left - 8;
    for (let step = 1; step <= 6; step++) {
      const neighbour = labelAt(place.cursor + side * step);
      const advance = textWidth(fonts.small, neighbour) + 4;
      if (side === 1 ? edge + advance > FRAME_WIDTH + 4 : edge - advance < -4) break;
      drawText(frame, fonts.small, neighbour, side === 1 ? edge : edge - advance + 4, 42);
      edge += side * advance;
    }
  }
  invertRect(frame, { x: left - 3, y: 36, width: width + 6, height: 16 });
}

function wheelScreen(field: 'name' | 'city', maxUnits: number): Screen {
  return {
    view: (view) => {
      const { fonts, place } = view;
      const frame = newPage(view, `${TITLES[field]} ${place.draft.length}/${maxUnits}`);
      const large = textWidth(fonts.large, place.draft) <= FRAME_WIDTH - 4;
      const face = large ? fonts.large : fonts.small;
      const width = textWidth(face, place.draft);
      const x = Math.min(0, FRAME_WIDTH - 4 - width);
      drawText(frame, face, place.draft, x, large ? 13 : 19);
      fillRect(frame, { x: x + width + 1, y: large ? 15 : 18, width: 2, height: large ? 12 : 9 });
      drawWheel(frame, view);
      drawCentred(frame, fonts.small, CONTROLS[view.box.setup.controls].wheel, 55);
      return frame;
    },
    on: (input, view) => {
      const { panel, place } = view;
      const changed = (change: Partial<Place>) => stay({ ...view, panel: atPlace(panel, place, change) });
      switch (input.type) {
        case 'previous':
        case 'next': {
          const moved = place.cursor + (input.type === 'next' ? input.count : -input.count);
          return changed({ cursor: ((moved % POSITIONS) + POSITIONS) % POSITIONS });
        }
        case 'choose': {
          if (place.cursor === DONE) {
            return { panel: close(panel), commands: [{ type: 'profile', [field]: place.draft.trim() }] };
          }
          if (place.cursor === DELETE) return changed({ draft: [...place.draft].slice(0, -1).join('') });
          const longer = place.draft + (LETTERS[place.cursor - FIRST_LETTER] ?? '');
          return longer.length > maxUnits ? stay(view) : changed({ draft: longer });
        }
        case 'back':
          return { panel: close(panel), commands: [] };
        default:
          return stay(view);
      }
    },
    accelerates: () => true,
  };
}

export const nameWheel = wheelScreen('name', MAX_NAME_UNITS);
export const cityWheel = wheelScreen('city', MAX_CITY_UNITS);
