import { describe, expect, it } from 'vitest';
import type { SideMeter } from '../../src/box/state.ts';
import { statusLine } from '../../src/box/status-line.ts';
import { CELLAR, makeBox, musician, playing, type TestBox } from './box.ts';

const LOUD: SideMeter = { level: [1, 0.1], hold: [1, 0.1], clipped: [true, false] };
const QUIET: SideMeter = { level: [0, 0.004], hold: [0, 0], clipped: [false, false] };

function measured(box: TestBox): void {
  box.send({ type: 'deviceRunning', description: 'card', periodFrames: 64, latencyFrames: 0, inputs: 2, outputs: 2 });
  box.send({ type: 'engineCounters', misses: 0, xruns: 2, audioReceived: 0, jitterBlocks: 2 });
  box.session({ type: 'serverJitterBlocks', blocks: 2 });
  box.session({ type: 'ping', ms: 12 });
  box.send({ type: 'meters', input: LOUD, output: QUIET });
}

describe('the status line', () => {
  it('tells everything that a player needs in one line', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'clientList', clients: [musician(1, 'Anna'), musician(3, 'me', { isOwn: true })] });
    measured(box);
    expect(statusLine(box.state())).toBe(
      'The Cellar  2 people  delay 22 ms good  ping 12  buffers 2+2  drops 0  xruns 2  in █▅ out ·▁',
    );
    box.send({ type: 'mutePressed' });
    box.session({ type: 'recorderState', state: 'recording' });
    expect(statusLine(box.state())).toContain('MUTED  REC  2 people');
  });

  it('names the state of the link', () => {
    const box = makeBox();
    expect(statusLine(box.state())).toContain('The Cellar  not connected');
    box.send({ type: 'connectPressed' });
    expect(statusLine(box.state())).toContain('looking up');
    const lost = makeBox();
    playing(lost);
    lost.session({ type: 'ended', reason: 'timeout' });
    expect(statusLine(lost.state())).toContain('Connection lost. Trying again (1)');
  });

  it('shows neither ping nor delay above 500 ms', () => {
    const box = makeBox();
    playing(box);
    measured(box);
    box.session({ type: 'ping', ms: 501 });
    expect(statusLine(box.state())).toContain('delay >500 ms too slow  ping >500');
  });

  it('counts the drops of the last minute only', () => {
    const box = makeBox();
    playing(box);
    const report = (atMs: number, misses: number) => {
      box.at(atMs);
      box.send({ type: 'engineCounters', misses, xruns: 0, audioReceived: 0, jitterBlocks: 4 });
    };
    for (let second = 0; second <= 30; second++) report(second * 1000, 100 + second);
    expect(statusLine(box.state())).toContain('drops 30');
    for (let second = 31; second <= 90; second++) report(second * 1000, 130);
    expect(box.state().visit.missesLastMinute).toBe(0);
    expect(box.state().visit.missReadings.length).toBeLessThanOrEqual(61);
    report(91_000, 5);
    expect(box.state().visit.missesLastMinute).toBe(0);
  });

  it('fits 100 columns with everything at its worst, and keeps what matters most', () => {
    const box = makeBox({
      startMuted: true,
      server: { address: CELLAR.address, label: '日本語のとても長いサーバー名です' },
    });
    playing(box);
    box.session({ type: 'clientList', clients: Array.from({ length: 150 }, (_, i) => musician(i, `P${i}`)) });
    measured(box);
    box.send({ type: 'engineCounters', misses: 1e9, xruns: 1e9, audioReceived: 0, jitterBlocks: 20 });
    box.session({ type: 'serverJitterBlocks', blocks: 20 });
    box.session({ type: 'ping', ms: 9999 });
    box.session({ type: 'recorderState', state: 'recording' });
    const line = statusLine(box.state());
    const columns = [...line].reduce((sum, char) => sum + (/[\u3000-\u9fff]/.test(char) ? 2 : 1), 0);
    expect(columns).toBeLessThanOrEqual(100);
    expect(line).toMatch(/^日本語の.*MUTED {2}REC {2}150 people {2}delay >500 ms too slow/);
  });

  it('says that nothing comes from the server after 2.5 s without sound, and never without a sound card', () => {
    const box = makeBox();
    const report = (atMs: number, audioReceived: number) => {
      box.at(atMs);
      box.send({ type: 'engineCounters', misses: 0, xruns: 0, audioReceived, jitterBlocks: 4 });
      return statusLine(box.state()).includes('Nothing comes from the server.');
    };
    box.send({ type: 'deviceRunning', description: 'card', periodFrames: 64, latencyFrames: 0, inputs: 2, outputs: 2 });
    expect(report(0, 7)).toBe(false);
    expect(report(60_000, 7)).toBe(false);
    playing(box);
    expect([report(60_100, 7), report(62_500, 7), report(62_600, 7), report(80_000, 7)]).toEqual([
      ...[false, false, true, true],
    ]);
    expect([report(80_100, 8), report(82_500, 8), report(82_600, 8)]).toEqual([false, false, true]);
    box.send({ type: 'deviceMissing', problem: 'no-sound-card', why: 'gone', retrying: true });
    expect([report(82_700, 8), report(90_000, 8)]).toEqual([false, false]);
    box.send({ type: 'deviceRunning', description: 'card', periodFrames: 64, latencyFrames: 0, inputs: 2, outputs: 2 });
    expect([report(90_100, 8), report(93_000, 8)]).toEqual([false, true]);
    box.session({ type: 'serverRestarted' });
    expect(report(93_100, 8)).toBe(false);
  });

  it.each([
    [
      'card-rate',
      'NO SOUND (A6)',
      'Sound card has no 48 kHz. Set it to 48 kHz if it has a switch, or use another card. [A6]',
    ],
    ['card-busy', 'NO SOUND (A3)', 'Sound card is in use. Close the other program that uses it. [A3]'],
    ['two-clocks', 'NO SOUND (A9)', 'Two cards have two clocks. Choose one card for both input and output. [A9]'],
  ] as const)('says why a sound card does not play: %s', (problem, short, long) => {
    const box = makeBox();
    box.send({ type: 'deviceMissing', problem, why: 'in ALSA’s words', retrying: true });
    expect(statusLine(box.state())).toContain(short);
    expect(box.printed()).toEqual([long, 'Sound: in ALSA’s words; trying again']);
    box.send({ type: 'deviceMissing', problem: 'no-sound-card', why: 'no card', retrying: true });
    expect(statusLine(box.state())).toContain('NO SOUND CARD');
  });

  it('says once that a sound card has one direction, and that it plays', () => {
    const box = makeBox();
    const running = { type: 'deviceRunning', description: 'DAC', periodFrames: 64, latencyFrames: 128 } as const;
    box.send({ ...running, inputs: 0, outputs: 2 });
    expect(box.printed()).toEqual(['Sound card has no input. You can listen; nothing is sent. [D1]', 'Sound: DAC']);
    expect(statusLine(box.state())).not.toContain('NO SOUND');
    box.send({ ...running, inputs: 1, outputs: 0 });
    expect(box.printed()).toContain('Sound card has no output. The others hear you; you hear nothing. [D2]');
    const before = box.printed().length;
    box.send({ ...running, inputs: null, outputs: 2 });
    expect(box.printed().slice(before)).toEqual(['Sound: DAC']);
  });

  it('says that the sound card is missing', () => {
    const box = makeBox();
    box.send({ type: 'deviceMissing', problem: 'no-sound-card', why: 'no such device', retrying: true });
    expect(statusLine(box.state())).toContain('NO SOUND CARD');
    expect(box.printed()).toEqual([
      'Sound card not found. Plug the sound card in; it is tried again by itself. [A1]',
      'Sound: no such device; trying again',
    ]);
  });
});

