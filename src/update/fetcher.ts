/**
 * Fetches one file from the owner's server (jambox-fetch@.service): descriptor 0 is the connection of root's update agent,
 * which says what it wants in one line of JSON and gets frames. Runs as a user that may do nothing else, so that no program
 * with rights ever talks to the network.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { encodeFrame } from './frames.ts';
import { fetchFrames } from './https.ts';

const requestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ url: v.string(), maxBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
);

async function* answer(line: string): AsyncGenerator<Uint8Array> {
  const request = v.safeParse(requestSchema, line);
  if (!request.success) {
    yield encodeFrame({ kind: 'error', error: 'no such request' });
    return;
  }
  for await (const frame of fetchFrames(request.output.url, request.output.maxBytes)) yield encodeFrame(frame);
}

const agent = new Socket({ fd: 0, readable: true, writable: true });
// Whoever asked has gone.
agent.on('error', () => process.exit(1));
const lines = createInterface({ input: agent });
lines.once('line', (line) => {
  lines.close();
  pipeline(Readable.from(answer(line)), agent).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
lines.once('close', () => agent.resume());
