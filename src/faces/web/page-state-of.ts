/** The state of the box as the page gets it. Pure: of the state and of what stands beside it. */

import { habits } from '../../box/idle.ts';
import { PERIODS, usualFrameSamples } from '../../box/periods.ts';
import { profileSeen } from '../../box/policy.ts';
import { microphoneClosed } from '../../box/recording.ts';
import { type BoxState, JITTER_WORDS, type Person } from '../../box/state.ts';
import { jitterSettings } from '../../box/transport.ts';
import {
  absentPages,
  buffers,
  delayFigure,
  delayWith,
  isBeyondMeaning,
  power,
  problems,
  systemProblems,
  updateCheck,
  updateNow,
} from '../../box/views.ts';
import { countryIso } from '../../jamulus/countries.ts';
import { gainToFader } from '../../jamulus/gain.ts';
import { SAMPLES_PER_MS } from '../../jamulus/limits.ts';
import type { Profile } from '../../jamulus/session-types.ts';
import type { PagePerson, PageState } from './api/page-state.ts';

export interface PageSources {
  readonly box: BoxState;
  /** Of the program. */
  readonly version: string;
  /** There are recordings of the own room to be fetched. */
  readonly recordings: boolean;
}

export function pageState(sources: PageSources): PageState {
  const { box } = sources;
  const { visit, access } = box;
  return {
    box: boxOf(sources),
    link: linkOf(box),
    people: visit.people.map(personOf),
    delay: delayOf(box),
    sound: { ...soundOf(box), cards: cardsOf(box) },
    profile: profileOf(box.profile),
    privacy: { shown: profileSeen(box) },
    recorder: { state: visit.recorder.state, notice: visit.recorder.notice },
    licence: visit.licence,
    welcome: visit.welcome,
    chat: visit.chat.map(({ number, atMs, text }) => ({ number, atMs, text })),
    problems: [...problems(box), ...systemProblems(box)],
    network: {
      carrier: box.system.carrier,
      address: box.system.address,
      wifi: box.system.wifi,
      ownAddress: box.setup.ownAddress,
      pageAddress: access?.pageAddress ?? '',
      otherBoxes: [...(access?.otherBoxes ?? [])],
    },
    room: roomOf(sources),
  };
}

/** For somebody who is not paired, where the owner allows a look: nothing of people, addresses or settings. */
export function withoutPeople(state: PageState): PageState {
  return {
    ...state,
    box: { ...state.box, hostName: '', mistakes: [], phones: 0 },
    link: { ...state.link, server: null, version: null },
    people: [],
    sound: { ...state.sound, cards: null },
    profile: { name: '', city: '', country: '', instrument: 0, skill: 'not-set' },
    welcome: null,
    chat: [],
    network: { ...state.network, address: null, pageAddress: '', otherBoxes: [] },
    room: null,
  };
}

function boxOf({ box, version }: PageSources): PageState['box'] {
  const { setup, system, firstStart, idle, access, hosting } = box;
  const now = power(box);
  return {
    hostName: setup.hostName,
    version,
    life: now === 'on' ? 'running' : now,
    firstStart,
    menuLocked: setup.menuLocked,
    absent: [
      ...absentPages(box),
      ...(setup.ownsMachine ? [] : (['restart'] as const)),
      ...(hosting === null ? (['room'] as const) : []),
    ],
    mistakes: [...setup.mistakes],
    temperatureC: system.temperatureC,
    cpuPercent: system.cpuPercent,
    stillPlayingUntilMs: idle.questionUntilMs,
    idleMinutes: habits(box).idleMinutes,
    update: updateNow(box),
    updateCheck: updateCheck(box),
    phones: access?.phones.length ?? 0,
  };
}

/** The room that this box hosts. */
function roomOf({ box: { hosting }, recordings }: PageSources): PageState['room'] {
  if (hosting === null) return null;
  const { name, players, recorder } = hosting.room;
  return { name, players, recording: recorder === 'recording', recordings };
}

