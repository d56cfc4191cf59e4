/** Whole flows by keys only: what people read on the screen, from the first start to pulling the plug. */
import { describe, expect, it } from 'vitest';
import { soundControls } from '../../../src/box/sound.ts';
import { IDLE, serverRow } from '../panel/scenes.ts';
import { panelRig } from './panel-rig.ts';

const NEW_BOX = { ...IDLE, server: null };
const KNOWN = { ...IDLE, shownProfile: IDLE.profile };
const SERVERS = [
  serverRow('The Cellar', { address: 'cellar.example:22124', lists: ['favourites'], favourite: true, pingMs: 12 }),
  serverRow('Attic', { pingMs: 30, genre: 'Jazz' }),
  serverRow('Studio', { pingMs: 40, records: true }),
];

/** On a server with two others, all settled. */
function playing(around = {}) {
  const box = panelRig(KNOWN, around);
  box.press('connect');
  box.wait(3000);
  box.welcomeIn();
  box.people('Box-7F3A', 'Anna', 'Berta');
  box.server({ type: 'ping', ms: 14 });
  box.wait(100);
  box.effects();
  return box;
}

const microphone = (box: ReturnType<typeof panelRig>) =>
  soundControls(box.box()).microphoneClosed || soundControls(box.box()).muted ? 'closed' : 'open';

describe('the first start', () => {
  it('goes from the network cable to playing without typing anything', () => {
    const noCable = { firstStart: 'network', carrier: false } as const;
    const box = panelRig(NEW_BOX, { ...noCable, servers: SERVERS });
    expect(box.text()).toContain('Plug in network');
    box.press('knob');
    expect(box.text()).toContain('Plug in network');
    box.setAround({ firstStart: 'play', carrier: true, address: '192.0.2.50' });
    box.wait(500);
    expect(box.text()).toContain('good');
    box.press('knob');
    expect(box.text()).toContain('Press CONNECT');
    box.press('connect');
    expect(box.text()).toContain('Favourites');
    expect(box.text()).toContain('Those you keep.');
    box.press('knob');
    expect(box.text()).toContain('Favourites 1/1');
    box.press('knob');
    expect(box.text()).toContain('Others will see:');
    expect(box.text()).toContain('Box-7F3A');
    expect(box.box().link.kind).toBe('idle');
    box.press('knob');
    expect(box.box().link.kind).toBe('connecting');
    expect(box.lamps()).toEqual({ connect: 'blink', mute: 'off', recording: 'off' });
    box.welcomeIn();
    expect(box.text()).toContain('The Cellar');
    expect(box.text()).toContain('ms delay');
    expect(box.lamps()?.connect).toBe('on');
    expect(microphone(box)).toBe('open');
  });
});

describe('connecting', () => {
  it('names the last server for three seconds, and a second press stops', () => {
    const box = panelRig(KNOWN);
    box.press('connect');
    expect(box.text()).toContain('Connecting to');
    expect(box.text()).toContain('The Cellar');
    box.press('connect');
    box.wait(5000);
    expect(box.box().link.kind).toBe('idle');
    box.press('connect');
    box.wait(3000);
    expect(box.box().link.kind).toBe('connecting');
  });

  it('to a server of the list tells first when it says that it records', () => {
    const box = panelRig(KNOWN, { servers: SERVERS });
    box.turn(1);
    box.turn(3);
    expect(box.text()).toContain("this box's address");
    expect(box.requests()).toEqual([{ type: 'listServers', open: { group: 'room' } }]);
    box.press('knob');
    box.turn(1);
    expect(box.text()).toContain('All public 2/2');
    box.press('knob');
    expect(box.box().link.kind).toBe('idle');
    expect(box.text()).toContain('THIS SERVER SAYS THAT');
    box.press('knob');
    expect(box.box().server?.label).toBe('Studio');
    expect(box.box().link.kind).toBe('connecting');
  });

  it('is left by holding CONNECT, which says goodbye first, and not by a bump', () => {
    const box = playing();
    box.press('connect', 300);
    expect(box.box().link.kind).toBe('connected');
    expect(box.text()).toContain('Hold CONNECT to leave');
    box.press('connect', 900);
    expect(box.effects()).toContainEqual({ type: 'session', call: { method: 'leave' } });
    box.wait(1000);
    expect(box.text()).toContain('Press CONNECT to play');
    expect(box.lamps()).toEqual({ connect: 'off', mute: 'off', recording: 'off' });
  });

  it('that nobody answers says so, with something to do', () => {
    const box = panelRig(KNOWN);
    box.press('connect');
    box.wait(3000);
    box.server({ type: 'noAnswer' });
    box.wait(100);
    expect(box.text()).toContain('Still trying');
    expect(box.lamps()?.connect).toBe('blink');
    box.press('connect');
    box.wait(1000);
    expect(box.box().link.kind).toBe('idle');
  });
});

