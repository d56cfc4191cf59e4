/** The state in one plain line for a terminal. */
import { MAX_SHOWN_PING_MS } from '../jamulus/delay.ts';
import type { CardProblem } from './problems.ts';
import type { BoxState, Stereo } from './state.ts';
import { LINK_TEXTS, MUTED, NOTHING_ARRIVES, PROBLEM_TEXTS, RECORDING, tryingAgain } from './texts.ts';
import { buffers, delayFigure } from './views.ts';

const COLUMNS = 100;
const SEPARATOR = '  ';
const MAX_LABEL_COLUMNS = 24;
const MIN_LABEL_COLUMNS = 8;
const MAX_COUNT = 999;
const BARS = '·▁▂▃▄▅▆▇█';
const METER_SPAN_DB = 50;

interface Part {
  readonly text: string;
  /** Parts with the lowest number go first when the line is too long; 0 = never. */
  readonly expendable: number;
}

/** At most 100 columns, without a line break. */
export function statusLine(state: BoxState): string {
  const { link, sound, visit, engine } = state;
  const connected = link.kind === 'connected';
  const parts: Part[] = [];
  const add = (text: string, expendable = 0): number => parts.push({ text, expendable });
  if (sound.mute !== 'off') add(MUTED);
  if (connected && visit.recorder.state === 'recording') add(RECORDING);
  if (!connected) add(linkText(state));
  if (connected) {
    const figure = delayFigure(state);
    const { clientBlocks, serverBlocks } = buffers(state);
    add(visit.people.length === 1 ? '1 person' : `${visit.people.length} people`);
    if (visit.audio?.stopped === true) add(NOTHING_ARRIVES);
    else if (figure !== null) add(`delay ${shownMs(figure.ms, visit.pingMs)} ms ${figure.word}`);
    if (visit.pingMs !== null) add(`ping ${shownMs(visit.pingMs, visit.pingMs)}`, 2);
    add(`buffers ${clientBlocks}+${serverBlocks}`, 3);
    add(`drops ${count(visit.missesLastMinute)}`, 4);
  }
  if (engine.device.kind === 'missing') add(missingSound(engine.device.problem));
  else add(`xruns ${count(engine.xruns)}`, 1);
  add(`in ${bars(engine.input.level)} out ${bars(engine.output.level)}`, 5);

  const label = state.server?.label ?? '';
  const kept = fitting(
    parts,
    label === '' ? COLUMNS : COLUMNS - Math.min(MIN_LABEL_COLUMNS, columns(label)) - SEPARATOR.length,
  );
  const room = COLUMNS - columns(join(kept)) - SEPARATOR.length;
  const shownLabel = cutColumns(label, Math.min(MAX_LABEL_COLUMNS, room));
  return shownLabel === '' ? join(kept) : `${shownLabel}${SEPARATOR}${join(kept)}`;
}

/** The code is that of the sentence which says more. */
function missingSound(problem: CardProblem): string {
  return problem === 'no-sound-card' ? 'NO SOUND CARD' : `NO SOUND (${PROBLEM_TEXTS[problem].code})`;
}

function linkText({ link, problem }: BoxState): string {
  if (link.kind === 'waiting') return tryingAgain(problem, link.retry.attempt);
  if (link.kind === 'connecting' && link.serverFull) return 'server is full, waiting';
  if (link.kind === 'connecting' && link.noAnswer) return 'no answer, still trying';
  return LINK_TEXTS[link.kind];
}

/** With a ping above 500 ms neither figure means anything (jitter-buffer.md §6). */
function shownMs(ms: number, pingMs: number | null): string {
  return (pingMs ?? 0) > MAX_SHOWN_PING_MS || ms > MAX_COUNT ? `>${MAX_SHOWN_PING_MS}` : `${ms}`;
}

function count(n: number): string {
  return n > MAX_COUNT ? `>${MAX_COUNT}` : `${n}`;
}

/** One bar a channel, −50…0 dB. */
function bars(level: Stereo): string {
  return level
    .map((peak) => {
      const db = 20 * Math.log10(Math.max(peak, 1e-9));
      const step = Math.ceil((1 + db / METER_SPAN_DB) * (BARS.length - 1));
      return BARS.charAt(Math.min(BARS.length - 1, Math.max(0, step)));
    })
    .join('');
}

function fitting(parts: readonly Part[], width: number): readonly Part[] {
  if (columns(join(parts)) <= width) return parts;
  const candidates = parts.filter((part) => part.expendable > 0);
  if (candidates.length === 0) return parts;
  const lowest = Math.min(...candidates.map((part) => part.expendable));
  return fitting(
    parts.filter((part) => part.expendable !== lowest),
    width,
  );
}

function join(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join(SEPARATOR);
}

/** Columns of a terminal: East Asian wide characters and emoji take two, combining marks none. */
function columns(text: string): number {
  let total = 0;
  for (const char of text) total += charColumns(char);
  return total;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

function charColumns(char: string): number {
  return NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}

function cutColumns(text: string, width: number): string {
  let end = 0;
  let total = 0;
  for (const char of text) {
    total += charColumns(char);
    if (total > width) break;
    end += char.length;
  }
  return text.slice(0, end);
}
