/** What one side of a conversation has said, out of its datagrams. */
import { isConnectionless, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message } from '../../src/jamulus/messages/message.ts';
import { createSplitReceiver, SPLIT_ID } from '../../src/jamulus/split.ts';

export interface Said {
  readonly timeMs: number;
  readonly message: Message;
}

/** The messages among datagrams, each once: no ACKN, no repetitions, split ones joined. */
export function messagesOf(datagrams: readonly { timeMs: number; payload: Uint8Array }[]): Said[] {
  const receiver = createSplitReceiver();
  const said: Said[] = [];
  let last = '';
  for (const { timeMs, payload } of datagrams) {
    const frame = parseFrame(payload);
    if (frame === undefined || frame.id === 1) continue;
    const key = `${frame.id}/${frame.counter}`;
    if (key === last && !isConnectionless(frame.id)) continue;
    last = key;
    const whole = frame.id === SPLIT_ID ? receiver.accept(frame.body) : frame;
    if (whole === undefined) continue;
    const message = decodeMessage(whole.id, whole.body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`unreadable ${whole.id}`);
    said.push({ timeMs, message });
  }
  return said;
}
