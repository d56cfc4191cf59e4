/** `npm start`: the command line, the box, and a terminal to watch it. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { assemble } from './assemble.ts';
import { type CliOptions, parseArgs } from './cli.ts';
import { engineStatistics, resetStatisticsAfterJoining } from './statistics.ts';
import { createTerminal } from './terminal.ts';

const USAGE_ERROR = 2;

function fail(line: string, code: number): never {
  console.error(line);
  process.exit(code);
}

function run(options: CliOptions): void {
  const terminal = createTerminal();
  const begunCpu = process.cpuUsage();
  const begunMs = performance.now();
  const box = assemble(options, {
    onChange: (before, now) => {
      terminal.show(before, now);
      resetStatisticsAfterJoining(before, now, () => service.engine.resetStatistics());
    },
    onLog: terminal.log,
    onExit: (code, report) => {
      terminal.close();
      if (options.statsPath !== undefined) {
        const seconds = (performance.now() - begunMs) / 1000;
        const statistics = engineStatistics(service, report, process.cpuUsage(begunCpu), seconds);
        writeFileSync(options.statsPath, `${JSON.stringify(statistics, null, 2)}\n`);
      }
      process.exit(code);
    },
  });
  if ('optionError' in box) fail(box.optionError, USAGE_ERROR);
  if ('error' in box) fail(box.error, 1);
  const service = box;

  terminal.onLine((line) => {
    const { visit } = service.state();
    if (line.trim() !== '') service.dispatch({ type: 'chatSent', text: line });
    else if (visit.licence === 'required') service.dispatch({ type: 'licenceAnswered', ok: true });
    else if (visit.recorder.notice !== null) service.dispatch({ type: 'noticeAnswered', ok: true });
  });
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The first one leaves the server properly, the second one does not wait for that.
      if (asked) process.exit(1);
      asked = true;
      service.dispatch({ type: 'quit', code: 0 });
    });
  }
  service.start(options.box.server);
}

const parsed = parseArgs(process.argv.slice(2), randomBytes(2).toString('hex').toUpperCase());
if ('help' in parsed) console.log(parsed.help);
else if ('error' in parsed) fail(`${parsed.error} (--help lists all options)`, USAGE_ERROR);
else run(parsed.options);
