/** Parts that screens are made of: the status bar, messages with their answers, and what a held key is about to do. */

import { isMenuLocked } from '../../box/policy.ts';
import type { AnyProblem } from '../../box/problems.ts';
import { MUTED, RECORDING } from '../../box/texts.ts';
import { drawBar } from './bars.ts';
import { drawText, textWidth } from './font.ts';
import {
  addFrame,
  clearRect,
  drawRect,
  FRAME_HEIGHT,
  FRAME_WIDTH,
  type Frame,
  fillRect,
  invertRect,
  newFrame,
} from './frame.ts';
import { drawIcon, type IconName } from './icons.ts';
import { drawCentred, drawFitted, rollOffset, wrapText } from './layout.ts';
import type { Hold } from './press-grammar.ts';
import type { PanelView } from './screen.ts';

/** Rows of small text lie this far apart. */
export const SMALL_PITCH = 9;
/** The first row under the status bar. */
export const PAGE_TOP = 9;
const ANSWERS_TOP = 53;

const PROBLEM_ICONS: Readonly<Partial<Record<AnyProblem, IconName>>> = {
  'no-sound-card': 'card',
  'card-gone': 'card',
  'too-hot': 'heat',
};

/** A new frame with the status bar: network, title, whether something is wrong, MUTED, REC. */
export function newPage(view: PanelView, title: string): Frame {
  const frame = newFrame();
  const { box, fonts, place, nowMs } = view;
  const left = drawIcon(frame, box.system.carrier ? 'network' : 'noNetwork', 0, 0) + 3;
  let right = drawTags(frame, view);
  const [problem] = view.panel.dismissed;
  if (problem !== undefined) right -= 3 + drawIcon(frame, PROBLEM_ICONS[problem] ?? 'warning', right - 8, 0);
  if (isMenuLocked(box, 'panel')) right -= 3 + drawIcon(frame, 'lock', right - 8, 0);
  drawFitted(frame, fonts.small, title, { x: left, y: 0, width: right - left - 2 }, nowMs - place.sinceMs);
  return frame;
}

/** REC and MUTED in the right upper corner; returns where the next thing may end. */
export function drawTags(frame: Frame, view: PanelView): number {
  const { box } = view;
  let right = FRAME_WIDTH;
  if (box.visit.recorder.state === 'recording') right = drawTag(frame, view, RECORDING, right);
  if (box.sound.mute !== 'off') right = drawTag(frame, view, MUTED, right);
  return right;
}

/** A word in inverse video that ends before `right`; returns where the next may end. */
function drawTag(frame: Frame, { fonts }: PanelView, word: string, right: number): number {
  const width = textWidth(fonts.small, word) + 2;
  const x = right - width;
  drawText(frame, fonts.small, word, x + 2, 0);
  invertRect(frame, { x, y: 0, width, height: 8 });
  return x - 2;
}

export interface Message {
  readonly title: string;
  readonly body: string;
  /** At the foot; at most two. */
  readonly answers?: readonly string[];
  /** Where the first row may be drawn. */
  readonly top?: number;
}

/** How a message may be set, the roomiest first: letters of the title, distances of the rows. */
const SETTINGS = [
  { title: 'large', titlePitch: 15, bodyPitch: 9 },
  { title: 'large', titlePitch: 14, bodyPitch: 8 },
  { title: 'small', titlePitch: 9, bodyPitch: 9 },
] as const;
const MAX_LARGE_LINES = 3;

