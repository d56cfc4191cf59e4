/** Opening screens, as far as the menu is not locked. */
import { type Outcome, type PanelEvent, type PanelView, stay } from './screen.ts';
import { newPlace, type OpenedScreen, open, type PanelState, type Place } from './state.ts';
import { HINTS } from './texts.ts';

/** The menu of a box, and that of a locked one: CONNECT and MUTE have their buttons, the volumes are here. */
const MENU: readonly OpenedScreen[] = [
  'servers',
  'people',
  'hear',
  'send',
  'delay',
  'chat',
  'profile',
  'meters',
  'status',
  'phone',
  'network',
  'wifi',
  'privacy',
  'update',
  'reset',
];
const LOCKED_MENU: readonly OpenedScreen[] = ['hear', 'people', 'meters', 'status', 'privacy'];
/** Screens opened from others. */
const BESIDE_MENU: readonly OpenedScreen[] = ['menu', 'person'];

export function menuOf({ extras }: PanelView): readonly OpenedScreen[] {
  const absent: readonly OpenedScreen[] = extras.absent;
  return (extras.menuLocked ? LOCKED_MENU : MENU).filter((screen) => !absent.includes(screen));
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
  if (screen === 'servers') events.push({ type: 'listServers' });
  if (screen === 'phone' && extras.pairingCode === null) events.push({ type: 'newPairingCode' });
  return { panel: open(panel, newPlace(screen, nowMs, change)), events };
}
