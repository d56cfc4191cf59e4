/** Bars: levels with their peaks, settings, and the progress of a hold. */
import { type Box, drawRect, type Frame, fillRect } from './frame.ts';

/** An outlined bar, filled from the left; `fraction` 0…1. */
export function drawBar(frame: Frame, box: Box, fraction: number): void {
  drawRect(frame, box);
  fillRect(frame, { ...box, width: Math.round(limited(fraction) * box.width) });
}

/** A level: filled from the left, on a thin floor line, with a stroke at the peak held. Both 0…1. */
export function drawLevel(frame: Frame, box: Box, level: number, hold: number): void {
  fillRect(frame, { x: box.x, y: box.y + box.height - 1, width: box.width, height: 1 });
  fillRect(frame, { ...box, width: Math.round(limited(level) * box.width) });
  const peak = limited(hold);
  if (peak > 0)
    fillRect(frame, { x: box.x + Math.round(peak * (box.width - 2)), y: box.y, width: 2, height: box.height });
}

/** A bar whose middle is the rest position, as for a pan; `position` 0…1. */
export function drawCentreBar(frame: Frame, box: Box, position: number): void {
  drawRect(frame, box);
  const x = box.x + 2 + Math.round(limited(position) * (box.width - 7));
  fillRect(frame, { x, y: box.y + 1, width: 3, height: box.height - 2 });
  fillRect(frame, { x: box.x + Math.floor(box.width / 2), y: box.y - 1, width: 1, height: 1 });
}

const METER_FLOOR_DB = -50;

/** Where a linear peak stands on a meter of 50 dB: 0…1. */
export function meterFraction(peak: number): number {
  return peak <= 0 ? 0 : limited(1 - (20 * Math.log10(peak)) / METER_FLOOR_DB);
}

function limited(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
