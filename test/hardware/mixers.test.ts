import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HATS } from '../../hardware/pins.ts';
import { temporaryFolder } from '../support/folder.ts';

const MIXERS = join(import.meta.dirname, '../../hardware/mixers');

/** Runs set-mixer on a card of one stream, with an amixer that knows all controls but 'Capture Volume' if told so. */
function setMixer(streamId: string | undefined, { withoutCapture = false } = {}) {
  const folder = temporaryFolder();
  if (streamId !== undefined) {
    mkdirSync(join(folder, 'card/pcm0p'), { recursive: true });
    writeFileSync(join(folder, 'card/pcm0p/info'), `card: 0\ndevice: 0\nstream: PLAYBACK\nid: ${streamId}\n`);
  }
  const refuse = withoutCapture ? `case "$5" in *"'Capture Volume'"*) exit 1;; esac` : '';
  writeFileSync(join(folder, 'amixer'), `#!/bin/sh\nprintf '%s\\n' "$*" >>${folder}/calls\n${refuse}\n`, {
    mode: 0o755,
  });
  const env = {
    ...process.env,
    JAMBOX_MIXERS: MIXERS,
    JAMBOX_CARD: join(folder, 'card'),
    JAMBOX_AMIXER: join(folder, 'amixer'),
  };
  const { status, stdout, stderr } = spawnSync(join(MIXERS, 'set-mixer'), { env, encoding: 'utf8' });
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
  return { status, stdout, stderr, calls };
}

describe('start values of the mixer', () => {
  it('exist for every HAT, and name a codec that no other table names', () => {
    const tables = readdirSync(MIXERS).filter((file) => file.endsWith('.conf'));
    expect(tables.sort()).toEqual(HATS.map(({ overlays: [name] }) => `${name}.conf`).sort());
    const codecs = tables.map((file) => /^codec (\S+)$/m.exec(readFileSync(join(MIXERS, file), 'utf8'))?.[1]);
    expect(codecs).not.toContain(undefined);
    expect(new Set(codecs).size).toBe(tables.length);
  });

  it('are the WM8731 ones for a card with a WM8731', () => {
    const { status, calls, stdout } = setMixer('3f203000.i2s-wm8731-hifi wm8731-hifi-0');
    expect(status).toBe(0);
    expect(stdout).toBe('audioinjector-wm8731-audio: 13 set, 0 not\n');
    expect(calls()).toContain("-q -c jambox cset iface=MIXER,name='Input Mux' Line In");
    expect(calls()).toContain("-q -c jambox cset iface=MIXER,name='Capture Volume' 23,23");
  });

  it('a control that is missing is told, the others are set', () => {
    const { status, stdout, stderr } = setMixer('3f203000.i2s-wm8731-hifi wm8731-hifi-0', { withoutCapture: true });
    expect([status, stdout, stderr]).toEqual([
      0,
      'audioinjector-wm8731-audio: 12 set, 1 not\n',
      'not set: Capture Volume=23,23\n',
    ]);
  });

  it('without a table the card stays as it is, without a card it is an error', () => {
    expect(setMixer('Loopback PCM')).toMatchObject({
      status: 0,
      stderr: 'no start values for this codec: Loopback PCM\n',
    });
    expect(setMixer(undefined).status).toBe(1);
  });

  it("leave the PCM5122's treble alone: its switch is inverted in sound/soc/codecs/pcm512x.c", () => {
    expect(readFileSync(join(MIXERS, 'hifiberry-dacplusadcpro.conf'), 'utf8')).toMatch(/^Deemphasis Switch=on$/m);
  });

  it('leave no way past the converters open', () => {
    const all = readdirSync(MIXERS).map((file) => readFileSync(join(MIXERS, file), 'utf8'));
    expect(all.join('\n')).not.toMatch(
      /(Bypass|Sidetone|Mixout \w+ (Aux|Mixin) \w+|Output Mixer [LR]INPUT3) Switch=on/,
    );
  });
});
