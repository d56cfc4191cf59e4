/** Which language the page speaks: the one chosen here before, else the browser's, else English. */
import { DE } from './de.ts';
import { EN, type Texts } from './en.ts';

export const LANGUAGES = { en: EN, de: DE } as const satisfies Record<string, Texts>;
export type Language = keyof typeof LANGUAGES;

const KEPT = 'language';
let language: Language = chosen();

export function currentLanguage(): Language {
  return language;
}

/** All words, in the language of now. */
export function texts(): Texts {
  return LANGUAGES[language];
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // A browser that keeps nothing: it holds until the page is closed.
  }
}

function chosen(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // As above.
  }
  const wanted = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  const found = wanted.find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? 'en';
  document.documentElement.lang = found;
  return found;
}
