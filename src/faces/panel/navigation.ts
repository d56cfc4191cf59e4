/** Opening screens, as far as the menu is not locked. */
import type { Command } from '../../box/commands.ts';
import { isMenuLocked } from '../../box/policy.ts';
import { type ServerList, serverChoice } from '../../box/servers/choice.ts';
import { absentPages } from '../../box/views.ts';
import { type Outcome, type PanelView, stay } from './screen.ts';
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

export function menuOf({ box }: Pick<PanelView, 'box'>): readonly MenuEntry[] {
  const absent: readonly MenuEntry[] = [
    ...absentPages(box),
    ...(box.server === null ? (['favourite'] as const) : []),
    ...(box.cards === null ? (['sound-card'] as const) : []),
    ...(box.hosting === null ? (['room'] as const) : []),
  ];
  return (isMenuLocked(box, 'panel') ? LOCKED_MENU : MENU).filter((entry) => !absent.includes(entry));
}

/** How long a hint is shown. */
const HINT_MS = 2000;

export function withHint(panel: PanelState, text: string, nowMs: number): PanelState {
  return { ...panel, hint: { text, untilMs: nowMs + HINT_MS } };
}

/** Opens a screen on top of what is open; a locked menu says so. */
export function openScreen(view: PanelView, screen: OpenedScreen, change: Partial<Place> = {}): Outcome {
  const { panel, nowMs, box } = view;
  if (isMenuLocked(box, 'panel') && !LOCKED_MENU.includes(screen) && !BESIDE_MENU.includes(screen)) {
    return stay({ ...view, panel: withHint(panel, HINTS.menuLocked, nowMs) });
  }
  const commands: Command[] = [];
  const { lists } = serverChoice(box);
  if (screen === 'servers') {
    // Whoever is in the room shows up while one looks; directories are asked by opening their lists only.
    commands.push({ type: 'listServers', open: { group: 'room' } });
    change = { cursor: firstList(lists), ...change };
  }
  const list = lists.find(({ id }) => id === change.draft);
  if (screen === 'server-list' && list !== undefined) commands.push({ type: 'listServers', open: list.open });
  if (screen === 'phone' && (box.access?.pairingCode ?? null) === null) commands.push({ type: 'newPairingCode' });
  return { panel: open(panel, newPlace(screen, nowMs, change)), commands };
}

/** The first list with a server in it, or else the first public one. */
function firstList(lists: readonly ServerList[]): number {
  const useful = lists.findIndex(({ count, open: { group } }) => count > 0 || group === 'public');
  return Math.max(0, useful);
}
