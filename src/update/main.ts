/** `usr/lib/jambox/update VERB [ARGUMENT]`: one task of the update agent. */
import { createAgent } from './agent.ts';
import { task } from './task.ts';

const [verb = '', argument = ''] = process.argv.slice(2);
const done = task(
  createAgent('/', (line) => console.error(line)),
  verb,
  argument,
);
if (done === undefined) {
  console.error(`not known: ${verb}`);
  process.exit(2);
}
process.exit((await done) ? 0 : 1);
