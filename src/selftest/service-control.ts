/** Asks systemd about the box's service and stops and starts it. */
import { spawnSync } from 'node:child_process';

const UNIT = 'jambox.service';

export function isServiceRunning(): boolean {
  return systemctl('is-active', '--quiet', UNIT);
}

/** @returns false where systemd refuses, for instance without root's rights */
export function stopService(): boolean {
  return systemctl('stop', UNIT);
}

export function startService(): boolean {
  return systemctl('start', UNIT);
}

function systemctl(...args: readonly string[]): boolean {
  return spawnSync('systemctl', args, { stdio: 'ignore' }).status === 0;
}
