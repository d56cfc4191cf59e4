/** What a screen is, what goes into it and what comes out. */
import type { BoxEvent } from '../box/events.ts';
import type { OpenGroup } from '../box/servers/asking.ts';
import type { BoxState } from '../box/state.ts';
import type { Habits } from '../settings/choices.ts';
import type { PanelExtras } from './extras.ts';
import type { Fonts } from './font.ts';
import type { Frame } from './frame.ts';
import type { Hold, PanelInput } from './press-grammar.ts';
import type { PanelState, Place, Wish } from './state.ts';

/** Everything a screen may look at. Times in milliseconds of any one clock. */
export interface PanelView {
  readonly box: BoxState;
  readonly extras: PanelExtras;
  readonly panel: PanelState;
  /** The place of the screen that is shown: its cursor, and since when. */
  readonly place: Place;
  /** A key that is being held; null = none. */
  readonly hold: Hold | null;
  readonly fonts: Fonts;
  readonly nowMs: number;
}

/** An event of the box without its time. */
type Untimed<E> = E extends BoxEvent ? Omit<E, 'atMs'> : never;

/** What the panel asks for beside events of the box. */
export type PanelRequest =
  /** Somebody looks at a list of servers; null = no more. */
  | { readonly type: 'listServers'; readonly open: OpenGroup | null }
  | { readonly type: 'toggleFavourite'; readonly address: string }
  | { readonly type: 'stillPlaying' }
  | { readonly type: 'shutDown' }
  | { readonly type: 'restart' }
  | { readonly type: 'startUpdate' }
  | { readonly type: 'setUpdateCheck'; readonly on: boolean }
  /** Somebody has read that the old version is back. */
  | { readonly type: 'updateSeen' }
  /** From the phone page alone. */
  | { readonly type: 'setHabits'; readonly change: Partial<Habits> }
  /** Key of the card; null = the box chooses. */
  | { readonly type: 'chooseCard'; readonly key: string | null }
  | { readonly type: 'setWifi'; readonly wifi: 'off' | 'on' | 'set-up' }
  | { readonly type: 'newPairingCode' }
  /** The recorder of the own room; 'new' = into a new folder from here on. */
  | { readonly type: 'record'; readonly what: 'start' | 'stop' | 'new' }
  | { readonly type: 'firstStartStep'; readonly done: 'play' | 'connect' }
  | { readonly type: 'reset'; readonly what: 'people-and-servers' | 'phones' | 'everything' };

export type PanelEvent = Untimed<BoxEvent> | PanelRequest;

export interface Outcome {
  readonly panel: PanelState;
  readonly events: readonly PanelEvent[];
}

export interface Screen {
  readonly view: (view: PanelView) => Frame;
  readonly on: (input: PanelInput, view: PanelView) => Outcome;
  /** Where CONNECT goes from here; null = to the last server, as from everywhere else. */
  readonly aim?: (view: PanelView) => Omit<Wish, 'nameFirst'> | null;
  /** True where the knob may take several steps at once: numbers and long lists. */
  readonly accelerates?: (view: PanelView) => boolean;
  /** True where holding the knob for 4 s does something dangerous, and so doesn't go back after 800 ms. */
  readonly dangerous?: (view: PanelView) => boolean;
}

export function stay(view: PanelView, ...events: readonly PanelEvent[]): Outcome {
  return { panel: view.panel, events };
}
