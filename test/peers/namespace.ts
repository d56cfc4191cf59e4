/** A network of one's own: nothing that a test sends gets out, and its ports clash with nobody's. */
import { spawn } from 'node:child_process';

const MARK = 'JAMULUS_BOX_TEST_NAMESPACE';

/**
 * Call first thing in a script. Runs the script again in a fresh network namespace with only loopback, and ends this
 * process with the other's exit code; returns at once inside that namespace. Needs root: without it, it says so and
 * the script goes on in the machine's own network.
 */
export async function enterNamespace(): Promise<void> {
  if (process.env[MARK] !== undefined) return;
  if (process.getuid?.() !== 0) {
    console.error('Not root: no network namespace, the test uses the loopback interface of this machine.');
    return;
  }
  const script = 'ip link set lo up && exec "$@"';
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', ['-n', 'sh', '-c', script, 'sh', ...command], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const code = await new Promise<number>((resolve) => {
    child.once('exit', (status) => resolve(status ?? 1));
    child.once('error', () => resolve(1));
  });
  process.exit(code);
}
