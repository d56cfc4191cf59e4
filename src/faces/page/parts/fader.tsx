/**
 * A fader for thumbs on a dark stage. A finger moves it by as much as it goes sideways, wherever it was put down; one that
 * goes up or down scrolls the page and changes nothing. The range input in it is for keyboards and screen readers.
 */
import { useRef } from 'preact/hooks';
import { panText, shortPanText } from '../format.ts';
import { useLive } from './use-live.ts';

export interface FaderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** For screen readers, and shown beside it unless there is a shorter one. */
  readonly text: (value: number) => string;
  readonly shortText?: (value: number) => string;
  readonly onChange: (value: number) => void;
  /** Where the bar starts; default: min. */
  readonly origin?: number;
  /** A double tap or click goes there. */
  readonly home?: number;
  readonly small?: boolean;
  readonly disabled?: boolean;
}

/** How far a finger must move before it counts as a drag, pixels. */
const SLOP_PX = 8;
/** The knob does not stand out at the ends. */
const KNOB_PX = 36;

interface Grip {
  readonly id: number;
  readonly x: number;
  readonly value: number;
  readonly width: number;
  /** A mouse means it at once. */
  moves: boolean;
}

export function Fader(props: FaderProps) {
  const { label, min, max, step, text, origin = min, home, small = false, disabled = false } = props;
  const [value, change] = useLive(props.value, props.onChange);
  const grip = useRef<Grip | null>(null);
  const lastTapMs = useRef(Number.NEGATIVE_INFINITY);
  const part = (of: number) => (of - min) / (max - min);

  function set(next: number): void {
    const stepped = Math.min(max, Math.max(min, Math.round(next / step) * step));
    const exact = Number(stepped.toFixed(4));
    if (exact !== value) change(exact);
  }

  function down(event: PointerEvent): void {
    if (disabled || event.button !== 0) return;
    const box = event.currentTarget as HTMLElement;
    const width = box.clientWidth - KNOB_PX;
    grip.current = { id: event.pointerId, x: event.clientX, value, width, moves: false };
    if (event.pointerType === 'mouse') box.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent): void {
    const held = grip.current;
    if (held === null || event.pointerId !== held.id) return;
    const moved = event.clientX - held.x;
    if (!held.moves) {
      if (Math.abs(moved) < SLOP_PX) return;
      held.moves = true;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      grip.current = { ...held, x: event.clientX, moves: true };
      return;
    }
    set(held.value + (moved / held.width) * (max - min));
  }

  function up(event: PointerEvent): void {
    const held = grip.current;
    grip.current = null;
    if (held === null || held.moves) return;
    if (home !== undefined && event.timeStamp - lastTapMs.current < 350) set(home);
    lastTapMs.current = event.timeStamp;
  }

  /** The page scrolls: as if nothing had been touched. */
  function cancel(): void {
    const held = grip.current;
    grip.current = null;
    if (held?.moves === true) set(held.value);
  }

  const [low, high] = [Math.min(part(origin), part(value)), Math.max(part(origin), part(value))];
  return (
    <div
      class={`fader${small ? ' small' : ''}${disabled ? ' disabled' : ''}`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={cancel}
    >
      <div class="fader-track">
        <div class="fader-bar" style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
        <div class="fader-knob" style={{ left: `${part(value) * 100}%` }} />
      </div>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text(value)}
        {...{ min, max, step, value, disabled }}
        onInput={(event) => set(event.currentTarget.valueAsNumber)}
      />
      <output class="fader-text" aria-hidden="true">
        {(props.shortText ?? text)(value)}
      </output>
    </div>
  );
}

/** A fader from left, 0, to right, 1, that begins in the middle. */
export function Pan(props: Pick<FaderProps, 'label' | 'value' | 'onChange'>) {
  return (
    <Fader
      small
      {...props}
      min={0}
      max={1}
      step={0.05}
      origin={0.5}
      home={0.5}
      text={panText}
      shortText={shortPanText}
    />
  );
}
