/** The sound cards at work: looks when one may have come or gone, and gives the audio thread its orders. */
import type { AudioEngine } from '../audio/audio-engine.ts';
import type { BoxState } from '../box/state.ts';
import type { CardSelection, CardUse } from './card-selection.ts';
import type { Runners, Store } from './store.ts';

/** Interval between looks at the kernel's list of sound cards. */
const POLL_MS = 2000;
/** How long after the start the drivers of sound cards may still be loading. */
const CARDS_COME_MS = 15_000;
/** A new device is root's alone until udev has given it to the box. */
const UDEV_MS = 300;

export interface CardsOptions {
  readonly store: Pick<Store, 'state' | 'dispatch'>;
  /** Null: the command line names what plays. */
  readonly selection: CardSelection | null;
  readonly engine: Pick<AudioEngine, 'orderCard'>;
  /** Calls whenever the kernel's devices have changed. */
  readonly watchDevices: (onChange: () => void) => { readonly close: () => void } | null;
}

export interface Cards {
  readonly effects: Pick<Runners, 'chooseCard' | 'lookAtCards'>;
  close(): void;
}

export function runCards({ store, selection, engine, watchDevices }: CardsOptions): Cards {
  const begunMs = performance.now();
  if (selection === null)
    return { effects: { chooseCard: () => undefined, lookAtCards: () => undefined }, close: () => undefined };

  const report = (): void => store.dispatch({ type: 'cardsReported', report: selection.report() });
  const look = (): void => {
    const isStarting = performance.now() - begunMs < CARDS_COME_MS;
    if (selection.look(isStarting ? 'starting' : useOf(store.state()))) report();
  };

  selection.onOrder((order) => engine.orderCard(order));
  const polls = setInterval(look, POLL_MS);
  const devices = watchDevices(() => setTimeout(look, UDEV_MS).unref());
  return {
    effects: {
      lookAtCards: look,
      chooseCard({ key }) {
        selection.choose(key);
        report();
      },
    },
    close() {
      clearInterval(polls);
      devices?.close();
    },
  };
}

function useOf({ link, engine }: BoxState): CardUse {
  return link.kind !== 'idle' && engine.device.kind === 'running' ? 'playing' : 'idle';
}
