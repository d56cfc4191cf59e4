/** The panel put onto an appliance: on the desk in the terminal, in the metal on whatever is wired to the machine. */
import { readFileSync } from 'node:fs';
import { loadFonts } from '../panel/font.ts';
import { openDesk } from '../panel-shell/desk.ts';
import { openHardware } from '../panel-shell/hardware.ts';
import { runPanel } from '../panel-shell/panel-shell.ts';
import { SYSTEM_CLOCK } from '../panel-shell/ports.ts';
import type { ReadyAppliance } from './start-appliance.ts';

export interface PanelUse {
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
export function attachPanel(
  { appliance, installer, options }: ReadyAppliance,
  { onQuit, onLog }: PanelUse,
): AttachedPanel | undefined {
  const { stdin: input, stdout: output } = process;
  const onDesk = !options.plain && input.isTTY === true && output.isTTY === true;
  if (!onDesk && !options.appliance) return undefined;
  const clock = SYSTEM_CLOCK;
  const fonts = loadFonts(readFileSync(new URL('../../build/fonts.bin', import.meta.url)));
  const shell = runPanel({ appliance, fonts, clock });
  const desk = onDesk ? openDesk({ input, output, clock, onControl: shell.control, onQuit }) : undefined;
  if (desk !== undefined) {
    shell.attachScreen(desk.screen);
    shell.attachLamps(desk.lamps);
  }
  const hardware = openHardware({ settings: installer.panel, shell, clock, onLog });
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