describe('a recording server', () => {
  it('is told at joining: nobody hears the box until OK', () => {
    const box = panelRig(KNOWN);
    box.press('connect');
    box.wait(3000);
    expect(microphone(box)).toBe('closed');
    box.welcomeIn('recording');
    expect(box.text()).toContain('THIS SERVER IS');
    expect(box.text()).toContain('one file per player');
    expect(box.lamps()).toEqual({ connect: 'on', mute: 'on', recording: 'on' });
    expect(microphone(box)).toBe('closed');
    box.press('connect');
    box.turn(1);
    box.turn(-1);
    expect(microphone(box)).toBe('closed');
    box.press('knob');
    expect(microphone(box)).toBe('open');
    expect(box.text()).toContain('REC');
    expect(box.lamps()).toEqual({ connect: 'on', mute: 'off', recording: 'on' });
  });

  it('is left by LEAVE, without a sound sent', () => {
    const box = panelRig(KNOWN);
    box.press('connect');
    box.wait(3000);
    box.welcomeIn('recording');
    box.turn(1);
    box.press('knob');
    box.wait(1000);
    expect(box.box().link.kind).toBe('idle');
    expect(microphone(box)).toBe('closed');
    expect(box.lamps()?.recording).toBe('off');
  });

  it('cannot be overlooked while playing: sound goes on, and a press meant for something else does not answer', () => {
    const box = playing();
    box.server({ type: 'recorderState', state: 'recording' });
    box.press('knob');
    expect(box.text()).toContain('STARTED');
    expect(microphone(box)).toBe('open');
    box.press('knob');
    expect(box.text()).toContain('REC');
    expect(box.text()).toContain('ms delay');
    box.server({ type: 'recorderState', state: 'not-enabled' });
    box.wait(500);
    expect(box.text()).toContain('Recording');
    expect(box.text()).toContain('stopped');
    box.press('knob');
    expect(box.text()).toContain('ms delay');
    expect(box.text()).not.toContain('REC');
  });

  it('is asked about anew after a reconnect', () => {
    const box = panelRig(KNOWN);
    box.press('connect');
    box.wait(3000);
    box.welcomeIn('recording');
    box.press('knob');
    expect(microphone(box)).toBe('open');
    box.server({ type: 'ended', reason: 'timeout' });
    box.wait(2000);
    expect(microphone(box)).toBe('closed');
    box.welcomeIn('recording');
    expect(box.text()).toContain('THIS SERVER IS');
    expect(microphone(box)).toBe('closed');
  });
});

describe('a licence', () => {
  it('keeps the microphone closed until OK', () => {
    const box = playing();
    box.server({ type: 'licenceRequired' });
    box.wait(500);
    expect(box.text()).toContain('hears you');
    expect(microphone(box)).toBe('closed');
    expect(box.lamps()?.mute).toBe('on');
    box.press('knob');
    expect(box.effects()).toContainEqual({ type: 'session', call: { method: 'acceptLicence' } });
    expect(microphone(box)).toBe('open');
  });
});

