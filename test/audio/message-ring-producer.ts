/** The audio thread's end of a message ring in a worker: pushes numbered records as fast as it can. */
import { workerData } from 'node:worker_threads';
import { FROM_SERVER, MessageRing } from '../../src/audio/message-ring.ts';
import { numberedDatagram } from './numbered-datagram.ts';

const { memory, count } = workerData as { memory: SharedArrayBuffer; count: number };
const ring = new MessageRing(memory);
for (let n = 0; n < count; ) {
  const datagram = numberedDatagram(n);
  ring.peer.fill(n & 255);
  // A full ring refuses: the same record again until the other end has made room.
  if (ring.push(FROM_SERVER, n, datagram, 0, datagram.length)) n++;
}
