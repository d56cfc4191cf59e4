/** The one door to the state: an event goes in, the next state and the effects come out. Which file decides what. */
import type { SessionEvent } from '../jamulus/session-types.ts';
import { MAX_VERSION_UNITS } from '../jamulus/text.ts';
import { chatTold, sendChat, welcomeTold } from './chat.ts';
import { connected, ended, noAnswerTold, reconnect, reduceConnection, serverFullTold } from './connection.ts';
import { type BoxEffect, type SoundControls, type Step, unchanged } from './effects.ts';
import { reduceEngine } from './engine.ts';
import type { BoxEvent, TimerId } from './events.ts';
import { guardEffects, guardTripped } from './feedback-guard.ts';
import { changeMix, clientListTold, levelsTold, muteStateTold } from './people.ts';
import { cleanText } from './plain-text.ts';
import { licenceRequired, recorderStateTold, recorderWaitOver, reduceAnswer, waitForRecorder } from './recording.ts';
import { reduceSound, soundControls } from './sound.ts';
import { type BoxState, hasSession, NEW_VISIT, withVisit } from './state.ts';
import { reduceTransport } from './transport.ts';

/** Pure. After the 'exit' effect every event is ignored. */
export function reduce(state: BoxState, event: BoxEvent): Step {
  if (state.life.kind === 'ended') return unchanged(state);
  return withSound(state, event, route(state, event));
}

function route(state: BoxState, event: BoxEvent): Step {
  switch (event.type) {
    case 'started':
    case 'connectPressed':
    case 'leavePressed':
    case 'resolved':
    case 'resolveFailed':
    case 'sessionFailed':
    case 'quit':
      return reduceConnection(state, event);
    case 'noticeAnswered':
    case 'licenceAnswered':
    case 'setConsent':
      return reduceAnswer(state, event);
    case 'setSound':
    case 'mutePressed':
    case 'clipPressed':
      return reduceSound(state, event);
    case 'feedbackGuardTripped':
      return guardTripped(state);
    case 'setProfile':
    case 'setTransport':
    case 'setJitter':
      return reduceTransport(state, event);
    case 'setMix':
      return changeMix(state, event.channelId, event.change);
    case 'chatSent':
      return sendChat(state, event.text);
    case 'deviceRunning':
    case 'deviceMissing':
    case 'realtimeGrant':
    case 'meters':
    case 'engineCounters':
      return reduceEngine(state, event);
    case 'session':
      return reduceSession(state, event.event, event.atMs);
    case 'timer':
      return timerFired(state, event.id, event.atMs);
  }
}

function timerFired(state: BoxState, id: TimerId, atMs: number): Step {
  switch (id) {
    case 'recorder':
      return recorderWaitOver(state);
    case 'reconnect':
      return reconnect(state);
    case 'leave':
      return state.link.kind === 'leaving' ? ended(state, 'left', atMs) : unchanged(state);
  }
}

/** While leaving only the end counts, and without a session nothing does. */
function reduceSession(state: BoxState, event: SessionEvent, atMs: number): Step {
  if (event.type === 'ended') return ended(state, event.reason, atMs);
  if (!hasSession(state)) return unchanged(state);
  switch (event.type) {
    case 'connected':
      return waitForRecorder(connected(state, atMs), atMs);
    case 'serverRestarted':
      return unchanged({ ...state, visit: NEW_VISIT });
    case 'noAnswer':
      return noAnswerTold(state, atMs);
    case 'serverFull':
      return unchanged(serverFullTold(state));
    case 'recorderState':
      return recorderStateTold(state, event.state, atMs);
    case 'licenceRequired':
      return licenceRequired(state);
    case 'clientList':
      return unchanged(clientListTold(state, event.clients));
    case 'levels':
      return unchanged(levelsTold(state, event.levels));
    case 'muteState':
      return unchanged(muteStateTold(state, event.channelId, event.muted));
    case 'chat':
      return unchanged(chatTold(state, event.html, atMs));
    case 'welcome':
      return unchanged(welcomeTold(state, event.html));
    case 'ping':
      return unchanged(withVisit(state, { pingMs: event.ms }));
    case 'serverJitterBlocks':
      return unchanged(withVisit(state, { serverJitterBlocks: event.blocks }));
    case 'rawAudioOffered':
      return unchanged(withVisit(state, { rawOffered: true }));
    case 'serverVersion':
      return unchanged(
        withVisit(state, { server: { version: cleanText(event.version, MAX_VERSION_UNITS), os: event.os } }),
      );
  }
}

/** Whatever changed what the audio path needs, it hears of it first: before a session opens, the microphone is closed. */
function withSound(before: BoxState, event: BoxEvent, step: Step): Step {
  const was = soundControls(before);
  const sound = soundControls(step.state);
  const told: BoxEffect[] = event.type !== 'started' && same(was, sound) ? [] : [{ type: 'sound', sound }];
  return { state: step.state, effects: [...told, ...guardEffects(before, step.state), ...step.effects] };
}

function same(a: SoundControls, b: SoundControls): boolean {
  return (Object.keys(a) as (keyof SoundControls)[]).every((key) => a[key] === b[key]);
}
