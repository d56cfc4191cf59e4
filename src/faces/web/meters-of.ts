/** Meters of the page (api/meters.ts), of the state of the box. Pure. */
import type { BoxState, SideMeter, Stereo } from '../../box/state.ts';
import { CLIPPED, METER, METER_COUNT, SILENCE_DB } from './api/meters.ts';

export function metersOf({ engine, visit }: Pick<BoxState, 'engine' | 'visit'>): number[] {
  const meters = new Array<number>(METER_COUNT + 2 * visit.people.length);
  const put = (left: number, right: number, levels: Stereo) => {
    meters[left] = decibels(levels[0]);
    meters[right] = decibels(levels[1]);
  };
  const { input, output } = engine;
  put(METER.inLeft, METER.inRight, input.level);
  put(METER.inHoldLeft, METER.inHoldRight, input.hold);
  put(METER.outLeft, METER.outRight, output.level);
  put(METER.outHoldLeft, METER.outHoldRight, output.hold);
  meters[METER.clipped] =
    clipBits(input, CLIPPED.inLeft, CLIPPED.inRight) + clipBits(output, CLIPPED.outLeft, CLIPPED.outRight);
  for (const [index, { channelId, level }] of visit.people.entries()) {
    meters[METER_COUNT + 2 * index] = channelId;
    meters[METER_COUNT + 2 * index + 1] = level;
  }
  return meters;
}

/** @param peak linear, 1 = full scale */
function decibels(peak: number): number {
  return peak > 0 ? Math.max(SILENCE_DB, Math.round(20 * Math.log10(peak))) : SILENCE_DB;
}

function clipBits({ clipped }: SideMeter, left: number, right: number): number {
  return (clipped[0] ? left : 0) + (clipped[1] ? right : 0);
}
