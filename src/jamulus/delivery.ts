/**
 * Reliable delivery of connection-bound messages to and from one peer, the same on both sides (messages.md §2):
 * one frame in flight, repeated every 400 ms until it is acknowledged; every received frame is acknowledged.
 *
 * What the protocol promises is what this promises: each message is evaluated at least once and for the first time in
 * order. It is evaluated exactly once as long as no copy of a frame is overtaken by a later frame, because a receiver
 * remembers only the last frame it evaluated.
 */
import { buildFrame, type Frame, isConnectionless, MAX_BODY_BYTES } from './frame.ts';
import { createSplitReceiver, SPLIT_ID, SPLIT_PART_BYTES, splitBody } from './split.ts';

export const RETRANSMISSION_MS = 400;

/**
 * Bounds of the queue, where the specification has none: a peer that acknowledges nothing must not fill the memory.
 * Gain and pan of all 150 channels fit in, and the longest message beside them.
 */
export const MAX_QUEUED_FRAMES = 512;
export const MAX_QUEUED_BYTES = 512 * 1024;

const ACKN_ID = 1;

export interface DeliveryPorts {
  send(datagram: Uint8Array): void;
  /** A received message: in order, without repetitions of the last one, joined if it was split. May call post(). */
  evaluate(id: number, body: Uint8Array): void;
  /** The peer has this frame, SPLIT_ID for a part of a message. May call post(). */
  acknowledged?(id: number): void;
}

export interface Delivery {
  /**
   * Queues a message, and sends it now if nothing is in flight. False if it does not fit within the bounds of the
   * queue: it is then dropped whole, and what is queued stays.
   */
  post(id: number, body: Uint8Array, nowMs: number): boolean;
  /** Takes a connection-bound frame of the peer: hands it to evaluate() first and acknowledges it afterwards. */
  receive(frame: Frame, nowMs: number): void;
  tick(nowMs: number): void;
  /** When tick() has something to do; Infinity if nothing is in flight. */
  nextTickMs(): number;
  /** The peer can join split messages: those posted from now on are split if they are long. */
  allowSplit(): void;
  /** Forgets everything: the queue, the counter, the last received frame, split support. The totals go on. */
  reset(): void;
  queuedFrames(): number;
  queuedBytes(): number;
  totals(): DeliveryTotals;
}

export interface DeliveryTotals {
  readonly duplicates: number;
  readonly retransmissions: number;
  readonly overflows: number;
}

interface QueuedFrame {
  readonly id: number;
  readonly counter: number;
  readonly datagram: Uint8Array;
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const splitReceiver = createSplitReceiver();
  let queue: QueuedFrame[] = [];
  let queuedBytes = 0;
  let counter = 0;
  let repeatAtMs = Number.POSITIVE_INFINITY;
  let splitAllowed = false;
  let lastId = -1;
  let lastCounter = -1;
  let duplicates = 0;
  let retransmissions = 0;
  let overflows = 0;

  function sendHead(nowMs: number): void {
    const head = queue[0];
    repeatAtMs = head === undefined ? Number.POSITIVE_INFINITY : nowMs + RETRANSMISSION_MS;
    if (head !== undefined) ports.send(head.datagram);
  }

  function enqueue(id: number, body: Uint8Array): void {
    const datagram = buildFrame(id, counter, body);
    queue.push({ id, counter, datagram });
    queuedBytes += datagram.length;
    counter = (counter + 1) & 0xff;
  }

  function acknowledged(frame: Frame, nowMs: number): void {
    const head = queue[0];
    if (head === undefined || frame.body.length !== 2 || frame.counter !== head.counter) return;
    if (((frame.body[0] as number) | ((frame.body[1] as number) << 8)) !== head.id) return;
    queue.shift();
    queuedBytes -= head.datagram.length;
    sendHead(nowMs);
    ports.acknowledged?.(head.id);
  }

  function evaluate(frame: Frame): void {
    if (frame.id !== SPLIT_ID) {
      splitReceiver.reset();
      ports.evaluate(frame.id, frame.body);
      return;
    }
    const joined = splitReceiver.accept(frame.body);
    if (joined === undefined || isConnectionless(joined.id) || joined.id === SPLIT_ID || joined.id === ACKN_ID) return;
    ports.evaluate(joined.id, joined.body);
  }

  return {
    post(id, body, nowMs) {
      const bodies = splitAllowed && body.length > SPLIT_PART_BYTES ? splitBody(id, body) : [body];
      const frames = bodies?.length ?? 0;
      const fits = queue.length + frames <= MAX_QUEUED_FRAMES && queuedBytes + body.length <= MAX_QUEUED_BYTES;
      if (bodies === undefined || body.length > MAX_BODY_BYTES || !fits) {
        overflows++;
        return false;
      }
      const idle = queue.length === 0;
      for (const part of bodies) enqueue(bodies.length > 1 ? SPLIT_ID : id, part);
      if (idle) sendHead(nowMs);
      return true;
    },
    receive(frame, nowMs) {
      if (frame.id === ACKN_ID) {
        acknowledged(frame, nowMs);
        return;
      }
      if (frame.id === lastId && frame.counter === lastCounter) {
        duplicates++;
      } else {
        lastId = frame.id;
        lastCounter = frame.counter;
        evaluate(frame);
      }
      ports.send(buildFrame(ACKN_ID, frame.counter, Uint8Array.of(frame.id & 0xff, frame.id >> 8)));
    },
    tick(nowMs) {
      if (nowMs < repeatAtMs) return;
      retransmissions++;
      sendHead(nowMs);
    },
    nextTickMs: () => repeatAtMs,
    allowSplit() {
      splitAllowed = true;
    },
    reset() {
      queue = [];
      queuedBytes = 0;
      counter = 0;
      repeatAtMs = Number.POSITIVE_INFINITY;
      splitAllowed = false;
      lastId = -1;
      lastCounter = -1;
      splitReceiver.reset();
    },
    queuedFrames: () => queue.length,
    queuedBytes: () => queuedBytes,
    totals: () => ({ duplicates, retransmissions, overflows }),
  };
}
