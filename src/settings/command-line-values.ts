/** Reading option values: each reader gives undefined for an absent or wrong one, and notes what is wrong. */
import { parseArgs as tokenize } from 'node:util';
import { OPTIONS, type OptionName } from './command-line-help.ts';

export interface Args {
  readonly values: ReadonlyMap<OptionName, string>;
  /** One line each, the first one first. */
  readonly mistakes: string[];
}

/** Splits the words; the last one of a repeated option counts. Options without a value have the value ''. */
export function readArgs(argv: readonly string[]): Args {
  const { tokens } = tokenize({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const values = new Map<OptionName, string>();
  const mistakes: string[] = [];
  let afterMonitor = Number.NaN;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') {
      mistakes.push('unexpected argument: --');
    } else if (token.kind === 'positional') {
      // The only option whose value may be left out.
      if (token.index === afterMonitor) values.set('monitor', token.value);
      else mistakes.push(`unexpected argument: ${token.value}`);
    } else if (!isOptionName(token.name)) {
      mistakes.push(`unknown option: ${token.rawName}`);
    } else {
      const { name, rawName, value } = token;
      const takesValue = OPTIONS[name].type === 'string';
      if (takesValue && (value === undefined || (!token.inlineValue && value.startsWith('--')))) {
        mistakes.push(`${rawName} needs a value`);
      } else if (!takesValue && value !== undefined && name !== 'monitor') {
        mistakes.push(`${rawName} takes no value`);
      } else {
        values.set(name, value ?? '');
      }
      if (name === 'monitor' && value === undefined) afterMonitor = token.index + 1;
    }
  }
  return { values, mistakes };
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

export function mistake({ mistakes }: Args, line: string): undefined {
  mistakes.push(line);
}

export function has({ values }: Args, name: OptionName): boolean {
  return values.has(name);
}

/** An option without a value: true, or undefined where it is not given. */
export function flag(args: Args, name: OptionName): true | undefined {
  return has(args, name) || undefined;
}

export function text(args: Args, name: OptionName, maxUnits: number): string | undefined {
  const value = args.values.get(name);
  if (value === undefined || value.length <= maxUnits) return value;
  return mistake(args, `--${name}: at most ${maxUnits} characters`);
}

export function filled(args: Args, name: OptionName): string | undefined {
  const value = args.values.get(name);
  return value === '' ? mistake(args, `--${name} needs a value`) : value;
}

export function choice<T extends string | number>(args: Args, name: OptionName, choices: readonly T[]): T | undefined {
  const value = args.values.get(name)?.toLowerCase();
  if (value === undefined) return undefined;
  const found = choices.find((one) => `${one}` === value);
  return found ?? mistake(args, `--${name}: one of ${choices.join(', ')}, not ${value || 'nothing'}`);
}

/** A whole number. */
export function whole(args: Args, name: OptionName, min: number, max: number): number | undefined {
  const value = args.values.get(name);
  return value === undefined ? undefined : wholeIn(args, name, value, min, max);
}

/** The same for a part of an option's value. */
export function wholeIn(args: Args, name: OptionName, value: string, min: number, max: number): number | undefined {
  const parsed = /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (parsed >= min && parsed <= max) return parsed;
  return mistake(args, `--${name}: a whole number from ${min} to ${max}, not ${value || 'nothing'}`);
}

/** A number that may have decimals. */
export function decimal(args: Args, name: OptionName, min: number, max: number): number | undefined {
  const value = args.values.get(name);
  if (value === undefined) return undefined;
  const parsed = /^[-+]?\d{1,9}(\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN;
  if (parsed >= min && parsed <= max) return parsed;
  return mistake(args, `--${name}: a number from ${min} to ${max}, not ${value || 'nothing'}`);
}
