/** Numbers and names as people read them. */
import { currentLanguage, texts } from './texts/language.ts';

/** 0 left, 0.5 middle, 1 right. */
export function panText(pan: number): string {
  const { pan: words } = texts();
  const percent = Math.round(Math.abs(pan - 0.5) * 200);
  return percent === 0 ? words.middle : pan < 0.5 ? words.left(percent) : words.right(percent);
}

/** The same in a place of three characters. */
export function shortPanText(pan: number): string {
  const percent = Math.round(Math.abs(pan - 0.5) * 200);
  const side = pan < 0.5 ? texts().left : texts().right;
  return percent === 0 ? '0' : `${side.slice(0, 1)} ${percent}`;
}

export function decibels(db: number): string {
  return `${db > 0 ? '+' : db < 0 ? '−' : ''}${Math.abs(Math.round(db * 10) / 10)} dB`;
}

export function countryName(iso: string): string {
  if (iso === '') return '';
  try {
    return new Intl.DisplayNames([currentLanguage()], { type: 'region' }).of(iso) ?? iso;
  } catch {
    return iso;
  }
}

/** Empty for none. */
export function instrumentText(instrument: number): string {
  return instrument === 0 ? '' : (texts().me.instruments[instrument] ?? '');
}

export function numberText(value: number): string {
  return value.toLocaleString(currentLanguage(), { maximumFractionDigits: 1 });
}
