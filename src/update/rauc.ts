/** What `rauc` prints, understood. Pure. */
import * as v from 'valibot';
import { versionSchema } from './report.ts';

/** As in system.conf.in and in the bundle's manifest. */
export const COMPATIBLE = 'jambox-pi-arm64';

const schema = v.object({ compatible: v.literal(COMPATIBLE), version: versionSchema });

/** The version in what `rauc info --output-format=json` prints of a bundle for this machine; undefined: it is for another. */
export function bundleVersion(json: string): string | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  return result.success ? result.output.version : undefined;
}

/** 0…1 of a line that `rauc install` prints, such as " 40% Copying image to rootfs.1"; undefined: a line without a number. */
export function installProgress(line: string): number | undefined {
  const percent = /^\s*(\d{1,3})%/.exec(line)?.[1];
  return percent === undefined ? undefined : Math.min(1, Number(percent) / 100);
}
