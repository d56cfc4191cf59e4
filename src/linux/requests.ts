/** What the box, which has no rights of its own, asks of root: one empty file a request (systemd/, handle-requests). */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Where the image has them. */
export const REQUESTS_FOLDER = '/run/jambox/requests';

export type RootRequest =
  | 'poweroff'
  | 'reboot'
  /** Wipes all that is kept, also what belongs to root, and restarts. */
  | 'factory-reset'
  | 'update-install'
  | 'update-check-on'
  | 'update-check-off'
  /** Somebody has read that the old version is back. */
  | 'update-seen';

/** Returns at once; root acts a moment later. False: nobody is there to be asked. Never throws. */
export function requestOfRoot(request: RootRequest, folder = REQUESTS_FOLDER): boolean {
  try {
    closeSync(openSync(join(folder, request), 'w'));
    return true;
  } catch {
    return false;
  }
}
