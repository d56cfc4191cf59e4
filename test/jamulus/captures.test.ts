import { describe, expect, it } from 'vitest';
import { buildFrame, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, encodeMessage } from '../../src/jamulus/messages/message.ts';
import { createSplitReceiver, SPLIT_ID, splitBody } from '../../src/jamulus/split.ts';
import { captureNames, readCapture } from '../support/pcap.ts';

describe.each(captureNames())('in the capture %s', (name) => {
  const datagrams = readCapture(name);

  it('every message is understood and written again with the same bytes', () => {
    const receivers = new Map<string, ReturnType<typeof createSplitReceiver>>();
    const refused: string[] = [];
    let messages = 0;
    for (const { srcPort, dstPort, payload } of datagrams) {
      const frame = parseFrame(payload);
      if (frame === undefined) continue;
      messages++;
      expect(buildFrame(frame.id, frame.counter, frame.body)).toEqual(payload);
      let { id, body }: { id: number; body: Uint8Array } = frame;
      if (id === SPLIT_ID) {
        const way = `${srcPort}-${dstPort}`;
        const receiver = receivers.get(way) ?? createSplitReceiver();
        receivers.set(way, receiver);
        const joined = receiver.accept(body);
        if (joined === undefined) continue;
        ({ id, body } = joined);
        expect(splitBody(id, body)?.at(-1)).toEqual(frame.body);
      }
      const message = decodeMessage(id, body);
      if (message.type === 'UNKNOWN' || message.type === 'REJECTED') refused.push(`${message.type} ${id}`);
      else expect(encodeMessage(message)).toEqual({ id, body: new Uint8Array(body) });
    }
    expect(refused).toEqual([]);
    expect(messages).toBeGreaterThan(5);
  });
});
