/**
 * The OLED's I2C bridge on /dev/uhid, in a thread of its own: the kernel's driver waits for an answer for 50 ms only. What
 * is written to the OLED goes to the parent, a Uint8Array a write.
 */
import { existsSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { CP2112_IDENTITY, createCp2112 } from './cp2112.ts';
import { createEvent, getReportReply, inputEvent, readRequest, setReportReply, UHID_EVENT_BYTES } from './uhid.ts';

const DEVICE = '/dev/uhid';
const OLED_ADDRESS = 0x3c;

while (!existsSync(DEVICE)) await sleep(50);
const uhid = openSync(DEVICE, 'r+');
const bridge = createCp2112((address, bytes) => {
  if (address === OLED_ADDRESS) parentPort?.postMessage(bytes);
  return address === OLED_ADDRESS;
});
writeSync(uhid, createEvent(CP2112_IDENTITY));
const event = new Uint8Array(UHID_EVENT_BYTES);
for (;;) {
  readSync(uhid, event, 0, event.length, null);
  const request = readRequest(event);
  if (request === undefined) continue;
  if (request.type === 'getReport') writeSync(uhid, getReportReply(request.id, bridge.feature(request.number)));
  else if (request.type === 'setReport') writeSync(uhid, setReportReply(request.id));
  else {
    const answer = bridge.output(request.report);
    if (answer !== undefined) writeSync(uhid, inputEvent(answer));
  }
}