describe('playing', () => {
  it('is muted by one press, everywhere, and the screen and the lamp say so', () => {
    const box = playing();
    box.press('knob');
    box.press('mute');
    expect(microphone(box)).toBe('closed');
    expect(box.lamps()?.mute).toBe('on');
    expect(box.text()).toContain('MUTED');
    box.press('knob', 900);
    expect(box.text()).toContain('Nobody hears you');
    box.press('mute');
    expect(microphone(box)).toBe('open');
    expect(box.text()).not.toContain('MUTED');
  });

  it('direct sound is switched on in "What I hear", with its warning', () => {
    const box = playing();
    box.openFromMenu('hear');
    expect(box.text()).toContain('Direct sound');
    expect(box.text()).toContain('makes you drag');
    box.turn(2);
    box.press('knob');
    expect(soundControls(box.box()).monitorGain).toBeGreaterThan(0);
  });

  it("a person's level is set with the knob and remembered by name, also after a reconnect with another number", () => {
    const box = playing();
    box.turn(1);
    expect(box.text()).toContain('Who is here (3)');
    box.turn(1);
    box.press('knob');
    expect(box.text()).toContain('Anna');
    box.press('knob');
    box.turn(-6);
    const level = box.box().visit.people[1]!.mix.gain;
    expect(level).toBeLessThan(0.9);
    box.press('knob', 900);
    box.press('knob', 900);
    box.press('knob', 900);
    box.server({ type: 'ended', reason: 'timeout' });
    box.wait(1500);
    box.welcomeIn();
    box.people('Box-7F3A', 'Clara', 'Berta', 'Anna');
    const mixes = box.box().visit.people.map(({ name, mix }) => [name, mix.gain]);
    expect(mixes).toEqual([
      ['Box-7F3A', 1],
      ['Clara', 1],
      ['Berta', 1],
      ['Anna', level],
    ]);
  });

  it('says that nothing comes from the server, until something does', () => {
    const box = playing();
    const report = (audioReceived: number) =>
      box.happen({ type: 'engineCounters', misses: 0, xruns: 0, audioReceived, jitterBlocks: 3 });
    report(100);
    box.wait(2000);
    report(100);
    box.wait(300);
    expect(box.text()).toContain('ms delay');
    box.wait(400);
    report(100);
    box.wait(300);
    expect(box.text()).toContain('Nothing comes');
    expect(box.text()).toContain('hold CONNECT');
    report(101);
    box.wait(300);
    expect(box.text()).toContain('ms delay');
  });

  it('chat pops up for five seconds', () => {
    const box = playing();
    box.server({ type: 'chat', html: 'Once more' });
    box.wait(300);
    expect(box.text()).toContain('Once more');
    box.wait(5100);
    expect(box.text()).not.toContain('Once more');
    expect(box.text()).toContain('ms delay');
  });

  it('"Still playing?" is answered by a push, or leaves', () => {
    const box = playing();
    box.setAround({ idleQuestionUntilMs: box.clock.nowMs() + 60_000 });
    box.wait(500);
    expect(box.text()).toContain('playing?');
    expect(box.light()).toBe('bright');
    box.press('knob');
    expect(box.requests()).toContainEqual({ type: 'stillPlaying' });
    expect(box.text()).toContain('ms delay');
  });
});

describe('a lost connection', () => {
  it('is tried again, a number says how often, and mute is kept', () => {
    const box = playing();
    box.press('mute');
    box.server({ type: 'ended', reason: 'timeout' });
    box.wait(300);
    expect(box.text()).toMatch(/Trying ?again/);
    expect(box.lamps()).toMatchObject({ connect: 'blink', mute: 'on' });
    box.wait(2000);
    box.welcomeIn();
    expect(box.text()).toContain('MUTED');
    expect(box.lamps()).toMatchObject({ connect: 'on', mute: 'on' });
  });

  it('is given up by pressing CONNECT', () => {
    const box = playing();
    box.server({ type: 'ended', reason: 'timeout' });
    box.wait(300);
    box.press('connect');
    box.wait(40_000);
    expect(box.box().link.kind).toBe('idle');
  });
});

