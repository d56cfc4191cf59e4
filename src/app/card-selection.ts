/**
 * Knows the sound cards that are there and which one plays, and says so to the audio thread when it changes: a card that
 * is plugged in or pulled out, one that somebody chooses. Looks when it is told to, never by itself.
 */
import {
  findCard,
  isAutomatic,
  isSameCard,
  type NamedCards,
  orderOf,
  orderOfCard,
  takeCard,
  USUAL_PERIODS,
} from '../audio/card-choice.ts';
import type { CardOrder, DeviceError } from '../audio/device.ts';
import type { CardReport, CardRow } from '../box/state.ts';
import { needsUsbCard, readBoard } from '../linux/board.ts';
import { listSoundCards, type SoundCard } from '../linux/sound-cards/list-cards.ts';
import type { Settings } from '../settings/precedence.ts';

export interface CardSelectionOptions {
  readonly list: () => readonly SoundCard[];
  /** What the settings name, for as long as no card that is there has been chosen. */
  readonly named: NamedCards;
  /** False where "default" is ALSA's own, which people set up on their computer. */
  readonly automatic: boolean;
  /** No HAT can play on this board. */
  readonly needsUsbCard: boolean;
  /** Key of the card that somebody has chosen; null = none. */
  readonly chosen: string | null;
}

/**
 * 'starting': drivers are still being loaded, in no certain order, and whichever card is first must not win. 'playing':
 * the sound runs, and somebody is connected or about to be: the card stays as long as it is there. 'idle': else.
 */
export type CardUse = 'starting' | 'idle' | 'playing';

export interface CardSelection {
  report(): CardReport;
  order(): CardOrder;
  /** Looks which cards are there. Returns true if the report has changed. */
  look(use: CardUse): boolean;
  /** Takes the card at once; null = the box chooses. */
  choose(key: string | null): void;
  /** Called with each order after the first. */
  onOrder(listener: (order: CardOrder) => void): void;
}

/** Null where the command line names what plays. Where one direction is no card, the names are of the other. */
export function cardSelection(
  { input, output, ownsMachine, chosenCard }: Pick<Settings, 'input' | 'output' | 'ownsMachine' | 'chosenCard'>,
  root: string,
): CardSelection | null {
  const capture = input.kind === 'card' ? input.name : undefined;
  const playback = output.kind === 'card' ? output.name : undefined;
  const name = capture ?? playback;
  if (name === undefined) return null;
  return createCardSelection({
    list: () => listSoundCards(root),
    named: { capture: capture ?? name, playback: playback ?? name },
    automatic: ownsMachine,
    needsUsbCard: needsUsbCard(readBoard(root)),
    chosen: chosenCard,
  });
}

const NO_CARD: DeviceError = { problem: 'no-sound-card', error: 'no sound card is plugged in' };
const NO_USB_CARD: DeviceError = {
  problem: 'usb-card-needed',
  error: 'no sound card is plugged in: this board plays through a USB sound card',
};

type Taken =
  | { readonly kind: 'card'; readonly card: SoundCard; readonly byChoice: boolean }
  /** Both names of the settings, as they are. */
  | { readonly kind: 'named' }
  | { readonly kind: 'none' };

export function createCardSelection(options: CardSelectionOptions): CardSelection {
  const { list, named, needsUsbCard } = options;
  const isAuto = options.automatic && isAutomatic(named);
  const listeners: ((order: CardOrder) => void)[] = [];
  let cards = list();
  let { chosen } = options;
  let taken: Taken = { kind: 'none' };
  taken = take('starting');
  let order = orderNow();
  let report = reportNow();

  function take(use: CardUse): Taken {
    const playing = use === 'playing';
    if (playing && taken.kind === 'named') return taken;
    const current = taken.kind === 'card' && use !== 'starting' ? taken.card : null;
    const wanted = chosen === null ? undefined : findCard(cards, chosen);
    const card = takeCard({ cards, chosen, current, playing });
    if (card === undefined) return { kind: isAuto ? 'none' : 'named' };
    if (playing && taken.kind === 'card' && isSameCard(card, taken.card)) return { ...taken, card };
    return card === wanted || isAuto ? { kind: 'card', card, byChoice: card === wanted } : { kind: 'named' };
  }

  function orderNow(): CardOrder {
    if (taken.kind === 'named') return { ...named, periods: USUAL_PERIODS };
    if (taken.kind === 'none') return orderOf(named, undefined, needsUsbCard ? NO_USB_CARD : NO_CARD);
    const { card, byChoice } = taken;
    return byChoice ? orderOfCard(card) : orderOf(named, card, NO_CARD);
  }

  function reportNow(): CardReport {
    const wanted = chosen === null ? undefined : findCard(cards, chosen);
    return {
      cards: cards.map(rowOf),
      chosen: wanted?.key ?? chosen,
      taken: taken.kind === 'card' ? taken.card.key : null,
    };
  }

  /** @returns true if the report has changed */
  function update(use: CardUse): boolean {
    taken = take(use);
    const [orderBefore, reportBefore] = [order, report];
    order = orderNow();
    report = reportNow();
    if (!isAlike(order, orderBefore)) for (const listener of listeners) listener(order);
    if (!isAlike(report, reportBefore)) return true;
    report = reportBefore;
    return false;
  }

  return {
    report: () => report,
    order: () => order,
    look(use) {
      cards = list();
      return update(use);
    },
    choose(key) {
      chosen = key;
      update('idle');
    },
    onOrder(listener) {
      listeners.push(listener);
    },
  };
}

function rowOf({ key, name, kind, capture, playback }: SoundCard): CardRow {
  return { key, name, kind, hasInput: capture !== null, hasOutput: playback !== null };
}

function isAlike(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
