/** Names of the countries for people, in English. */
import { countryCodes, countryIso } from '../../jamulus/countries.ts';

const NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/** Name of a country number; empty for none. */
export function countryName(countryCode: number): string {
  const iso = countryIso(countryCode);
  return iso !== undefined && /^[A-Z]{2}$/.test(iso) ? (NAMES.of(iso) ?? iso) : (iso ?? '');
}

/** All countries a musician can choose, by name. */
export const COUNTRIES: readonly { readonly code: number; readonly iso: string; readonly name: string }[] =
  countryCodes()
    .map((code) => ({ code, iso: countryIso(code) ?? '', name: countryName(code) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
