/** Lists: of things to open, of settings to change. The row at the cursor is inverse and has a pointer. */

import type { Command } from '../../box/commands.ts';
import { drawBar, drawCentreBar, drawLevel } from './bars.ts';
import { drawText, textWidth } from './font.ts';
import { FRAME_HEIGHT, type Frame, fillRect, invertRect } from './frame.ts';
import { drawFitted, drawRight } from './layout.ts';
import type { PanelInput } from './press-grammar.ts';
import { type Outcome, type PanelView, stay } from './screen.ts';
import { atPlace, close, type Place } from './state.ts';
import { PAGE_TOP, SMALL_PITCH } from './widgets.ts';

export interface Item {
  readonly text: string;
  /** At the right end: a value, a number. */
  readonly value?: string;
  /** A second row. */
  readonly second?: string;
  /** A bar as the second row, 0…1; under it a level, to see what the setting does. */
  readonly bar?: { readonly kind: 'fill' | 'centre'; readonly fraction: number; readonly level?: number };
  /** A level beside the text, 0…1. */
  readonly level?: number;
}

const TEXT_X = 5;
const RIGHT = 125;
const LEVEL_WIDTH = 20;

/** Three items of two rows, or six of one; fewer where something stands below. */
export function drawList(
  frame: Frame,
  view: PanelView,
  items: readonly Item[],
  { top = PAGE_TOP, bottom = FRAME_HEIGHT } = {},
): void {
  const { place } = view;
  const tall = items.some(({ second, bar }) => second !== undefined || bar !== undefined);
  const pitch = tall ? 2 * SMALL_PITCH : SMALL_PITCH;
  const visible = Math.floor((bottom - top) / pitch);
  const cursor = Math.min(Math.max(0, place.cursor), items.length - 1);
  const first = Math.max(0, Math.min(cursor - (visible >> 1), items.length - visible));
  for (const [offset, item] of items.slice(first, first + visible).entries()) {
    const y = top + 1 + offset * pitch;
    const chosen = first + offset === cursor;
    drawItem(frame, view, item, y, chosen);
    if (chosen) invertRect(frame, { x: 0, y: y - 1, width: RIGHT + 1, height: pitch });
  }
  if (items.length > visible) drawScrollBar(frame, top, bottom, first / items.length, visible / items.length);
}

function drawItem(frame: Frame, view: PanelView, item: Item, y: number, chosen: boolean): void {
  const { fonts, place, nowMs } = view;
  const editing = chosen && place.editing;
  const elapsedMs = nowMs - place.sinceMs;
  if (chosen) drawText(frame, fonts.small, '▸', 0, y);
  let right = RIGHT;
  if (item.value !== undefined) {
    const value = editing ? `◂${item.value}▸` : item.value;
    drawRight(frame, fonts.small, value, right, y);
    right -= textWidth(fonts.small, value) + 2;
  }
  if (item.level !== undefined) {
    drawLevel(frame, { x: RIGHT - LEVEL_WIDTH, y, width: LEVEL_WIDTH, height: 7 }, item.level, 0);
    right -= LEVEL_WIDTH + 2;
  }
  drawFitted(frame, fonts.small, item.text, { x: TEXT_X, y, width: right - TEXT_X }, elapsedMs);
  const below = y + SMALL_PITCH;
  if (item.second !== undefined) {
    drawFitted(frame, fonts.small, item.second, { x: TEXT_X, y: below, width: RIGHT - TEXT_X }, elapsedMs);
  }
  if (item.bar !== undefined) {
    const bar = { x: TEXT_X, y: below + 1, width: RIGHT - TEXT_X - 2, height: 5 };
    if (item.bar.kind === 'fill') drawBar(frame, bar, item.bar.fraction);
    else drawCentreBar(frame, bar, item.bar.fraction);
    if (item.bar.level !== undefined) {
      fillRect(frame, { x: bar.x, y: below + 7, width: Math.round(item.bar.level * bar.width), height: 1 });
    }
  }
}

function drawScrollBar(frame: Frame, top: number, bottom: number, from: number, part: number): void {
  const height = bottom - top;
  const thumb = Math.max(4, Math.round(part * height));
  fillRect(frame, { x: 126, y: top + Math.round(from * (height - 1)), width: 2, height: Math.min(thumb, height) });
}

/** Moves the cursor among `count` items; at the ends it stays. */
export function moveCursor(place: Place, input: PanelInput, count: number): Place {
  if (input.type !== 'previous' && input.type !== 'next') return place;
  const moved = place.cursor + (input.type === 'next' ? input.count : -input.count);
  return { ...place, cursor: Math.max(0, Math.min(count - 1, moved)) };
}

/** The usual list: previous and next move, choose does `choose`, back closes. */
export function onList(
  input: PanelInput,
  view: PanelView,
  count: number,
  choose: (cursor: number) => Outcome,
): Outcome {
  const { panel, place } = view;
  switch (input.type) {
    case 'previous':
    case 'next':
      return stay({ ...view, panel: atPlace(panel, place, moveCursor(place, input, count)) });
    case 'choose':
      return count === 0 ? stay(view) : choose(Math.max(0, Math.min(place.cursor, count - 1)));
    case 'back':
      return { panel: close(panel), commands: [] };
    default:
      return stay(view);
  }
}

/** A row of settings: choosing it does something at once, or lets the knob change it until it is chosen again. */
export interface Setting extends Item {
  readonly choose?: Command;
  /** The command for `steps` more, or fewer. */
  readonly turn?: (steps: number) => Command;
}

export function onSettings(input: PanelInput, view: PanelView, settings: readonly Setting[]): Outcome {
  const { panel, place } = view;
  const setting = settings[Math.min(place.cursor, settings.length - 1)];
  if (!place.editing || setting?.turn === undefined) {
    return onList(input, view, settings.length, (cursor) => {
      const chosen = settings[cursor];
      if (chosen?.choose !== undefined) return stay(view, chosen.choose);
      return { panel: atPlace(panel, place, { editing: chosen?.turn !== undefined }), commands: [] };
    });
  }
  switch (input.type) {
    case 'previous':
      return stay(view, setting.turn(-input.count));
    case 'next':
      return stay(view, setting.turn(input.count));
    case 'choose':
    case 'back':
      return { panel: atPlace(panel, place, { editing: false }), commands: [] };
    default:
      return stay(view);
  }
}

/** The knob runs faster while a number is being changed. */
export function isEditing({ place }: PanelView): boolean {
  return place.editing;
}
