/** What one item of the self-test has found: a verdict, words with a number, what to do; and how that is printed. */

/** LOOK: a person should look at it; it need not be wrong. FAIL: the box can't do its work like this. */
export type Verdict = 'OK' | 'LOOK' | 'FAIL';

/** Measured values by name, for programs; null = not known. */
export type Numbers = Readonly<Record<string, number | string | boolean | null>>;

export interface Finding {
  readonly item: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** Empty when there is nothing to do. */
  readonly todo: string;
  readonly numbers: Numbers;
}

export function ok(item: string, text: string, numbers: Numbers = {}): Finding {
  return { item, verdict: 'OK', text, todo: '', numbers };
}

export function look(item: string, text: string, todo: string, numbers: Numbers = {}): Finding {
  return { item, verdict: 'LOOK', text, todo, numbers };
}

export function fail(item: string, text: string, todo: string, numbers: Numbers = {}): Finding {
  return { item, verdict: 'FAIL', text, todo, numbers };
}

/** What would be wrong on the box is only worth a look on a machine that is none. */
export function forBoard(isBoard: boolean, finding: Finding): Finding {
  return isBoard || finding.verdict !== 'FAIL' ? finding : { ...finding, verdict: 'LOOK' };
}

const ITEM_COLUMNS = 17;

/** One line. */
export function findingLine({ item, verdict, text, todo }: Finding): string {
  const line = `${verdict.padEnd(4)}  ${item.padEnd(ITEM_COLUMNS)} ${text}`;
  return todo === '' ? line : `${line} -> ${todo}`;
}

/** `12 OK, 1 LOOK, 0 FAIL`. */
export function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  return `${count('OK')} OK, ${count('LOOK')} LOOK, ${count('FAIL')} FAIL`;
}

/** 1 if anything has failed. */
export function exitCode(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
}
