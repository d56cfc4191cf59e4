/** Steps of a boot test: each says when it begins, how long it took, and what it found; the table at the end. */

export interface Steps {
  /** Runs one step. A failure is told and thrown on. */
  readonly step: <T>(name: string, work: () => Promise<T> | T) => Promise<T>;
  /** Writes a line below the running step. */
  readonly note: (line: string) => void;
  /** A part of several steps: a failure ends it, and what follows goes on. */
  readonly part: (name: string, work: () => Promise<void>) => Promise<void>;
  readonly allPassed: () => boolean;
  /** Prints all parts and steps with their times; gives the exit code. */
  readonly summary: () => 0 | 1;
  /** For `createSteps` of another process. */
  readonly save: () => string;
}

interface Line {
  readonly part: string;
  readonly name: string;
  readonly seconds: number;
  readonly passed: boolean;
}

/** @param earlier what was done before, by another process */
export function createSteps(earlier?: string, write: (line: string) => void = console.log): Steps {
  const saved = earlier === undefined ? undefined : (JSON.parse(earlier) as { lines: Line[]; begunAll: number });
  const lines: Line[] = saved?.lines ?? [];
  // Of the time of day: another process has another clock.
  const begunAll = saved?.begunAll ?? Date.now();
  let current = '';
  const since = (begun: number) => (Date.now() - begun) / 1000;
  const allPassed = () => lines.every(({ passed }) => passed);

  return {
    async step(name, work) {
      const begun = Date.now();
      write(`[${since(begunAll).toFixed(0).padStart(4)} s] ${current}: ${name} ...`);
      const end = (passed: boolean) => {
        const seconds = since(begun);
        lines.push({ part: current, name, seconds, passed });
        write(
          `[${since(begunAll).toFixed(0).padStart(4)} s] ${current}: ${name}: ${passed ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`,
        );
      };
      try {
        const result = await work();
        end(true);
        return result;
      } catch (error) {
        end(false);
        throw error;
      }
    },
    note: (line) => write(`         ${line}`),
    async part(name, work) {
      const before = current;
      current = name;
      try {
        await work();
      } catch (error) {
        const known = lines.some((line) => line.part === name && !line.passed);
        if (!known) lines.push({ part: name, name: 'begin', seconds: 0, passed: false });
        write(`         ${error instanceof Error ? error.stack : error}`);
      } finally {
        current = before;
      }
    },
    summary() {
      const width = Math.max(...lines.map(({ part, name }) => part.length + name.length), 0) + 2;
      write('');
      for (const { part, name, seconds, passed } of lines) {
        write(`${`${part}: ${name}`.padEnd(width)}  ${seconds.toFixed(1).padStart(7)} s  ${passed ? 'ok' : 'FAILED'}`);
      }
      const passed = lines.filter((line) => line.passed).length;
      write(`\n${since(begunAll).toFixed(0)} s in all`);
      write(`${passed} passed, ${lines.length - passed} failed`);
      return lines.length > 0 && allPassed() ? 0 : 1;
    },
    allPassed,
    save: () => JSON.stringify({ lines, begunAll }),
  };
}
