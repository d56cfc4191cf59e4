/** What the page gets: the state, meters, history, diagnostics, metrics. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { EngineStatistics } from '../../../src/app/statistics.ts';
import { commandSchema } from '../../../src/box/commands.ts';
import { initialServers, NO_SERVERS } from '../../../src/box/servers/state.ts';
import { type BoxState, NEW_VISIT } from '../../../src/box/state.ts';
import { CLIPPED, levelsOf, METER, SILENCE_DB } from '../../../src/faces/web/api/meters.ts';
import { type PageState, pageServersSchema, pageStateSchema } from '../../../src/faces/web/api/page-state.ts';
import { diagnostics } from '../../../src/faces/web/diagnostics.ts';
import { HISTORY_SAMPLES, History } from '../../../src/faces/web/history.ts';
import { metersOf } from '../../../src/faces/web/meters-of.ts';
import { metrics } from '../../../src/faces/web/metrics.ts';
import { openApi } from '../../../src/faces/web/openapi.ts';
import { pageServers } from '../../../src/faces/web/page-servers.ts';
import { pageState, withoutPeople } from '../../../src/faces/web/page-state-of.ts';
import { type Around, around } from '../../box/around.ts';
import { allScenes, IDLE, musician, playingBox } from '../panel/scenes.ts';

function stateOf(box: BoxState): PageState {
  return pageState({ box, version: '0.1.0', recordings: false });
}

const TIMES = { p50Us: 40, p99Us: 90, p999Us: 150, maxUs: 300 };
const STATISTICS: Omit<EngineStatistics, 'thread'> = {
  processingTime: TIMES,
  wakeUpLatency: TIMES,
  periods: 10,
  counters: { misses: 3, xruns: 1, periods: 10 },
  droppedMessages: 0,
  cpuSeconds: 1,
  seconds: 2,
  residentBytes: 3,
};

/** Everything that a person has written, or that says where somebody is. */
const PLANTED = {
  own: 'OwnNamePlanted',
  city: 'OwnCityPlanted',
  person: 'PersonPlanted',
  personCity: 'PersonCityPlanted',
  chat: 'ChatPlanted',
  welcome: 'WelcomePlanted',
  address: 'planted.example:22124',
  label: 'LabelPlanted',
  ip: '192.0.2.77',
  host: 'host-planted',
  other: 'other-planted',
  mistake: 'MistakePlanted',
  version: '3.9.1 VersionPlanted',
  card: 'CardPlanted',
  serial: 'SerialPlanted',
  code: '918273',
} as const;

function planted(): BoxState {
  const box = playingBox({
    people: [musician(0, PLANTED.person, { city: PLANTED.personCity })],
    chat: [{ number: 1, atMs: 5, text: PLANTED.chat }],
    welcome: PLANTED.welcome,
    server: { version: PLANTED.version, os: 'linux' },
  });
  const surroundings: Around = {
    hostName: PLANTED.host,
    pageAddress: `http://${PLANTED.ip}`,
    pairingCode: PLANTED.code,
    otherBoxes: [PLANTED.other],
    mistakes: [PLANTED.mistake],
    soundCards: {
      cards: [{ key: PLANTED.serial, name: PLANTED.card, kind: 'usb', hasInput: true, hasOutput: true }],
      chosen: PLANTED.serial,
      taken: PLANTED.serial,
    },
    address: PLANTED.ip,
  };
  return around(
    {
      ...box,
      profile: { ...box.profile, name: PLANTED.own, city: PLANTED.city },
      server: { address: PLANTED.address, label: PLANTED.label },
      engine: {
        ...box.engine,
        device: {
          kind: 'running',
          description: PLANTED.card,
          periodFrames: 64,
          latencyFrames: 128,
          inputs: 2,
          outputs: 2,
        },
      },
    },
    surroundings,
  );
}