describe('errors', () => {
  it.each([
    ['no-cable', 'Plug in the cable'],
    ['no-address', 'Restart the router.'],
    ['no-internet', 'Restart the router.'],
    ['too-hot', 'Give it some air.'],
    ['weak-power', 'Use its own supply.'],
    ['list-blocked', 'Use a favourite.'],
    ['settings-restored', 'Check your profile.'],
    ['settings-mistakes', 'Correct box.toml.'],
  ] as const)('%s says what to do, and OK puts it away', (problem, todo) => {
    const box = panelRig(KNOWN);
    box.setAround({ systemProblems: [problem] });
    box.wait(500);
    expect(box.text()).toContain(todo);
    box.press('knob');
    expect(box.text()).toContain('Push: menu');
  });

  it.each([
    ['a name that is none', 'resolving', { type: 'resolveFailed', attemptId: 1, kind: 'not-found' }],
    ['no network', 'connecting', { type: 'sessionFailed', kind: 'no-network' }],
  ] as const)('of connecting: %s', (_, link, event) => {
    const box = panelRig(KNOWN);
    box.press('connect');
    while (box.box().link.kind !== link) box.wait(5);
    box.happen(event);
    box.wait(500);
    expect(box.text()).toContain('Problem');
    box.press('knob');
    expect(box.text()).not.toContain('Problem');
  });

  it('of the sound card go away with a new one', () => {
    const box = panelRig(KNOWN);
    box.happen({ type: 'deviceMissing', problem: 'no-sound-card', why: 'no card', retrying: true });
    box.wait(500);
    expect(box.text()).toContain('Plug the card in.');
    box.happen({
      type: 'deviceRunning',
      description: 'card',
      periodFrames: 64,
      latencyFrames: 128,
      inputs: 2,
      outputs: 2,
    });
    box.wait(300);
    expect(box.text()).toContain('Push: menu');
  });
});

describe('the end', () => {
  it('holding CONNECT for four seconds counts down, leaves and shuts down', () => {
    const box = playing();
    box.down('connect');
    box.wait(2100);
    expect(box.text()).toMatch(/in ?2/);
    box.wait(2000);
    expect(box.requests()).toEqual([{ type: 'shutDown' }]);
    expect(box.effects()).toContainEqual({ type: 'session', call: { method: 'leave' } });
    box.up('connect');
    box.setAround({ power: 'off' });
    box.wait(100);
    expect(box.text()).toContain('unplug');
  });

  it('letting go before cancels it', () => {
    const box = panelRig(KNOWN);
    box.press('connect', 3900);
    box.wait(3000);
    expect(box.requests()).toEqual([]);
    expect(box.text()).toContain('Press CONNECT to play');
  });
});

describe('forgetting', () => {
  const openReset = () => {
    const box = panelRig(KNOWN);
    box.openFromMenu('reset');
    expect(box.text()).toContain('Forget and reset');
    return box;
  };

  it('everything takes a hold of four seconds and a second answer', () => {
    const box = openReset();
    box.turn(2);
    box.press('knob');
    expect(box.text()).toContain('Letting go stops it.');
    box.press('knob', 4100);
    expect(box.text()).toContain('Really');
    box.turn(1);
    box.press('knob');
    expect(box.requests()).toEqual([{ type: 'reset', what: 'everything' }]);
  });

  it('stops when it is let go, and when events are lost', () => {
    const box = openReset();
    box.press('knob');
    box.press('knob', 3500);
    expect(box.text()).not.toContain('Really');
    box.down('knob');
    box.wait(1000);
    box.shell.control({ type: 'cancel' });
    box.wait(5000);
    expect(box.text()).not.toContain('Really');
    expect(box.requests()).toEqual([]);
  });
});

describe('a locked menu', () => {
  it('leaves CONNECT, MUTE and the volumes', () => {
    const box = playing({ menuLocked: true });
    box.press('knob');
    expect(box.text()).toContain('Menu (locked)');
    expect(box.text()).toContain('What I hear');
    expect(box.text()).not.toContain('My profile');
    box.press('knob', 900);
    box.press('mute');
    expect(microphone(box)).toBe('closed');
    box.press('connect', 900);
    box.wait(1000);
    expect(box.box().link.kind).toBe('idle');
    box.turn(1);
    expect(box.text()).toContain('The menu is locked');
  });
});
