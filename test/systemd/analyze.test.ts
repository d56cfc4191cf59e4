/** What systemd itself says about the units, where it is installed. A newer one on the card knows more settings. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const UNITS = join(import.meta.dirname, '../../systemd/root/etc/systemd/system');
const own = readdirSync(UNITS).filter((name) => /^jambox.*\.(service|path|timer)$/.test(name));
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
/** Settings that came with systemd 254 to 257. */
const NEWER = /Unknown key '(RestartSteps|RestartMaxDelaySec)'|value, ignoring: disconnected$/;

function analyze(...args: string[]) {
  return spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${UNITS}:/usr/lib/systemd/system` },
  });
}

describe.skipIf(!isThere)('systemd-analyze', () => {
  it('finds nothing wrong but programs that are only on the card', () => {
    const files = own.filter((name) => statSync(join(UNITS, name)).isFile()).map((name) => join(UNITS, name));
    const { stderr } = analyze('verify', '--man=no', '--recursive-errors=no', ...files);
    const wrong = stderr
      .split('\n')
      .filter((line) => line.includes('jambox') && !/is not executable: No such file/.test(line) && !NEWER.test(line));
    expect(wrong).toEqual([]);
  });

  it('rates the exposure of jambox.service at 1.5 of 10 or less', () => {
    const { status, stdout } = analyze('security', '--offline=true', '--threshold=15', join(UNITS, 'jambox.service'));
    expect(status, stdout).toBe(0);
  });
});
