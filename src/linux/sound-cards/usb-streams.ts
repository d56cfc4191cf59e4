/** What a USB card's own descriptors say, from /proc/asound/cardN/streamM (sound/usb/proc.c of the kernel). */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';

/**
 * @param stream the text of one stream file: "Playback:" and "Capture:", each with the rates of its formats
 * @returns false if a direction names rates, and not ours among them
 */
export function offersRate(stream: string, rate: number = SAMPLE_RATE): boolean {
  const directions = stream.split(/^(?:Playback|Capture):/m).slice(1);
  return directions.every((direction) => {
    const rates = [...direction.matchAll(/^ *Rates: (.*)$/gm)].map(([, listed = '']) => listed);
    return rates.length === 0 || rates.some((listed) => includesRate(listed, rate));
  });
}

/** "44100, 48000", or "8000 - 48000 (continuous)". */
function includesRate(listed: string, rate: number): boolean {
  const [, lowest, highest] = /^(\d+) - (\d+) \(continuous\)/.exec(listed) ?? [];
  if (lowest !== undefined && highest !== undefined) return Number(lowest) <= rate && rate <= Number(highest);
  return listed.split(',').map(Number).includes(rate);
}
