/** From checked options to a running box: opens the files, chooses the port, loads the codec. */

import { randomInt } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { InputChoice } from './audio/audio-thread.ts';
import type { CardOrder } from './audio/device.ts';
import { readWavFile } from './audio/wav-reader.ts';
import { createService, type Service, type ServiceOptions } from './service.ts';
import type { InputWish } from './settings/command-line.ts';
import type { Settings } from './settings/precedence.ts';

/** sessions.md §1: 22124 + 10, a random start within 100, then up to 100 further ports. */
const CLIENT_PORT = 22134;
const PORT_SPAN = 100;

export type Hooks = Pick<ServiceOptions, 'onChange' | 'onLog' | 'onExit' | 'reportMs'>;
/** What the appliance adds. */
type ApplianceHooks = Pick<ServiceOptions, 'profileSeen' | 'onConnectionless'>;

/** Something that the person who gave the options has to mend, in one line. */
export interface OptionError {
  readonly optionError: string;
}

/**
 * Connects nothing yet: see `Service.start`.
 * @param card what inputs and outputs of the kind 'card' begin with; undefined = their own names
 */
export function assemble(
  options: Settings,
  hooks: Hooks & ApplianceHooks,
  card?: CardOrder,
): Service | OptionError | { readonly error: string } {
  const input = openInput(options.input);
  const unwritable =
    (options.output.kind === 'file' ? whyNotWritable(options.output.path, '--output') : undefined) ??
    (options.statsPath === undefined ? undefined : whyNotWritable(options.statsPath, '--stats'));
  if ('optionError' in input) return input;
  if (unwritable !== undefined) return { optionError: unwritable };
  const { periodFrames, periods, toneUntilFound, realtime, output } = options;
  return createService({
    settings: options.box,
    audio: { input, output, ...(card && { card }), periodFrames, periods, toneUntilFound, realtime },
    socket: {
      firstPort: options.firstPort ?? CLIENT_PORT + randomInt(PORT_SPAN),
      furtherPorts: PORT_SPAN,
      trafficClass: options.trafficClass,
    },
    wasm: readFileSync(new URL('../build/opus.wasm', import.meta.url)),
    ...hooks,
  });
}

/** A WAV file is read whole before anything starts, so that the audio thread never waits for the disk. */
function openInput(wish: InputWish): InputChoice | OptionError {
  if (wish.kind !== 'file') return wish;
  const wav = readWavFile(wish.path);
  if (!wav.ok) return { optionError: `--input ${wish.path}: ${wav.error}` };
  const samples = new Float32Array(new SharedArrayBuffer(wav.samples.byteLength));
  samples.set(wav.samples);
  return { kind: 'samples', samples, path: wish.path, loop: wish.loop };
}

function whyNotWritable(path: string, option: string): string | undefined {
  try {
    closeSync(openSync(path, 'a'));
    return undefined;
  } catch (error) {
    return `${option} ${path}: ${error instanceof Error ? error.message : error}`;
  }
}
