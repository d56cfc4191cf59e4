/** Runs the system's programs (rauc, systemctl, mount) for the update agent. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Its errors go to the agent's own, and so to the journal. */
export async function run(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<Ran> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  const ok = new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
  return { ok: await ok, output: lines.join('\n') };
}
