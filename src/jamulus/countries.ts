/** Countries by their number on the wire, the one of Qt 5 (messages.md §3.2). */

/**
 * ISO 3166 alpha-2 by number, "--" = none. Beside the ISO codes: IC, EA, AC, CP, DG, TA, XK, and the areas 419 (Latin
 * America), EU (European Union), QO (Outlying Oceania), 001 (world), 150 (Europe).
 */
const CODES = `
  -- AF AL DZ AS AD AO AI AQ AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BA BW BV BR IO BN BG
  BF BI KH CM CA CV KY CF TD CL CN CX CC CO KM CD CG CK CR CI HR CU CY CZ DK DJ DM DO TL EC EG SV GQ ER
  EE ET FK FO FJ FI FR GG GF PF TF GA GM GE DE GH GI GR GL GD GP GU GT GN GW GY HT HM HN HK HU IS IN ID
  IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MK MG MW MY MV ML MT MH MQ
  MR MU YT MX FM MD MC MN MS MA MZ MM NA NR NP NL CW NC NZ NI NE NG NU NF MP NO OM PK PW PS PA PG PY PE
  PH PN PL PT PR QA RE RO RU RW KN LC VC WS SM ST SA SN SC SL SG SK SI SB SO ZA GS ES LK SH PM SD SR SJ
  SZ SE CH SY TW TJ TZ TH TG TK TO TT TN TR TM TC TV UG UA AE GB US UM UY UZ VU VA VE VN VG VI WF EH YE
  IC ZM ZW CP ME RS BL MF 419 AC AX DG EA IM JE TA SS BQ SX XK EU QO 001 150
`
  .trim()
  .split(/\s+/);

/** The code of a country number; undefined for 0 (none) and unknown numbers. */
export function countryIso(countryCode: number): string | undefined {
  return countryCode === 0 ? undefined : CODES[countryCode];
}

/** The number of an ISO code in capitals; 0 (none) if the protocol knows none. */
export function countryCodeOfIso(iso: string): number {
  return Math.max(0, CODES.indexOf(iso));
}

/** The numbers a menu offers: all whose code has two letters. */
export function countryCodes(): readonly number[] {
  return CODES.flatMap((iso, index) => (/^[A-Z]{2}$/.test(iso) ? [index] : []));
}