describe('who sees what, before the first join', () => {
  it('C1: shows the exact values and who gets them, in the very step that asks the network for the first time', () => {
    const box = makeBox({
      profile: { name: 'Anna', city: '', countryCode: 14, instrument: 5, skill: 'expert' },
    });
    expect(box.printed()).toEqual([]);
    box.send({ type: 'connectPressed' });
    const text = box.printed().join('\n');
    expect(text).toContain('name "Anna", instrument "Bass Guitar", city empty,\n  country "AT", skill "expert"');
    expect(text).toContain('Everybody on the server sees it; of a public server third parties too');
  });

  it('C3, C4, C6: tells of the IP address, of recordings, and that nothing is encrypted', () => {
    const box = makeBox();
    box.send({ type: 'connectPressed' });
    const text = box.printed().join('\n');
    expect(text).toContain(
      'The operator of the server sees the IP address of this box while connected, and may log it.',
    );
    expect(text).toContain('Only the operator can record, one file per player');
    expect(text).toContain('Nothing is encrypted.');
  });

  it('C1: is shown again only when the values have changed', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'leavePressed' });
    box.session({ type: 'ended', reason: 'left' });
    const before = box.printed().length;
    box.send({ type: 'connectPressed' });
    expect(box.printed().slice(before)).toEqual(['Connecting to The Cellar.']);
    box.send({ type: 'leavePressed' });
    box.send({ type: 'setProfile', profile: { ...box.state().profile, city: 'Graz' } });
    box.send({ type: 'connectPressed' });
    expect(box.printed().join('\n')).toContain('city "Graz"');
  });

  it('fits 100 columns with the longest values', () => {
    const box = makeBox({
      profile: { name: 'W'.repeat(16), city: 'W'.repeat(20), countryCode: 14, instrument: 45, skill: 'intermediate' },
    });
    box.send({ type: 'connectPressed' });
    for (const line of box.printed()) expect(line.length).toBeLessThanOrEqual(100);
  });
});
