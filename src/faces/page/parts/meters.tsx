/** Level meters. They write straight to the page, 15 times a second, without a rendering. */
import { useEffect, useRef } from 'preact/hooks';
import { CLIPPED, levelsOf, METER, SILENCE_DB } from '../../web/api/meters.ts';
import { act, onMeters } from '../store.ts';
import { texts } from '../texts/language.ts';

/** What is shown as nothing. */
const FLOOR_DB = -60;
const LEVEL_STEPS = 9;

function part(db: number | undefined): number {
  return Math.min(1, Math.max(0, 1 - (db ?? SILENCE_DB) / FLOOR_DB));
}

function Pair(props: { readonly side: 'in' | 'out'; readonly text: string }) {
  const { side, text } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      onMeters((meters) => {
        const isIn = side === 'in';
        const at = isIn ? METER.inLeft : METER.outLeft;
        const holdAt = isIn ? METER.inHoldLeft : METER.outHoldLeft;
        const bits = isIn ? [CLIPPED.inLeft, CLIPPED.inRight] : [CLIPPED.outLeft, CLIPPED.outRight];
        for (const [channel, bar] of [...(element.current?.querySelectorAll<HTMLElement>('.meter') ?? [])].entries()) {
          const [fill, hold] = bar.children as unknown as [HTMLElement, HTMLElement];
          fill.style.clipPath = `inset(0 ${(1 - part(meters[at + channel])) * 100}% 0 0)`;
          hold.style.left = `${part(meters[holdAt + channel]) * 100}%`;
        }
        const clipped = bits.some((bit) => ((meters[METER.clipped] ?? 0) & bit) !== 0);
        element.current?.classList.toggle('clipped', clipped);
      }),
    [side],
  );
  const words = texts().meters;
  return (
    <div class="meter-pair" ref={element}>
      <span class="meter-name">{text}</span>
      <div class="meter-bars" aria-hidden="true">
        <div class="meter">
          <div class="meter-fill" />
          <div class="meter-hold" />
        </div>
        <div class="meter">
          <div class="meter-fill" />
          <div class="meter-hold" />
        </div>
      </div>
      <button
        type="button"
        class="clip"
        aria-label={`${words.clip} ${text}: ${words.clipLabel}`}
        onClick={() => act({ type: 'resetClip' })}
      >
        {words.clip}
      </button>
    </div>
  );
}

export function Meters(props: { readonly sides?: readonly ('in' | 'out')[] }) {
  const words = texts().meters;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no form, only a name for two rows of bars
    <div class="meters" role="group" aria-label={words.label}>
      {(props.sides ?? ['in', 'out']).map((side) => (
        <Pair key={side} side={side} text={words[side]} />
      ))}
    </div>
  );
}

/** Ten steps, as the server tells them. */
export function PersonLevel(props: { readonly channelId: number }) {
  const { channelId } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      onMeters((meters) => {
        const level = (levelsOf(meters).get(channelId) ?? 0) / LEVEL_STEPS;
        if (element.current !== null) element.current.style.clipPath = `inset(0 ${(1 - level) * 100}% 0 0)`;
      }),
    [channelId],
  );
  return (
    <div class="person-level" aria-hidden="true">
      <div class="meter-fill" ref={element} />
    </div>
  );
}
