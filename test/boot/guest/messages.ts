/** What goes between the host and the agent in the box: a line of JSON each. */

export type AgentRequest = { readonly id: number } & AgentTask;

export type AgentTask =
  /** A shell command; the answer is a `CommandResult`. */
  | { readonly do: 'run'; readonly command: string; readonly timeoutMs: number }
  /** Pulls a line of the simulated header low for `ms`: a press. */
  | { readonly do: 'hold'; readonly line: number; readonly ms: number }
  /** Turns the knob on these two lines, more than 0 = clockwise. */
  | { readonly do: 'turn'; readonly a: number; readonly b: number; readonly steps: number }
  /** What the lines are at: 0 or 1 each. */
  | { readonly do: 'lines'; readonly lines: readonly number[] }
  /** Every thread; the answer is a list of `ThreadSeen`. */
  | { readonly do: 'threads' };

export interface CommandResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export type AgentEvent =
  | { readonly type: 'ready' }
  /** I2C writes to the OLED, base64 each. */
  | { readonly type: 'oled'; readonly writes: readonly string[] }
  | { readonly type: 'answer'; readonly id: number; readonly result?: unknown; readonly error?: string };

/** From the saver of the power cuts. */
export type SaverLine =
  /** How the box's store finds the settings, and one of them: the volume. */
  | { readonly type: 'found'; readonly found: 'latest' | 'previous' | 'none' | 'lost'; readonly level: number }
  /** From now on no power cut may lose this volume. */
  | { readonly type: 'saved'; readonly level: number };