function linkOf({ link, server, visit }: BoxState): PageState['link'] {
  const retry = 'retry' in link ? link.retry : null;
  return {
    kind: link.kind,
    server: server === null ? null : { address: server.address, label: server.label },
    sinceMs: link.kind === 'connected' ? link.sinceMs : null,
    attempt: retry?.attempt ?? 0,
    nextTryMs: link.kind === 'waiting' ? link.untilMs : null,
    serverFull: link.kind === 'connecting' && link.serverFull,
    noAnswer: link.kind === 'connecting' && link.noAnswer,
    silent: link.kind === 'connected' && visit.audio?.stopped === true,
    version: visit.server?.version ?? null,
  };
}

function personOf({
  channelId,
  name,
  city,
  countryCode,
  instrument,
  skill,
  isOwn,
  hasMutedMe,
  mix,
}: Person): PagePerson {
  const { gain, pan, muted, solo } = mix;
  return {
    channelId,
    name,
    city,
    country: countryIso(countryCode) ?? '',
    instrument,
    skill,
    isOwn,
    hasMutedMe,
    mix: { fader: tenths(gainToFader(gain)), pan, muted, solo },
  };
}

function profileOf({ name, city, countryCode, instrument, skill }: Profile): PageState['profile'] {
  return { name, city, country: countryIso(countryCode) ?? '', instrument, skill };
}

function delayOf(box: BoxState): PageState['delay'] {
  const { visit, engine } = box;
  const figure = delayFigure(box);
  const { pingMs } = visit;
  return {
    ms: figure?.ms ?? null,
    word: figure?.word ?? null,
    tooLong: isBeyondMeaning(box),
    pingMs,
    ...buffers(box),
    dropsLastMinute: visit.missesLastMinute,
    xruns: engine.xruns,
  };
}

function cardsOf({ cards }: BoxState): PageState['sound']['cards'] {
  if (cards === null) return null;
  const { cards: list, chosen, taken } = cards;
  return { list: list.map((card) => ({ ...card })), chosen, taken };
}

function soundOf(box: BoxState): Omit<PageState['sound'], 'cards'> {
  const { sound, transport, jitter, engine } = box;
  const { device, realtime } = engine;
  const isRunning = device.kind === 'running';
  return {
    ...sound,
    startMuted: habits(box).startMuted,
    microphoneClosed: microphoneClosed(box),
    quality: transport.quality,
    jitter,
    words: JITTER_WORDS.map((kind) => {
      const { auto, clientBlocks, serverBlocks: servers } = jitterSettings({ kind }, transport);
      const ms = auto ? null : delayWith(box, { clientBlocks, serverBlocks: servers });
      return { kind, auto, clientBlocks, serverBlocks: servers, ms };
    }),
    blockMs: tenths((transport.frameSamples * transport.blockFactor) / SAMPLES_PER_MS),
    card: {
      kind: device.kind,
      description: isRunning ? device.description : device.kind === 'missing' ? device.why : '',
      problem: device.kind === 'missing' ? device.problem : null,
      periodFrames: isRunning ? device.periodFrames : null,
      inputs: isRunning ? device.inputs : null,
      outputs: isRunning ? device.outputs : null,
      latencyMs: isRunning && device.latencyFrames > 0 ? tenths(device.latencyFrames / SAMPLES_PER_MS) : null,
      realtime: realtime?.granted ?? null,
      periods: PERIODS.map((periodFrames) => ({ periodFrames, delayMs: delayAtPeriod(box, periodFrames) })),
    },
  };
}

/** A card's buffers grow with its period. */
function delayAtPeriod(box: BoxState, periodFrames: number): number | null {
  const { device } = box.engine;
  if (device.kind !== 'running') return null;
  if (device.periodFrames === periodFrames) return delayFigure(box)?.ms ?? null;
  return delayWith(box, {
    periodFrames,
    latencyFrames: (device.latencyFrames * periodFrames) / device.periodFrames,
    frameSamples: usualFrameSamples(periodFrames, 1),
    blockFactor: 1,
  });
}

function tenths(value: number): number {
  return Math.round(10 * value) / 10;
}
