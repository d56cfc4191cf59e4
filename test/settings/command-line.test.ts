import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/settings/command-line.ts';
import type { Settings } from '../../src/settings/precedence.ts';
import { settingsFrom, settingsOrError } from '../support/settings.ts';

function options(line: string): Settings {
  return settingsFrom(words(line));
}

function error(line: string): string {
  const result = settingsOrError(words(line));
  if ('error' in result) return result.error;
  throw new Error(`accepted: ${line}`);
}

/** All values in it, at any depth. */
function leaves(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

/** Words between spaces; an underscore stands for a space. */
function words(line: string): string[] {
  return line
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('_', ' '));
}

describe('the command line', () => {
  it('says nothing about what is not given', () => {
    const result = parseCommandLine([]);
    expect('commandLine' in result && leaves(result.commandLine).filter((value) => value !== undefined)).toEqual([]);
  });

  it('C1: has a neutral name and an otherwise empty profile by default', () => {
    expect(options('').box.profile).toEqual({
      name: 'Box-7F3A',
      city: '',
      countryCode: 0,
      instrument: 0,
      skill: 'not-set',
    });
  });

  it('has defaults that need no thought', () => {
    const { box, ...rest } = options('');
    expect(rest).toEqual({
      input: { kind: 'card', name: 'default' },
      output: { kind: 'card', name: 'default' },
      habits: { startMuted: false, idleMinutes: 120 },
      periodFrames: 64,
      periods: null,
      firstPort: undefined,
      trafficClass: 128,
      realtime: { priority: 80, core: undefined },
      statsPath: undefined,
      toneUntilFound: true,
      connectTo: null,
      serverNamed: false,
      fixedServer: null,
      chosenCard: null,
      ownsMachine: false,
      requestsPath: undefined,
      plain: false,
      page: 'default',
      rpc: undefined,
      room: 'practice',
      roomNamed: false,
    });
    expect(box).toMatchObject({
      server: null,
      transport: { quality: 'high', frameSamples: 64, blockFactor: 1 },
      jitter: { kind: 'normal' },
      consent: { acceptRecording: false, acceptLicence: false },
      sound: { mode: 'stereo', inputGainDb: 0, boost: 1, monitorOn: false },
      startMuted: false,
    });
  });

  it('takes the profile by names, numbers and codes in any case', () => {
    const { profile } = options('--name Anna --instrument bass_GUITAR --city Graz --country at --skill Expert').box;
    expect(profile).toEqual({ name: 'Anna', city: 'Graz', countryCode: 14, instrument: 5, skill: 'expert' });
    expect(options('--instrument 49').box.profile.instrument).toBe(49);
    expect(options('--name= --skill none').box.profile).toMatchObject({ name: '', skill: 'not-set' });
  });

  it('takes servers as people write them', () => {
    expect(options('--server jam.example').box.server).toEqual({ address: 'jam.example', label: 'jam.example' });
    expect(options('--server [2001:db8::1]:22125').box.server?.address).toBe('[2001:db8::1]:22125');
  });

  it('knows where sound comes from and goes to', () => {
    expect(options('--input alsa:hw:1,0 --output none')).toMatchObject({
      input: { kind: 'alsa', name: 'hw:1,0' },
      output: { kind: 'none' },
    });
    expect(options('--input a.wav --loop --output b.wav')).toMatchObject({
      input: { kind: 'file', path: 'a.wav', loop: true },
      output: { kind: 'file', path: 'b.wav' },
    });
    for (const kind of ['tone', 'click', 'silence'] as const)
      expect(options(`--input ${kind}`).input).toEqual({ kind });
  });

  it('chooses the frame that goes with period and block factor', () => {
    const frame = (line: string) => options(line).box.transport.frameSamples;
    expect([frame('--period 32'), frame('--period 64'), frame('--period 128'), frame('--period 256')]).toEqual([
      64, 64, 128, 128,
    ]);
    expect(options('--block-factor 2').box.transport).toMatchObject({ frameSamples: 128, blockFactor: 2 });
    expect(frame('--frames 128 --period 32')).toBe(128);
  });

  it('takes the jitter buffer as a word or as blocks', () => {
    expect(options('--jitter 3').box.jitter).toEqual({ kind: 'fixed', clientBlocks: 3, serverBlocks: 3 });
    expect(options('--jitter 3,5').box.jitter).toEqual({ kind: 'fixed', clientBlocks: 3, serverBlocks: 5 });
    expect(options('--jitter safe').box.jitter).toEqual({ kind: 'safe' });
  });

  it('takes negative numbers, decimals and a monitor level that may be left out', () => {
    expect(options('--gain -6.5').box.sound.inputGainDb).toBe(-6.5);
    expect(options('--monitor 30 --muted').box).toMatchObject({
      sound: { monitorOn: true, monitorLevel: 30 },
      startMuted: true,
    });
    expect(options('--monitor --muted').box.sound).toMatchObject({ monitorOn: true, monitorLevel: 100 });
    expect(options('--monitor=0').box.sound).toMatchObject({ monitorOn: true, monitorLevel: 0 });
  });

  it('takes marks, ports, cores and consent', () => {
    expect(options('--dscp 46 --port 0 --core 3 --priority 90 --stats s.json')).toMatchObject({
      trafficClass: 184,
      firstPort: 0,
      realtime: { priority: 90, core: 3 },
      statsPath: 's.json',
    });
    expect(options('--no-realtime').realtime).toBeUndefined();
    expect(options('--accept-recording --accept-licence').box.consent).toEqual({
      acceptRecording: true,
      acceptLicence: true,
    });
  });

  it('puts the page where it is wanted, and nowhere by itself without a panel to show the code', () => {
    const page = (line: string) => options(line).page;
    expect(['', '--plain', '--page off', '--page 8080 --plain'].map(page)).toEqual(['default', 'off', 'off', 8080]);
  });

  it('takes JSON-RPC with a secret, on the loopback', () => {
    expect(options('--rpc 22222 --rpc-secret s').rpc).toEqual({ port: 22222, secretPath: 's', bind: '127.0.0.1' });
  });

  it('explains itself, with every option', () => {
    const result = parseCommandLine(['--nonsense', '-h']);
    const help = 'help' in result ? result.help : '';
    for (const option of ['server', 'input', 'jitter', 'accept-recording', 'stats', 'core', 'monitor'])
      expect(help).toContain(`--${option}`);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it.each([
    ['--nonsense', 'unknown option: --nonsense'],
    ['--rpc 22222', '--rpc needs --rpc-secret FILE'],
    ['--rpc-bind ::', '--rpc-secret and --rpc-bind need --rpc'],
    ['-x', 'unknown option: -x'],
    ['somewhere', 'unexpected argument: somewhere'],
    ['--', 'unexpected argument: --'],
    ['--name', '--name needs a value'],
    ['--name --muted', '--name needs a value'],
    ['--muted=yes', '--muted takes no value'],
    ['--name Seventeen_letters', '--name: at most 16 characters'],
    ['--city A_city_with_a_long_name', '--city: at most 20 characters'],
    ['--instrument kazoo', '--instrument: a number from 0 to 49 or a name like "Bass Guitar", not kazoo'],
    ['--instrument 50', '--instrument: a whole number from 0 to 49, not 50'],
    ['--country XX', '--country: two letters like DE or NZ, not XX'],
    ['--country 001', '--country: two letters like DE or NZ, not 001'],
    ['--skill wizard', '--skill: one of none, beginner, intermediate, expert, not wizard'],
    ['--period 100', '--period: one of 32, 64, 128, 256, not 100'],
    ['--periods 5', '--periods: a whole number from 2 to 4, not 5'],
    ['--frames 64 --period 128', '--frames 64 needs --period 32 or 64 and --block-factor 1'],
    ['--frames 64 --block-factor 2', '--frames 64 needs --period 32 or 64 and --block-factor 1'],
    ['--block-factor 3', '--block-factor: one of 1, 2, 4, not 3'],
    ['--jitter 21', '--jitter: a whole number from 1 to 20, not 21'],
    ['--jitter 1,2,3', '--jitter: auto, fast, safe, N or N,M with numbers from 1 to 20, not 1,2,3'],
    ['--gain 25', '--gain: a number from -60 to 24, not 25'],
    ['--gain loud', '--gain: a number from -60 to 24, not loud'],
    ['--boost 0', '--boost: a whole number from 1 to 10, not 0'],
    ['--boost 1.5', '--boost: a whole number from 1 to 10, not 1.5'],
    ['--monitor 101', '--monitor: a number from 0 to 100, not 101'],
    ['--port 65536', '--port: a whole number from 0 to 65535, not 65536'],
    ['--priority 0', '--priority: a whole number from 1 to 99, not 0'],
    ['--core -1', '--core: a whole number from 0 to 1023, not -1'],
    ['--no-realtime --core 1', '--no-realtime goes without --priority and --core'],
    ['--dscp 46 --traffic-class 184', '--dscp and --traffic-class say the same: give one'],
    ['--loop', '--loop needs --input FILE'],
    ['--input=', '--input needs a value'],
    ['--output alsa:', 'alsa: needs the name of a sound card, for example alsa:default'],
    ['--server a:b', '--server: a port is a number from 1 to 65535: a:b'],
    ['--server 2001:db8::1', '--server: write an IPv6 address in brackets, [2001:db8::1]:22124: 2001:db8::1'],
    ['--server=', '--server: HOST or HOST:PORT: nothing'],
  ])('says in one line what is wrong with: %s', (line, message) => {
    expect(error(line)).toBe(message);
  });
});
