/** Opening screens, as far as the menu is not locked. */
import type { PanelExtras } from './extras.ts';
import { type Outcome, type PanelEvent, type PanelView, stay } from './screen.ts';
import { newPlace, type OpenedScreen, open, type PanelState, type Place } from './state.ts';
import { HINTS } from './texts.ts';

/** A screen, or the one thing that is done in the menu itself: keeping the present server. */
export type MenuEntry = OpenedScreen | 'favourite';

/** The menu of a box, and that of a locked one: CONNECT and MUTE have their buttons, the volumes are here. */
const MENU: readonly MenuEntry[] = [
  'servers',
  'favourite',
  'people',
  'hear',
  'send',
  'sound-card',
  'delay',
  'chat',
  'profile',
  'meters',
  'status',
  'room',
  'phone',
  'network',
  'wifi',
  'privacy',
  'update',
  'reset',
];
const LOCKED_MENU: readonly OpenedScreen[] = ['hear', 'people', 'meters', 'status', 'room', 'privacy'];
/** Screens opened from others. */
const BESIDE_MENU: readonly OpenedScreen[] = ['menu', 'person'];

export function menuOf({ box, extras }: PanelView): readonly MenuEntry[] {
  const absent: readonly MenuEntry[] = [
    ...extras.absent,
    ...(box.server === null ? (['favourite'] as const) : []),
    ...(extras.soundCards === null ? (['sound-card'] as const) : []),
    ...(extras.room === null ? (['room'] as const) : []),
  ];
  return (extras.menuLocked ? LOCKED_MENU : MENU).filter((entry) => !absent.includes(entry));
}

const HINT_MS = 2000;

export function withHint(panel: PanelState, text: string, nowMs: number): PanelState {
  return { ...panel, hint: { text, untilMs: nowMs + HINT_MS } };
}

/** Opens a screen on top of what is open; a locked menu says so. */
export function openScreen(view: PanelView, screen: OpenedScreen, change: Partial<Place> = {}): Outcome {
  const { panel, nowMs, extras } = view;
  if (extras.menuLocked && !LOCKED_MENU.includes(screen) && !BESIDE_MENU.includes(screen)) {
    return stay({ ...view, panel: withHint(panel, HINTS.menuLocked, nowMs) });
  }
  const events: PanelEvent[] = [];
  if (screen === 'servers') {
    // Whoever is in the room shows up while one looks; directories are asked by opening their lists only.
    events.push({ type: 'listServers', open: { group: 'room' } });
    change = { cursor: firstList(extras), ...change };
  }
  const list = extras.serverLists.find(({ id }) => id === change.draft);
  if (screen === 'server-list' && list !== undefined) events.push({ type: 'listServers', open: list.open });
  if (screen === 'phone' && extras.pairingCode === null) events.push({ type: 'newPairingCode' });
  return { panel: open(panel, newPlace(screen, nowMs, change)), events };
}

/** The first list with a server in it, or else the first public one. */
function firstList({ serverLists }: PanelExtras): number {
  const useful = serverLists.findIndex(({ count, open: { group } }) => count > 0 || group === 'public');
  return Math.max(0, useful);
}
