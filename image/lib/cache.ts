/** Content-hash caching of build steps: a step whose inputs have not changed is not run again. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { logTo } from './run.ts';

/** What a step depends on: the content of a file or folder (a missing one counts too), or a text. */
export type Input = { readonly path: string } | { readonly text: string };

/** Hash of the inputs in their order: names, modes, link targets and contents; never times or owners. */
export function cacheKey(inputs: readonly Input[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    if ('text' in input) hash.update(`text ${input.text.length} ${input.text}`);
    else addPath(hash, input.path, '.');
  }
  return hash.digest('hex');
}

function addPath(hash: ReturnType<typeof createHash>, path: string, name: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    hash.update(`none ${name}\0`);
  } else if (found.isSymbolicLink()) {
    hash.update(`link ${name} ${readlinkSync(path)}\0`);
  } else if (found.isDirectory()) {
    hash.update(`folder ${name}\0`);
    for (const entry of readdirSync(path).sort()) addPath(hash, join(path, entry), `${name}/${entry}`);
  } else {
    hash.update(`file ${name} ${(found.mode & 0o111) !== 0} ${found.size}\0`);
    hash.update(readFileSync(path));
  }
}

export type Step = {
  /** One word; names the log and the key file. */
  readonly name: string;
  /** What the reader waits for. */
  readonly what: string;
  readonly inputs: readonly Input[];
  /** Files and folders that must be there when the step is skipped. */
  readonly outputs: readonly string[];
  readonly run: () => void;
};

/** Keys and times of a build, in `<folder>/steps` and `<folder>/logs`. */
export class StepRunner {
  private readonly folder: string;
  private readonly beginMs = performance.now();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'steps'), { recursive: true });
  }

  /** Seconds since the build began, for the reader. */
  say(text: string): void {
    console.log(`${((performance.now() - this.beginMs) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  }

  /** Runs the step unless its outputs are those of the same inputs. Gives the step's key, an input for later steps. */
  step(step: Step): string {
    const key = cacheKey(step.inputs);
    const keyFile = join(this.folder, 'steps', step.name);
    const known = existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key;
    if (known && step.outputs.every((output) => existsSync(output))) {
      this.say(`${step.what}: as before`);
      return key;
    }
    const beginMs = performance.now();
    this.say(`${step.what} ...`);
    rmSync(keyFile, { force: true });
    logTo(join(this.folder, 'logs', `${step.name}.log`));
    step.run();
    writeFileSync(keyFile, key);
    this.say(`${step.what}: done in ${((performance.now() - beginMs) / 1000).toFixed(1)} s`);
    return key;
  }
}
