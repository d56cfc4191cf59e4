/** Forgetting (privacy C10), the first start, and the end of the program: what becomes of the state. */
import { describe, expect, it } from 'vitest';
import { NO_CHOICES } from '../../src/box/choices.ts';
import { PLAIN_SETUP } from '../../src/box/initial-state.ts';
import { initialServers, NO_SERVERS } from '../../src/box/servers/state.ts';
import { power } from '../../src/box/views.ts';
import { ATTIC, CELLAR, makeBox, musician, playing, SETTINGS, type TestBox } from './box.ts';

const FRESH = { ...SETTINGS, server: null, profile: { ...SETTINGS.profile, name: 'Box-0001' } };
const OWN = { ...SETTINGS.sound, boost: 4 };
const READING = { carrier: true, address: null, defaultRoute: null, temperatureC: null, cpuPercent: null } as const;
const servers = initialServers({ ...NO_SERVERS, recent: [ATTIC], favourites: [{ kind: 'address', ...ATTIC }] }, []);

function used(): TestBox {
  const choices = { ...NO_CHOICES, startMuted: true };
  const box = makeBox({ sound: OWN }, { servers, lastServer: CELLAR, choices, shownProfile: SETTINGS.profile });
  playing(box);
  box.session({ type: 'clientList', clients: [musician(1, 'Anna')] });
  box.send({ type: 'setMix', channelId: 1, change: { gain: 0.5 } });
  return box;
}

describe('Forgetting', () => {
  it('asks the store first, and changes nothing itself', () => {
    const box = used();
    const before = box.state();
    box.send({ type: 'forget', what: 'everything' });
    expect(box.state()).toBe(before);
    expect(box.last()).toEqual([{ type: 'forget', what: 'everything' }]);
  });

  it('people and servers: what others are known by goes, the own sound and name stay', () => {
    const box = used();
    box.send({ type: 'forgotten', what: 'people-and-servers', settings: { ...SETTINGS, server: null } });
    const { servers: left, mixes, lastServer, profile, sound, choices, link } = box.state();
    expect([left.favourites, left.recent, mixes.others, lastServer]).toEqual([[], [], [], null]);
    expect([profile.name, sound.boost, choices.startMuted, link.kind]).toEqual(['Box-7F3A', 4, true, 'connected']);
  });

  it('the server stays for as long as the visit lasts', () => {
    const box = used();
    box.send({ type: 'forgotten', what: 'people-and-servers', settings: { ...SETTINGS, server: null } });
    expect(box.state().server).toEqual(CELLAR);
    box.session({ type: 'ended', reason: 'left' });
    box.send({ type: 'leavePressed' });
    expect(box.state()).toMatchObject({ server: null, afterForgetting: null });
  });

  it('everything: leaves, and is a new box that has shown its profile to nobody', () => {
    const box = used();
    box.send({ type: 'forgotten', what: 'everything', settings: FRESH });
    expect(box.state()).toMatchObject({
      ...{ link: { kind: 'leaving' }, profile: { name: 'Box-0001' }, shownProfile: null, firstStart: 'play' },
      ...{ choices: NO_CHOICES, mixes: { own: null, others: [] }, sound: { boost: 1 } },
    });
    expect(box.last()).toContainEqual({ type: 'forgetPhones' });
    expect(box.last()).toContainEqual({ type: 'chooseCard', key: null });
  });
});

describe('The first start', () => {
  it('waits for a cable where one is needed, then for presses, and is over with the first visit', () => {
    const box = makeBox({}, { firstStart: 'network', system: { ...makeBox().state().system, carrier: false } });
    expect(box.state().firstStart).toBe('network');
    box.send({ type: 'systemRead', reading: { ...READING, underVoltage: null } });
    expect([box.state().firstStart, box.last()]).toEqual(['play', [{ type: 'networkUp', up: true }]]);
    box.send({ type: 'firstStartStep', done: 'connect' });
    expect(box.state().firstStart).toBe('play');
    box.send({ type: 'firstStartStep', done: 'play' });
    expect(box.state().firstStart).toBe('connect');
    playing(box);
    expect(box.state().firstStart).toBe('done');
  });

  it('needs no cable in a practice room on a desk', () => {
    const system = { ...makeBox().state().system, carrier: false };
    const setup = { ...PLAIN_SETUP, needsNetwork: false };
    expect(makeBox({}, { firstStart: 'network', system, setup }).state().firstStart).toBe('play');
  });
});

describe('The end', () => {
  it('says that the plug may be pulled only when all is saved, and only where the machine is to end', () => {
    const box = makeBox();
    expect(power(box.state())).toBe('on');
    playing(box);
    box.send({ type: 'quit', code: 0, afterEnd: 'shut-down' });
    expect(power(box.state())).toBe('stopping');
    box.session({ type: 'ended', reason: 'left' });
    expect(power(box.state())).toBe('stopping');
    box.send({ type: 'saved' });
    expect(power(box.state())).toBe('off');
    const restarted = makeBox();
    restarted.send({ type: 'quit', code: 0, afterEnd: 'restart' });
    restarted.send({ type: 'saved' });
    expect(power(restarted.state())).toBe('stopping');
  });

  it('a signal does not take back what somebody has asked for', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'quit', code: 0, afterEnd: 'shut-down' });
    box.send({ type: 'quit', code: 0 });
    expect(box.state().life).toEqual({ kind: 'quitting', code: 0, afterEnd: 'shut-down' });
  });
});
