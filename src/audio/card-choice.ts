/** Which sound card plays, of those that are there. Pure. */
import type { SoundCard } from '../linux/sound-cards/list-cards.ts';
import type { CardOrder, DeviceError } from './device.ts';

/** Periods of the buffer, where the settings name no number. */
export const USUAL_PERIODS = 2;
/**
 * Two periods of 64 frames do not carry the packets of 48 that snd-usb-audio sends each millisecond to a full-speed card
 * (sound/usb/endpoint.c, data_ep_set_params): in QEMU thirty times as many underruns as with three, and stalls.
 */
const USB_PERIODS = 3;

/** What plays from now on, of this card. */
export function orderOfCard({ kind, capture, playback }: SoundCard): Exclude<CardOrder, { missing: unknown }> {
  return { capture, playback, periods: kind === 'usb' ? USB_PERIODS : USUAL_PERIODS };
}

export interface CardSituation {
  /** In the order of listSoundCards. */
  readonly cards: readonly SoundCard[];
  /** Key of the card that somebody has chosen; null = none. */
  readonly chosen: string | null;
  /** The card that was taken last; null = none yet. */
  readonly current: SoundCard | null;
  /** Somebody plays on the current card: as long as it is there, it stays. */
  readonly playing: boolean;
}

/**
 * The chosen card if it is there; else the best: a HAT before USB before others, a fitting one before one that is not,
 * both directions before one. Between two equally good ones the current stays, and at first the order counts.
 */
export function takeCard({ cards, chosen, current, playing }: CardSituation): SoundCard | undefined {
  const present = current === null ? undefined : cards.find((card) => isSameCard(card, current));
  if (playing && present !== undefined) return present;
  const wanted = chosen === null ? undefined : findCard(cards, chosen);
  if (wanted !== undefined) return wanted;
  const [first, ...others] = cards;
  if (first === undefined) return undefined;
  const best = others.reduce((soFar, card) => (rank(card) < rank(soFar) ? card : soFar), first);
  return present !== undefined && rank(present) === rank(best) ? present : best;
}

/** The card of a key, or where it is gone one that is alike but for its port. */
export function findCard(cards: readonly SoundCard[], key: string): SoundCard | undefined {
  return cards.find((card) => card.key === key) ?? cards.find((card) => withoutPort(card.key) === withoutPort(key));
}

/** Its key gets a port as soon as another one like it is plugged in; the device names stay as long as it is there. */
export function isSameCard(a: SoundCard, b: SoundCard): boolean {
  return withoutPort(a.key) === withoutPort(b.key) && a.capture === b.capture && a.playback === b.playback;
}

function withoutPort(key: string): string {
  return key.replace(/@.*$/, '');
}

/** Lower is better. */
function rank({ kind, capture, playback, fitting }: SoundCard): number {
  const both = capture !== null && playback !== null;
  if (kind === 'hat') return 0;
  if (kind === 'headphones') return 10;
  return (kind === 'usb' ? 1 : 5) + (fitting ? 0 : 2) + (both ? 0 : 1);
}

/** ALSA names as the settings give them. */
export interface NamedCards {
  readonly capture: string;
  readonly playback: string;
}

/** This name leaves the choice to the box. */
const AUTOMATIC = 'default';

export function isAutomatic({ capture, playback }: NamedCards): boolean {
  return capture === AUTOMATIC || playback === AUTOMATIC;
}

/** Names of the settings as they are, but those of `card` for "default"; without a card `missing` says why. */
export function orderOf(named: NamedCards, card: SoundCard | undefined, missing: DeviceError): CardOrder {
  if (!isAutomatic(named)) return { ...named, periods: USUAL_PERIODS };
  if (card === undefined) return { missing };
  const order = orderOfCard(card);
  return {
    capture: named.capture === AUTOMATIC ? order.capture : named.capture,
    playback: named.playback === AUTOMATIC ? order.playback : named.playback,
    periods: order.periods,
  };
}
