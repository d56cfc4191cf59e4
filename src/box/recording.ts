/** The recording notice and the licence: when the microphone is closed, what must be answered (privacy C5, C6). */
import type { RecorderState } from '../jamulus/enumerations.ts';
import { type BoxEffect, callSession, log, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { leave } from './link.ts';
import { type BoxState, NEW_VISIT, type RecorderView, withVisit } from './state.ts';

/** How long after joining the microphone waits for the recorder state. */
const RECORDER_WAIT_MS = 1000;

/**
 * Open only while connected, with the licence settled, and when it is known that joining needs no answer about
 * recording (any more).
 */
export function microphoneClosed(state: BoxState): boolean {
  const { recorder, licence } = state.visit;
  return (
    state.link.kind !== 'connected' ||
    licence === 'required' ||
    recorder.notice === 'join' ||
    (recorder.state === 'unknown' && !recorder.waitOver)
  );
}

/** On joining: the wait for the recorder state begins. */
export function waitForRecorder(state: BoxState, atMs: number): Step {
  return {
    state: withVisit(state, { recorder: NEW_VISIT.recorder }),
    effects: [{ type: 'timer', id: 'recorder', atMs: atMs + RECORDER_WAIT_MS }],
  };
}

/** The wait is over without a word: servers too old to say so don't record. */
export function recorderWaitOver(state: BoxState): Step {
  const { recorder } = state.visit;
  if (recorder.state !== 'unknown') return unchanged(state);
  return unchanged(withVisit(state, { recorder: { ...recorder, waitOver: true } }));
}

/**
 * What the server says about recording. The first word of a visit is about joining, even if it comes after the wait:
 * with a long ping it does, and then the microphone closes again.
 */
export function recorderStateReceived(state: BoxState, reported: RecorderState | 'unknown', atMs: number): Step {
  const { recorder } = state.visit;
  if (reported === 'unknown') {
    if (state.link.kind === 'connected') return waitForRecorder(state, atMs);
    return unchanged(withVisit(state, { recorder: NEW_VISIT.recorder }));
  }
  if (reported === recorder.state) return unchanged(state);
  const effects: BoxEffect[] = [{ type: 'cancelTimer', id: 'recorder' }];
  let notice: RecorderView['notice'] = recorder.notice;
  if (reported === 'recording') {
    notice = recorder.state === 'unknown' ? 'join' : 'started';
    effects.push(log(`the server ${notice === 'join' ? 'is recording' : 'has started recording'}`));
    if (state.consent.acceptRecording) {
      notice = null;
      effects.push(log('recording accepted by setting'));
    }
  } else if (recorder.state === 'recording') {
    notice = 'stopped';
    effects.push(log('the server has stopped recording'));
  }
  return { state: withVisit(state, { recorder: { state: reported, waitOver: false, notice } }), effects };
}

export function licenceRequired(state: BoxState): Step {
  const accepted = state.consent.acceptLicence;
  return {
    state: withVisit(state, { licence: accepted ? 'accepted' : 'required' }),
    effects: accepted ? [callSession({ method: 'acceptLicence' }), log('licence accepted by setting')] : [],
  };
}

type Answer = Extract<BoxEvent, { type: 'noticeAnswered' | 'licenceAnswered' }>;

/** Answers to what is not asked do nothing. "Recording stopped" has nothing to leave for. */
export function reduceAnswer(state: BoxState, event: Answer): Step {
  const { recorder, licence } = state.visit;
  switch (event.type) {
    case 'noticeAnswered': {
      if (recorder.notice === null || state.link.kind !== 'connected') return unchanged(state);
      if (!event.ok && recorder.notice !== 'stopped') return leave(state, { kind: 'idle' }, event.atMs);
      return unchanged(withVisit(state, { recorder: { ...recorder, notice: null } }));
    }
    case 'licenceAnswered':
      if (licence !== 'required' || state.link.kind !== 'connected') return unchanged(state);
      if (!event.ok) return leave(state, { kind: 'idle' }, event.atMs);
      return {
        state: withVisit(state, { licence: 'accepted' }),
        effects: [callSession({ method: 'acceptLicence' })],
      };
  }
}
