/** The only way to another state: an event goes in, the next state and the effects come out. Which file decides what. */

import type { SessionEvent } from '../jamulus/session-types.ts';
import { MAX_VERSION_UNITS } from '../jamulus/text.ts';
import { chatReceived, sendChat, welcomeReceived } from './chat.ts';
import { choose } from './choices.ts';
import {
  connected,
  ended,
  noAnswerReported,
  reconnect,
  reduceConnection,
  serverFullReported,
  stop,
} from './connection.ts';
import { type BoxEffect, type Step, unchanged } from './effects.ts';
import { reduceEngine } from './engine.ts';
import type { AroundEvent, BoxEvent, TimerId } from './events.ts';
import { guardEffects, guardTripped } from './feedback-guard.ts';
import { afterForgotten, forgotten } from './forgetting.ts';
import { idleStep, idleTimer, restartIdle, setHabits, touchIdle } from './idle.ts';
import { changeMix, clientListReceived, levelsReceived, muteStateReceived } from './people.ts';
import { cleanText } from './plain-text.ts';
import {
  licenceRequired,
  recorderStateReceived,
  recorderWaitOver,
  reduceAnswer,
  waitForRecorder,
} from './recording.ts';
import { closeSearch, found, joined, lookAt, setFavourite, touchSearch } from './servers/search.ts';
import { reduceSound, soundControls } from './sound.ts';
import type { SoundControls } from './sound-controls.ts';
import { type BoxState, hasSession, NEW_VISIT, withVisit } from './state.ts';
import { firstStartDone, systemRead } from './system.ts';
import { reduceTransport } from './transport.ts';
import { setCheck, startUpdate, updateRefused, updateReported, updateSeen } from './update.ts';

/** Pure. After the 'exit' effect every event is ignored. */
export function reduce(state: BoxState, event: BoxEvent): Step {
  const { life } = state;
  if (life.kind === 'ended') {
    return unchanged(event.type === 'saved' ? { ...state, life: { ...life, saved: true } } : state);
  }
  return withSound(state, event, withLink(state, event.atMs, route(state, event)));
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
    default:
      return routeAround(state, event);
  }
}

function routeAround(state: BoxState, event: AroundEvent): Step {
  switch (event.type) {
    case 'systemRead':
      return systemRead(state, event.reading);
    case 'firstStartStep':
      return unchanged(firstStartDone(state, event.done));
    case 'touched':
      return touchSearch({ ...state, idle: touchIdle(state.idle, event.atMs) }, event.atMs);
    case 'stillPlaying':
      return withIdleTimer(restartIdle(state, event.atMs));
    case 'setHabits':
      return withIdleTimer(setHabits(state, event.change, event.atMs));
    case 'listServers':
      return lookAt(state, event.open, event.atMs);
    case 'serversFound':
      return found(state, event.found);
    case 'setFavourite':
      return unchanged(setFavourite(state, event.address, event.on));
    case 'updateReported':
      return updateReported(state, event.report, event.atMs);
    case 'updateRefused':
      return updateRefused(state, event.atMs);
    case 'startUpdate':
      return startUpdate(state, event.atMs);
    case 'setUpdateCheck':
      return setCheck(state, event.on, event.atMs);
    case 'updateSeen':
      return updateSeen(state, event.atMs);
    case 'accessChanged':
      return unchanged({ ...state, access: event.access });
    case 'roomReported':
      return unchanged(state.hosting === null ? state : { ...state, hosting: { ...state.hosting, room: event.room } });
    case 'cardsReported':
      return unchanged({ ...state, cards: event.report });
    case 'chooseCard':
      return chooseCard(state, event.key);
    case 'newPairingCode':
    case 'forgetPhones':
      return { state, effects: [{ type: event.type }] };
    case 'record':
      return { state, effects: [{ type: 'record', what: event.what }] };
    case 'forget':
      return { state, effects: [{ type: 'forget', what: event.what }] };
    case 'forgotten':
      return forgotten(state, event.what, event.settings, event.atMs);
    case 'saved':
      return unchanged(state);
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
    case 'idle': {
      const { state: next, leave } = idleStep(state, atMs);
      return leave ? stop(next, atMs) : withIdleTimer(next);
    }
    case 'search':
      return closeSearch(state);
    case 'update':
      return updateRefused(state, atMs);
  }
}

function withIdleTimer(state: BoxState): Step {
  return { state, effects: idleTimer(state) };
}

function chooseCard(state: BoxState, key: string | null): Step {
  if (state.cards === null) return unchanged(state);
  const choices = choose(state.choices, { soundCard: key }, state.setup.menuLocked);
  return { state: { ...state, choices }, effects: [{ type: 'chooseCard', key }] };
}

/** What a beginning and an end of a connection change beside the link itself. */
function withLink(before: BoxState, atMs: number, step: Step): Step {
  const { state, effects } = step;
  if (state.life.kind === 'ended') return step;
  const cards: readonly BoxEffect[] = isCardGone(before, state) ? [{ type: 'lookAtCards' }] : [];
  if (before.link.kind === state.link.kind)
    return cards.length === 0 ? step : { state, effects: [...effects, ...cards] };
  const next = restartIdle(afterForgotten(state), atMs);
  const { state: arrived, effects: more } = state.link.kind === 'connected' ? arrivedAt(next) : unchanged(next);
  return { state: arrived, effects: [...effects, ...more, ...idleTimer(arrived), { type: 'lookAtCards' }] };
}

function isCardGone(before: BoxState, now: BoxState): boolean {
  return before.engine.device.kind !== 'missing' && now.engine.device.kind === 'missing';
}

/** The own room is where one goes anyway; tomorrow its port may be another. */
function arrivedAt(state: BoxState): Step {
  const { server, hosting } = state;
  if (server === null) return unchanged(state);
  const { state: closed, effects } = closeSearch({ ...state, firstStart: 'done' });
  const isOwn = server.address === hosting?.target.address;
  return { state: isOwn ? closed : { ...joined(closed, server), lastServer: server }, effects };
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
      return noAnswerReported(state, atMs);
    case 'serverFull':
      return unchanged(serverFullReported(state));
    case 'recorderState':
      return recorderStateReceived(state, event.state, atMs);
    case 'licenceRequired':
      return licenceRequired(state);
    case 'clientList':
      return unchanged(clientListReceived(state, event.clients));
    case 'levels':
      return unchanged(levelsReceived(state, event.levels));
    case 'muteState':
      return unchanged(muteStateReceived(state, event.channelId, event.muted));
    case 'chat':
      return unchanged(chatReceived(state, event.html, atMs));
    case 'welcome':
      return unchanged(welcomeReceived(state, event.html));
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
  const soundEffects: BoxEffect[] = event.type !== 'started' && same(was, sound) ? [] : [{ type: 'sound', sound }];
  return { state: step.state, effects: [...soundEffects, ...guardEffects(before, step.state), ...step.effects] };
}

function same(a: SoundControls, b: SoundControls): boolean {
  return (Object.keys(a) as (keyof SoundControls)[]).every((key) => a[key] === b[key]);
}
