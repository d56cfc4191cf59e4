/** Lines for a terminal, made of what has changed between two states. */

import type { BoxState, Person } from './state.ts';
import {
  comes,
  connectedTo,
  connectingTo,
  GIVEN_UP,
  goes,
  hasMutedYou,
  KEYS,
  LICENCE_TEXT,
  left,
  PROBLEM_TEXTS,
  RECORDING_TEXTS,
  tryingAgain,
  whoSeesWhat,
} from './texts.ts';
import { problems } from './views.ts';

/**
 * Lines to print above the status line, in order. Print them before executing the effects of the same step: what will
 * be sent must be shown before anything leaves the box (privacy C1).
 */
export function announcements(before: BoxState, now: BoxState): readonly string[] {
  return [
    ...aboutLink(before, now),
    ...aboutProblems(before, now),
    ...aboutWelcome(before, now),
    ...aboutLicence(before, now),
    ...aboutRecording(before, now),
    ...aboutPeople(before, now),
    ...aboutChat(before, now),
    ...aboutDevice(before, now),
  ];
}

function aboutLink(before: BoxState, now: BoxState): readonly string[] {
  const label = now.server?.label ?? '';
  const lines: string[] = [];
  if (now.shownProfile !== null && now.shownProfile !== before.shownProfile)
    lines.push(...whoSeesWhat(now.shownProfile));
  if (now.link === before.link) return lines;
  if (now.link.kind === 'resolving' && (now.link.retry?.attempt ?? 0) === 0) lines.push(connectingTo(label));
  if (now.link.kind === 'connected' && before.link.kind !== 'connected') lines.push(connectedTo(label));
  if (now.link.kind === 'waiting') lines.push(tryingAgain(now.problem, now.link.retry.attempt));
  if (now.link.kind === 'idle' && now.problem !== null && now.problem === before.problem) lines.push(GIVEN_UP);
  if (now.link.kind === 'leaving' && before.link.kind === 'connected') lines.push(left(label));
  return lines;
}

function aboutProblems(before: BoxState, now: BoxState): readonly string[] {
  const known = problems(before);
  return problems(now)
    .filter((problem) => !known.includes(problem))
    .map((problem) => PROBLEM_TEXTS[problem])
    .map(({ code, text, todo }) => `${text} ${todo} [${code}]`);
}

function aboutWelcome(before: BoxState, now: BoxState): readonly string[] {
  const { welcome } = now.visit;
  return welcome === null || welcome === before.visit.welcome ? [] : welcome.split('\n');
}

function aboutLicence(before: BoxState, now: BoxState): readonly string[] {
  const asked = now.visit.licence === 'required' && before.visit.licence !== 'required';
  return asked ? [LICENCE_TEXT, KEYS.licence] : [];
}

/** The recording is told of even if the answer was given in advance. */
function aboutRecording(before: BoxState, now: BoxState): readonly string[] {
  const was = before.visit.recorder;
  const { state, notice } = now.visit.recorder;
  if (state === was.state) return [];
  if (state === 'recording') {
    const join = was.state === 'unknown';
    const keys = notice === null ? '' : ` ${join ? KEYS.recordingJoin : KEYS.recordingStarted}`;
    return [`${join ? RECORDING_TEXTS.join : RECORDING_TEXTS.started}${keys}`];
  }
  return notice === 'stopped' ? [RECORDING_TEXTS.stopped] : [];
}

/** Musicians count from when they have a name; at the end of a visit nobody says goodbye. */
function aboutPeople(before: BoxState, now: BoxState): readonly string[] {
  if (before.visit.people === now.visit.people || now.link.kind !== 'connected') return [];
  const was = others(before);
  const is = others(now);
  const gone = was.filter((person) => person.name !== '' && !is.some((other) => samePerson(person, other)));
  const come = is.filter((person) => person.name !== '' && !was.some((other) => samePerson(person, other)));
  const muting = is.filter((person) => {
    const earlier = was.find((other) => samePerson(person, other));
    return earlier !== undefined && earlier.hasMutedMe !== person.hasMutedMe;
  });
  return [...gone.map(goes), ...come.map(comes), ...muting.map((person) => hasMutedYou(person, person.hasMutedMe))];
}

function others(state: BoxState): readonly Person[] {
  return state.visit.people.filter((person) => !person.isOwn);
}

function samePerson(a: Person, b: Person): boolean {
  return a.channelId === b.channelId && a.name === b.name;
}

function aboutChat(before: BoxState, now: BoxState): readonly string[] {
  const known = before.visit.chat.at(-1)?.number ?? 0;
  return now.visit.chat.filter((line) => line.number > known).flatMap((line) => line.text.split('\n'));
}

function aboutDevice(before: BoxState, now: BoxState): readonly string[] {
  const lines: string[] = [];
  const { device, realtime } = now.engine;
  if (device !== before.engine.device) {
    if (device.kind === 'running') lines.push(`Sound: ${device.description}`);
    if (device.kind === 'missing') lines.push(`Sound: ${device.why}${device.retrying ? '; trying again' : ''}`);
  }
  if (realtime !== null && realtime !== before.engine.realtime) lines.push(`Scheduling: ${realtime.text}`);
  return lines;
}
