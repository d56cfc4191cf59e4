/** The sound card: which one plays, what it gives, and which of its channels. */
import { MAX_CARD_CHANNELS } from '../../../box/sound-settings.ts';
import type { PageState } from '../../web/api/page-state.ts';
import { numberText } from '../format.ts';
import { Card, Choice, Facts, Select } from '../parts/controls.tsx';
import { act } from '../store.ts';
import { texts } from '../texts/language.ts';

type Sound = PageState['sound'];

/** Key of no card. */
const AUTOMATIC = '';

/** Which of a card's channels: nothing to choose where it has two at most. */
export function Channels(props: {
  readonly label: string;
  readonly channels: number | null;
  readonly pair: readonly [number, number];
  readonly disabled: boolean;
  readonly onChange: (pair: [number, number]) => void;
}) {
  const { label, channels, pair, disabled, onChange } = props;
  const t = texts().sound;
  if (channels === null || channels <= 2) return null;
  const count = Math.min(channels, MAX_CARD_CHANNELS);
  const options = Array.from({ length: Math.max(count, ...pair) }, (_, index) => `${index + 1}`).map((value) => ({
    value,
    text: value,
  }));
  return (
    <fieldset class="plain" disabled={disabled}>
      <legend>{label}</legend>
      <Select
        label={t.left}
        value={`${pair[0]}`}
        options={options}
        onChange={(left) => onChange([Number(left), pair[1]])}
      />
      <Select
        label={t.right}
        value={`${pair[1]}`}
        options={options}
        onChange={(right) => onChange([pair[0], Number(right)])}
      />
    </fieldset>
  );
}

/** Where the box may choose: which card plays. */
function CardChoice({ cards, isLocked }: { readonly cards: NonNullable<Sound['cards']>; readonly isLocked: boolean }) {
  const t = texts().sound;
  const { list, chosen, taken } = cards;
  const isAway = chosen !== null && list.every(({ key }) => key !== chosen);
  const help = (card: (typeof list)[number]): string => {
    const directions = t.cardDirections[card.hasInput && card.hasOutput ? 'both' : card.hasInput ? 'input' : 'output'];
    return card.key === taken ? `${t.cardInUse} · ${directions}` : directions;
  };
  return (
    <Choice
      label={t.cardChoice}
      value={chosen ?? AUTOMATIC}
      disabled={isLocked}
      options={[
        { value: AUTOMATIC, text: t.cardAutomatic.text, help: t.cardAutomatic.second },
        ...list.map((card) => ({
          value: card.key,
          text: card.kind === 'hat' ? t.cardHat : card.name,
          help: help(card),
        })),
        ...(isAway ? [{ value: chosen, text: t.cardAway.text, help: t.cardAway.second }] : []),
      ]}
      onChange={(key) => act({ type: 'soundCard', key: key === AUTOMATIC ? null : key })}
    />
  );
}

export function SoundCard({ sound: { card, cards }, isLocked }: { readonly sound: Sound; readonly isLocked: boolean }) {
  const t = texts();
  const words = t.sound;
  const state =
    card.problem !== null ? t.problems[card.problem].text : card.kind === 'starting' ? words.cardStarting : '';
  const known = card.periods.filter(({ delayMs }) => delayMs !== null);
  return (
    <Card title={words.card}>
      <p>
        {state} <bdi>{card.description}</bdi>
      </p>
      {cards !== null && <CardChoice cards={cards} isLocked={isLocked} />}
      <Facts
        rows={[
          [words.period, card.periodFrames === null ? t.notKnown : words.frames(card.periodFrames)],
          [words.latency, card.latencyMs === null ? t.notKnown : `${numberText(card.latencyMs)} ms`],
          [words.realtime, card.realtime === null ? t.notKnown : card.realtime ? t.yes : t.no],
        ]}
      />
      {known.length > 0 && (
        <>
          <h3>{words.periods}</h3>
          <Facts
            rows={known.map(({ periodFrames, delayMs }) => [
              `${words.frames(periodFrames)}${periodFrames === card.periodFrames ? ` (${words.now})` : ''}`,
              `${numberText(delayMs ?? 0)} ms`,
            ])}
          />
          <p class="quiet">{words.periodsHelp}</p>
        </>
      )}
    </Card>
  );
}
