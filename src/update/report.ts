/**
 * What root's update agent tells the service, and so the panel: one small file, replaced in one step. Root writes it
 * (the agent, and usr/lib/jambox/update-boot at every start), the service only reads it.
 */
import * as v from 'valibot';
import type { UpdateReport } from '../box/state.ts';

export const REPORT_FILE = '/run/jambox/update.json';

/** What versions are made of, here and in make-bundle.sh: nothing that a screen or a shell could take for something else. */
export const versionSchema = v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+_-]{1,64}$/));

const check = v.optional(v.boolean(), false);

const schema = v.variant('kind', [
  v.object({ kind: v.picklist(['none', 'restarting']), check }),
  v.object({ kind: v.picklist(['available', 'undone', 'old-bootloader']), version: versionSchema, check }),
  v.object({
    kind: v.literal('installing'),
    version: versionSchema,
    progress: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    check,
  }),
]);

/** Undefined: that is no report. */
export function parseReport(text: string): UpdateReport | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success) return undefined;
  const { check: isChecking, ...update } = result.output;
  return { update, check: isChecking };
}

export function reportText({ update, check: isChecking }: UpdateReport): string {
  return `${JSON.stringify({ ...update, check: isChecking })}\n`;
}