/** A title as large as it fits, text below it, answers at the foot. Text that is too long rolls up once. */
export function drawMessage(frame: Frame, view: PanelView, message: Message): void {
  const { fonts, place, nowMs } = view;
  const top = message.top ?? 0;
  const room = (message.answers === undefined ? FRAME_HEIGHT : ANSWERS_TOP) - top;
  const body = message.body === '' ? [] : wrapText(fonts.small, message.body, FRAME_WIDTH - 1);
  const set = SETTINGS.map(({ title, titlePitch, bodyPitch }) => {
    const lines = message.title === '' ? [] : wrapText(fonts[title], message.title, FRAME_WIDTH - 1);
    return {
      face: fonts[title],
      lines,
      titlePitch,
      bodyPitch,
      height: lines.length * titlePitch + body.length * bodyPitch,
    };
  });
  const fits = set.find(({ lines, height }) => height <= room && lines.length <= MAX_LARGE_LINES) ?? set.at(-1);
  if (fits === undefined) return;
  const { face, lines, titlePitch, bodyPitch, height } = fits;
  const spare = Math.max(0, Math.floor((room - height) / 3));
  let y = top + spare - rollOffset(height - room, nowMs - place.sinceMs);
  const text = newFrame();
  for (const line of lines) {
    drawCentred(text, face, line, y - (face.height === 16 ? 1 : 0));
    y += titlePitch;
  }
  y += Math.min(3, spare);
  for (const line of body) {
    drawCentred(text, fonts.small, line, y);
    y += bodyPitch;
  }
  clearRect(text, { x: 0, y: 0, width: FRAME_WIDTH, height: top });
  clearRect(text, { x: 0, y: top + room, width: FRAME_WIDTH, height: FRAME_HEIGHT });
  addFrame(frame, text);
  if (message.answers !== undefined) drawAnswers(frame, view, message.answers);
}

/** Answers side by side at the foot: the chosen one is filled and has a pointer. */
function drawAnswers(frame: Frame, { fonts, place }: PanelView, answers: readonly string[]): void {
  const width = Math.floor(FRAME_WIDTH / answers.length);
  for (const [index, answer] of answers.entries()) {
    const chosen = index === Math.min(place.cursor, answers.length - 1);
    const text = chosen ? `▸${answer}` : answer;
    const box = { x: index * width + 1, y: ANSWERS_TOP, width: width - 2, height: FRAME_HEIGHT - ANSWERS_TOP };
    drawText(frame, fonts.small, text, box.x + ((box.width - textWidth(fonts.small, text)) >> 1), box.y + 2);
    if (chosen) invertRect(frame, box);
    else drawRect(frame, box);
  }
}

const HOLD_TEXTS: Readonly<Record<Hold['purpose'], string>> = {
  back: 'Hold to go back',
  leave: 'Hold to leave',
  shutDown: 'Shutting down',
  danger: 'Wiping',
};

/** A key that is being held: a filling bar at the foot, or for what is dangerous a countdown over everything. */
export function drawHold(frame: Frame, view: PanelView, hold: Hold): void {
  const { fonts } = view;
  const text = HOLD_TEXTS[hold.purpose];
  if (hold.purpose === 'back' || hold.purpose === 'leave') {
    clearRect(frame, { x: 0, y: 44, width: FRAME_WIDTH, height: 20 });
    drawRect(frame, { x: 0, y: 44, width: FRAME_WIDTH, height: 20 });
    drawCentred(frame, fonts.small, text, 46);
    drawBar(frame, { x: 4, y: 55, width: FRAME_WIDTH - 8, height: 7 }, hold.progress);
    return;
  }
  clearRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
  drawCentred(frame, fonts.large, text, 2);
  drawCentred(frame, fonts.large, `in ${hold.secondsLeft}`, 18);
  drawBar(frame, { x: 4, y: 38, width: FRAME_WIDTH - 8, height: 9 }, hold.progress);
  drawCentred(frame, fonts.small, 'Let go to stop', 52);
}

/** A word for a moment, inverse, at the foot. */
export function drawHint(frame: Frame, view: PanelView, text: string): void {
  clearRect(frame, { x: 0, y: 52, width: FRAME_WIDTH, height: 12 });
  fillRect(frame, { x: 0, y: 53, width: FRAME_WIDTH, height: 11 });
  const words = newFrame();
  drawCentred(words, view.fonts.small, text, 55);
  for (const [index, byte] of words.entries()) frame[index] = (frame[index] as number) & ~byte;
}
