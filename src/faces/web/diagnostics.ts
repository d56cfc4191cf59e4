/**
 * What support may see: a text without names, addresses or chat (privacy C7, C10), nor anything else that others or the
 * owner have written. Pure.
 */

import type { EngineStatistics } from '../../app/statistics.ts';
import type { Setup } from '../../box/state.ts';
import type { HistorySample, PageState } from './api/page-state.ts';

export interface DiagnosticsSources {
  readonly state: PageState;
  readonly controls: Setup['controls'];
  readonly statistics: Omit<EngineStatistics, 'thread'>;
  readonly history: readonly HistorySample[];
  /** Of Node and the kernel. */
  readonly platform: string;
}

/** What a server or a sound card says of itself, cut to what is a version and no sentence. */
const VERSION = /^\d{1,3}(\.\d{1,5}){0,3}/;

export function diagnostics({ state, controls, statistics, history, platform }: DiagnosticsSources): string {
  const { box, link, delay, sound, recorder, licence, problems, network, people, chat, room } = state;
  const { description: _, ...card } = sound.card;
  const cards = sound.cards && { kinds: sound.cards.list.map(({ kind }) => kind), chosen: sound.cards.chosen !== null };
  const tables: Readonly<Record<string, object>> = {
    box: {
      version: box.version,
      platform,
      life: box.life,
      firstStart: box.firstStart,
      menuLocked: box.menuLocked,
      idleMinutes: box.idleMinutes,
      absent: box.absent,
      settingsMistakes: box.mistakes.length,
      temperatureC: box.temperatureC,
      cpuPercent: box.cpuPercent,
      update: box.update.kind,
      phones: box.phones,
      controls,
    },
    link: {
      kind: link.kind,
      attempt: link.attempt,
      serverFull: link.serverFull,
      noAnswer: link.noAnswer,
      silent: link.silent,
      serverVersion: VERSION.exec(link.version ?? '')?.[0] ?? null,
      people: people.length,
      chatLines: chat.length,
      recorder: recorder.state,
      licence,
    },
    delay,
    sound: { ...sound, words: undefined, card, cards },
    network: {
      carrier: network.carrier,
      hasAddress: network.address !== null,
      wifi: network.wifi,
      otherBoxes: network.otherBoxes.length,
    },
    room: room === null ? { kind: 'none' } : { players: room.players, recording: room.recording },
    problems: { now: problems },
    engine: { ...statistics },
  };
  const lines = Object.entries(tables).flatMap(([title, table]) => [
    `[${title}]`,
    ...Object.entries(table).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`],
    ),
    '',
  ]);
  const rows = history.map(([atMs, pingMs, delayMs, drops]) =>
    [Math.round(atMs / 1000), pingMs, delayMs, drops].join(','),
  );
  return [
    'Jamulus box diagnostics: no names, no addresses, no chat',
    '',
    ...lines,
    '[history]',
    's,ping,delay,drops',
    ...rows,
    '',
  ].join('\n');
}
