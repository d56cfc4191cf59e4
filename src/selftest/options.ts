/** The command line of box-selftest. */
import { parseArgs } from 'node:util';
import { CARD_PERIODS, isPeriodFrames, PERIODS, type PeriodFrames } from '../box/periods.ts';

export const PARTS = ['machine', 'realtime', 'sound', 'panel', 'network'] as const;
export type Part = (typeof PARTS)[number];

export interface SelftestOptions {
  readonly parts: readonly Part[];
  /** Reserved core; undefined = the last one of the machine. */
  readonly core: number | undefined;
  readonly priority: number;
  readonly latenessSeconds: number;
  readonly soundSeconds: number;
  /** A cable leads from the output to the input. */
  readonly loop: boolean;
  /** Somebody is there to press the controls. */
  readonly keys: boolean;
  readonly stopService: boolean;
  readonly server: string | undefined;
  readonly settingsPath: string;
  /** Instead of what the settings file says: ALSA names, frames, periods of the buffer. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly periodFrames: PeriodFrames | undefined;
  readonly periods: number | undefined;
  readonly jsonPath: string | undefined;
  /** Prints a report for the project instead of the findings. */
  readonly report: boolean;
}

export const HELP = `box-selftest: checks the box it runs on. One line an item: OK, LOOK (a person should look) or FAIL, with what to do.
Exit code 1 if anything failed, else 0. Sound and panel need the service stopped: 'systemctl stop jambox' before and
'systemctl start jambox' after it, or --stop-service.

  --only LIST              of ${PARTS.join(',')}; all if left out
  --stop-service           stops jambox for the test and starts it again (needs root)
  --loop                   a cable leads from the output to the input: measures delay, level, polarity, sides
  --keys                   asks for a press of each control
  --server ADDRESS         pings this Jamulus server; else the one of box.toml
  --lateness-seconds N     how long wake-ups are measured (1...3600, default 10)
  --sound-seconds N        how long the sound card runs (2...86400, default 60)
  --core N                 the reserved core (default: the last one)
  --priority N             SCHED_FIFO priority (1...98, default 80)
  --input, --output NAME   ALSA devices; else those of box.toml
  --period N, --periods N  frames (${PERIODS.join(', ')}) and periods (${CARD_PERIODS.min}...${CARD_PERIODS.max}); else those of box.toml
  --settings FILE          default /boot/firmware/box.toml
  --json FILE              writes everything measured to FILE
  --report                 prints a report about the board to send to the project, without personal data
  --help`;

const WORD = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

/** Never throws; a mistake is one line. */
export function readOptions(argv: readonly string[]): SelftestOptions | { readonly help: true } | { error: string } {
  let values: ReturnType<typeof parse>['values'];
  try {
    values = parse(argv).values;
  } catch (error) {
    return { error: error instanceof Error ? error.message : `${error}` };
  }
  if (values.help === true) return { help: true };
  const mistakes: string[] = [];
  const whole = (name: string, text: string | undefined, min: number, max: number): number | undefined => {
    if (text === undefined) return undefined;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    mistakes.push(`--${name}: a whole number from ${min} to ${max}, not ${text}`);
    return undefined;
  };
  const periodFrames = whole('period', values.period, 1, 9999);
  if (periodFrames !== undefined && !isPeriodFrames(periodFrames)) mistakes.push(`--period: ${PERIODS.join(', ')}`);
  const wanted = values.only?.split(',') ?? PARTS;
  for (const part of wanted) if (!isPart(part)) mistakes.push(`--only: ${PARTS.join(', ')}, not ${part}`);
  const options: SelftestOptions = {
    parts: PARTS.filter((part) => wanted.includes(part)),
    core: whole('core', values.core, 0, 1023),
    priority: whole('priority', values.priority, 1, 98) ?? 80,
    latenessSeconds: whole('lateness-seconds', values['lateness-seconds'], 1, 3600) ?? 10,
    soundSeconds: whole('sound-seconds', values['sound-seconds'], 2, 86_400) ?? 60,
    loop: values.loop === true,
    keys: values.keys === true,
    stopService: values['stop-service'] === true,
    server: values.server,
    settingsPath: values.settings ?? '/boot/firmware/box.toml',
    input: values.input,
    output: values.output,
    periodFrames: periodFrames !== undefined && isPeriodFrames(periodFrames) ? periodFrames : undefined,
    periods: whole('periods', values.periods, CARD_PERIODS.min, CARD_PERIODS.max),
    jsonPath: values.json,
    report: values.report === true,
  };
  return mistakes[0] === undefined ? options : { error: mistakes[0] };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      ...{
        only: WORD,
        core: WORD,
        priority: WORD,
        server: WORD,
        settings: WORD,
        json: WORD,
        input: WORD,
        output: WORD,
      },
      ...{ period: WORD, periods: WORD, 'lateness-seconds': WORD, 'sound-seconds': WORD },
      ...{ loop: FLAG, keys: FLAG, 'stop-service': FLAG, report: FLAG, help: FLAG },
    },
  });
}

function isPart(word: string): word is Part {
  return (PARTS as readonly string[]).includes(word);
}
