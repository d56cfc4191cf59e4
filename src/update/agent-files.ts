/** What the update agent keeps: the report and the offer until the next start, the rest on the data partition. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { UpdateReport, UpdateState } from '../box/state.ts';
import { parseReport, reportText, versionSchema } from './report.ts';

/** What somebody may choose to install: a file, or an address to fetch it from. */
export type Offer =
  | { readonly version: string; readonly path: string }
  | { readonly version: string; readonly url: string };

/** The slot that has been written and waits for its first start, as rauc-installed notes it. */
export interface Trial {
  readonly slot: string;
  readonly version: string;
}

export interface AgentFiles {
  /** Tells the panel. */
  report(report: UpdateReport): void;
  reported(): UpdateState;
  offered(): Offer | null;
  setOffer(offer: Offer | null): void;
  trial(): Trial | null;
  setTrial(none: null): void;
  setUndone(version: string | null): void;
  isChecking(): boolean;
  setChecking(on: boolean): void;
  /** Of the running system. */
  version(): string;
}

const offerSchema = v.union([
  v.object({ version: versionSchema, path: v.string() }),
  v.object({ version: versionSchema, url: v.string() }),
]);

/** @param root of all paths: '/' */
export function createAgentFiles(root: string): AgentFiles {
  const reportPath = join(root, 'run/jambox/update.json');
  const offerPath = join(root, 'run/jambox/offer.json');
  const kept = (name: string) => join(root, 'data/rauc', name);

  return {
    report: (report) => replace(reportPath, reportText(report), 0o644),
    reported: () => parseReport(read(reportPath) ?? '')?.update ?? { kind: 'none' },
    offered() {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), offerSchema), read(offerPath));
      return parsed.success ? parsed.output : null;
    },
    setOffer: (offer) => replace(offerPath, offer && JSON.stringify(offer)),
    trial() {
      const [slot = '', version = ''] = read(kept('trial'))?.trim().split(' ') ?? [];
      return slot === '' ? null : { slot, version: v.is(versionSchema, version) ? version : '?' };
    },
    setTrial: () => replace(kept('trial'), null),
    setUndone: (version) => replace(kept('undone'), version),
    isChecking: () => read(kept('check')) !== undefined,
    setChecking: (on) => replace(kept('check'), on ? '' : null),
    version: () => read(join(root, 'etc/jambox/version'))?.trim() ?? '',
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** In one step, power cut or not; null removes the file. */
function replace(path: string, content: string | null, mode = 0o600): void {
  if (content === null) rmSync(path, { force: true });
  else {
    const file = openSync(`${path}.new`, 'w', mode);
    writeFileSync(file, content);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
  }
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
