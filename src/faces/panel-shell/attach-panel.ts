/** The panel put onto a box: on the desk in the terminal, in the metal on whatever is wired to the machine. */
import { readFileSync } from 'node:fs';
import type { Box } from '../../app/store.ts';
import type { InstallerSettings } from '../../settings/installer-schema.ts';
import { loadFonts } from '../panel/font.ts';
import { openDesk } from './desk.ts';
import { openHardware } from './hardware.ts';
import { runPanel } from './panel-shell.ts';
import { SYSTEM_CLOCK } from './ports.ts';

export interface PanelUse {
  readonly box: Box;
  /** What is wired to the machine. */
  readonly wiring: InstallerSettings['panel'];
  /** Never on the desk, even in a terminal. */
  readonly plain: boolean;
  /** q or Ctrl-C on the desk. */
  readonly onQuit: () => void;
  /** Parts of the hardware that come and go. */
  readonly onLog: (line: string) => void;
}

export interface AttachedPanel {
  /** The terminal is taken: nothing else may write to it until `close`. */
  readonly onDesk: boolean;
  /** Shows a line below the keys of the desk. */
  say(line: string): void;
  /** Gives the terminal back. An OLED keeps its last frame. */
  close(): void;
}

/** Undefined where nobody would see it: `--plain`, or no terminal and no `--appliance`. */
export function attachPanel({ box, wiring, plain, onQuit, onLog }: PanelUse): AttachedPanel | undefined {
  const { stdin: input, stdout: output } = process;
  const onDesk = !plain && input.isTTY === true && output.isTTY === true;
  if (!onDesk && !box.state().setup.ownsMachine) return undefined;
  const clock = SYSTEM_CLOCK;
  const fonts = loadFonts(readFileSync(new URL('../../../build/fonts.bin', import.meta.url)));
  const shell = runPanel({ box, fonts, clock });
  const desk = onDesk ? openDesk({ input, output, clock, onControl: shell.control, onQuit }) : undefined;
  if (desk !== undefined) {
    shell.attachScreen(desk.screen);
    shell.attachLamps(desk.lamps);
  }
  const hardware = openHardware({ settings: wiring, shell, clock, onLog });
  return {
    onDesk,
    say: (line) => desk?.say(line),
    close() {
      hardware.close();
      shell.close();
      desk?.close();
    },
  };
}
