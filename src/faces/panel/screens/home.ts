/** The knob on the screens that are there when nothing else is open: push for the menu, turn for what lies beside. */

import { openScreen } from '../navigation.ts';
import type { PanelInput } from '../press-grammar.ts';
import { type Outcome, type PanelView, stay } from '../screen.ts';

export function onHome(input: PanelInput, view: PanelView): Outcome {
  const connected = view.box.link.kind === 'connected';
  switch (input.type) {
    case 'choose':
      return openScreen(view, 'menu');
    case 'next':
      return openScreen(view, connected ? 'people' : 'servers');
    case 'previous':
      return openScreen(view, connected ? 'meters' : 'servers');
    default:
      return stay(view);
  }
}
