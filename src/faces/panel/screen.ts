/** What a screen is, what goes into it and what comes out. */
import type { Command } from '../../box/commands.ts';
import type { BoxState } from '../../box/state.ts';
import type { Fonts } from './font.ts';
import type { Frame } from './frame.ts';
import type { Hold, PanelInput } from './press-grammar.ts';
import type { JoinRequest, PanelState, Place } from './state.ts';

/** Everything a screen may look at. Times in milliseconds of any one clock. */
export interface PanelView {
  readonly box: BoxState;
  readonly panel: PanelState;
  /** The place of the screen that is shown: its cursor, and since when. */
  readonly place: Place;
  /** A key that is being held; null = none. */
  readonly hold: Hold | null;
  readonly fonts: Fonts;
  readonly nowMs: number;
}

export interface Outcome {
  readonly panel: PanelState;
  readonly commands: readonly Command[];
}

export interface Screen {
  readonly view: (view: PanelView) => Frame;
  readonly on: (input: PanelInput, view: PanelView) => Outcome;
  /** Where CONNECT goes from here; null = to the last server, as from everywhere else. */
  readonly aim?: (view: PanelView) => Omit<JoinRequest, 'nameFirst'> | null;
  /** True where the knob may take several steps at once: numbers and long lists. */
  readonly accelerates?: (view: PanelView) => boolean;
  /** True where holding the knob for 4 s does something dangerous, and so doesn't go back after 800 ms. */
  readonly dangerous?: (view: PanelView) => boolean;
}

export function stay(view: PanelView, ...commands: readonly Command[]): Outcome {
  return { panel: view.panel, commands };
}
