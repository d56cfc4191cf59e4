/** The files that the sound is read from and written to: opened before anything starts, so that a mistake is one clear line. */
import { closeSync, openSync } from 'node:fs';
import type { InputChoice } from '../audio/audio-thread.ts';
import { readWavFile } from '../audio/wav-reader.ts';
import type { InputOption } from '../settings/command-line.ts';
import type { Settings } from '../settings/precedence.ts';

/** Something that the person who gave the options has to mend, in one line. */
export interface OptionError {
  readonly optionError: string;
}

/** The input with its samples. Output and statistics can be written, or the person hears of it now. */
export function openAudioFiles({
  input,
  output,
  statsPath,
}: Pick<Settings, 'input' | 'output' | 'statsPath'>): { readonly input: InputChoice } | OptionError {
  const opened = openInput(input);
  if ('optionError' in opened) return opened;
  const unwritable =
    (output.kind === 'file' ? whyNotWritable(output.path, '--output') : undefined) ??
    (statsPath === undefined ? undefined : whyNotWritable(statsPath, '--stats'));
  return unwritable === undefined ? { input: opened } : { optionError: unwritable };
}

/** A WAV file is read whole before anything starts, so that the audio thread never waits for the disk. */
function openInput(option: InputOption): InputChoice | OptionError {
  if (option.kind !== 'file') return option;
  const wav = readWavFile(option.path);
  if (!wav.ok) return { optionError: `--input ${option.path}: ${wav.error}` };
  const samples = new Float32Array(new SharedArrayBuffer(wav.samples.byteLength));
  samples.set(wav.samples);
  return { kind: 'samples', samples, path: option.path, loop: option.loop };
}

function whyNotWritable(path: string, option: string): string | undefined {
  try {
    closeSync(openSync(path, 'a'));
    return undefined;
  } catch (error) {
    return `${option} ${path}: ${error instanceof Error ? error.message : error}`;
  }
}
