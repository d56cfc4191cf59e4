/** The two sources that do not change while the box runs: the command line and the installer's file. */
import { parseCommandLine } from './command-line.ts';
import { type InstallerFile, readInstallerFile } from './installer-file.ts';
import { type Precedence, precedence } from './precedence.ts';

const INSTALLER_FILE = '/boot/firmware/box.toml';

export interface Options extends Precedence {
  readonly file: InstallerFile;
  /** Folder of the machine state; undefined = the user's own. */
  readonly statePath: string | undefined;
}

export type NotRead =
  | { readonly help: string }
  /** Something that the person who gave the options has to mend, in one line. */
  | { readonly optionError: string };

/** @param argv without the program's own name */
export function readOptions(argv: readonly string[]): Options | NotRead {
  const parsed = parseCommandLine(argv);
  if ('help' in parsed) return parsed;
  if ('error' in parsed) return { optionError: parsed.error };
  const { settingsPath, statePath } = parsed.commandLine;
  const file = readInstallerFile(settingsPath ?? INSTALLER_FILE);
  const sources = precedence(parsed.commandLine, file.settings);
  return 'error' in sources ? { optionError: sources.error } : { ...sources, file, statePath };
}
