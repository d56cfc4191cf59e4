/** The box as its panel, and later its page, sees it: one state, one place for everything that people ask for. */
import type { BoxState } from '../box/state.ts';
import type { PanelExtras } from '../panel/extras.ts';
import type { PanelEvent } from '../panel/screen.ts';

export interface Appliance {
  box(): BoxState;
  /** Network, servers, power and whatever else stands beside the state of the box. The same object while nothing changes. */
  extras(): PanelExtras;
  /** An event of the box, or a request of the panel. */
  dispatch(event: PanelEvent): void;
  /** Somebody has used the controls: nobody asks "Still playing?" for the next two hours. */
  touched(): void;
  /** Called after every change of `box()` or `extras()`; several changes of one turn may come as one. Returns the way out. */
  onChange(listener: () => void): () => void;
}
