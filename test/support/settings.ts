/** Settings for tests: from words of the command line, a text of box.toml and what people chose. */
import { parseCommandLine } from '../../src/settings/command-line.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { freshState, type MachineState } from '../../src/settings/machine-state.ts';
import { precedence, type Settings } from '../../src/settings/precedence.ts';

export const FRESH = freshState('Box-7F3A');

export function settingsOrError(
  argv: readonly string[],
  toml = '',
  machine: MachineState = FRESH,
): { readonly settings: Settings } | { readonly error: string } {
  const parsed = parseCommandLine(argv);
  if ('help' in parsed) return { error: 'help' };
  if ('error' in parsed) return parsed;
  const sources = precedence(parsed.commandLine, parseInstallerText(toml).settings);
  return 'error' in sources ? sources : { settings: sources.settingsFor(machine) };
}

export function settingsFrom(argv: readonly string[], toml?: string, machine?: MachineState): Settings {
  const result = settingsOrError(argv, toml, machine);
  if ('error' in result) throw new Error(result.error);
  return result.settings;
}