describe('the state of the page', () => {
  it('is as its schema says, for every scene of the panel', () => {
    for (const [name, { box }] of allScenes()) {
      const result = v.safeParse(pageStateSchema, stateOf(box));
      expect(result.issues?.map((issue) => `${name} ${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
    }
  });

  it('has no levels in it: those are meters', () => {
    const quiet = stateOf(playingBox({ people: [musician(1, 'Ann', { level: 0 })] }));
    const loud = stateOf(playingBox({ people: [musician(1, 'Ann', { level: 9 })] }));
    expect(loud.people).toEqual(quiet.people);
  });

  it('gives the numbers behind the three words, and what other periods would give', () => {
    const { sound, delay } = stateOf(playingBox());
    expect(sound.words.map(({ kind }) => kind)).toEqual(['fast', 'normal', 'safe']);
    const [fast, , safe] = sound.words;
    expect(fast!.ms!).toBeLessThan(safe!.ms!);
    const periods = sound.card.periods.map(({ delayMs }) => delayMs);
    expect(periods[1]).toBe(delay.ms);
    expect(periods).toEqual([...periods].sort((a, b) => a! - b!));
  });

  it('says how the box will start, and when it asks "Still playing?"', () => {
    const { sound, box } = stateOf(
      playingBox({}, { setup: { ...playingBox().setup, habits: { startMuted: true, idleMinutes: 0 } } }),
    );
    expect([sound.startMuted, sound.mute, box.idleMinutes]).toEqual([true, 'off', 0]);
  });

  it('never holds the pairing code', () => {
    const box = planted();
    expect(JSON.stringify(stateOf(box))).not.toContain(PLANTED.code);
  });

  it('for somebody who has not been let in holds nothing that people have written, and no address', () => {
    const box = planted();
    const text = JSON.stringify(withoutPeople(stateOf(box)));
    const { card: _, ...rest } = PLANTED;
    for (const word of Object.values(rest)) expect(text).not.toContain(word);
  });
});

describe('meters', () => {
  it('are whole decibels in fixed places, then the level of each musician', () => {
    const box = playingBox({ people: [musician(3, 'Ann', { level: 7 }), musician(9, 'Bob', { level: 0 })] });
    const engine: BoxState['engine'] = {
      ...box.engine,
      input: { level: [1, 0.5], hold: [1.2, 0], clipped: [true, false] },
      output: { level: [0, 0], hold: [0, 0], clipped: [false, true] },
    };
    const meters = metersOf({ ...box, engine });
    expect([meters[METER.inLeft], meters[METER.inRight]]).toEqual([0, -6]);
    expect([meters[METER.inHoldLeft], meters[METER.inHoldRight]]).toEqual([2, SILENCE_DB]);
    expect(meters[METER.clipped]).toBe(CLIPPED.inLeft + CLIPPED.outRight);
    expect([...levelsOf(meters)]).toEqual([
      [3, 7],
      [9, 0],
    ]);
    expect(meters.every(Number.isInteger)).toBe(true);
  });
});

describe('the last ten minutes', () => {
  const withMisses = (misses: number, attemptId = 1): BoxState => ({
    ...playingBox({ missReadings: [{ atMs: 0, misses }] }),
    attemptId,
  });

  it('keeps 600 samples, oldest first', () => {
    const history = new History();
    for (let second = 0; second < HISTORY_SAMPLES + 5; second++) history.take(IDLE, 1000 * second);
    const samples = history.samples();
    expect(samples).toHaveLength(HISTORY_SAMPLES);
    expect(samples[0]).toEqual([5000, null, null, 0]);
    expect(history.newest()).toEqual(samples.at(-1));
  });

  it('counts drops second by second, and starts anew with each visit', () => {
    const history = new History();
    history.take(withMisses(10), 0);
    history.take(withMisses(13), 1000);
    history.take(withMisses(13), 2000);
    history.take(withMisses(2, 2), 3000);
    expect(history.samples().map(([, , , drops]) => drops)).toEqual([0, 3, 0, 0]);
  });
});

describe('servers', () => {
  it('are as their schema says, and a fixed server stands alone', () => {
    const servers = initialServers({
      ...NO_SERVERS,
      favourites: [{ kind: 'address', address: '192.0.2.7:22124', label: 'Mine' }],
      recent: [{ address: '192.0.2.8:22124', label: 'Other' }],
    });
    const { setup } = IDLE;
    const all = pageServers({ servers, setup });
    expect(v.is(pageServersSchema, all)).toBe(true);
    expect(all.rows.map(({ name, favourite }) => [name, favourite])).toEqual([
      ['Mine', true],
      ['Other', false],
    ]);
    const fixedServer = { address: '192.0.2.9', label: 'Room server' };
    const fixed = pageServers({ servers, setup: { ...setup, fixedServer } });
    expect(fixed.fixed).toBe(true);
    expect(fixed.rows.map(({ address, name }) => [address, name])).toEqual([['192.0.2.9', 'Room server']]);
  });
});

describe('what support and machines may see', () => {
  it('C7, C10: diagnostics hold no name, no address and no chat', () => {
    const box = planted();
    const history = new History();
    history.take(box, 1000);
    const text = diagnostics({
      state: stateOf(box),
      controls: 'knob',
      statistics: STATISTICS,
      history: history.samples(),
      platform: 'Node 24',
    });
    for (const word of Object.values(PLANTED)) expect(text).not.toContain(word);
    expect(text).toContain('serverVersion = "3.9.1"');
    expect(text).toContain('chatLines = 1');
    expect(NEW_VISIT.chat).toEqual([]);
  });

  it('metrics are lines that Prometheus reads, without people', () => {
    const box = planted();
    const text = metrics(stateOf(box), STATISTICS);
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) jambox_\w+ .+|jambox_\w+(\{\w+="[\w.]+"\})? -?\d+(\.\d+)?)$/);
    }
    for (const word of Object.values(PLANTED)) expect(text).not.toContain(word);
    expect(text).toContain('jambox_period_path_us{quantile="0.999"} 150');
    expect(text).toContain('jambox_misses_total 3');
  });

  it('the description for machines names every action', () => {
    const text = JSON.stringify(openApi('1'));
    for (const { entries } of commandSchema.options) expect(text).toContain(`"const":"${entries.type.literal}"`);
    expect(text).toContain('[30,60,120,240,0]');
  });
});
