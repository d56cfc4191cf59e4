/** Main thread: writes the session's orders where the room thread reads them. Waits for nothing. */
import { DEFAULT_JITTER_BLOCKS, MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { StreamFormat } from '../../jamulus/stream-format.ts';
import { MAX_ROOM_FRAME_BYTES, MIN_ROOM_FRAME_BYTES, type RoomOrder } from '../room-ports.ts';
import { CHANNEL_WORDS, control, MIXING, type RoomMemory, word } from './room-memory.ts';

const MAX_GAIN = 2;

/** Writes `order` for the room thread; an order that breaks the rules of room-ports.ts is a bug of the session and throws RangeError. */
export function writeOrder(room: RoomMemory, order: RoomOrder): void {
  switch (order.type) {
    case 'setGain':
      room.gains[pairOf(order.listener, order.source)] = Math.min(Math.max(order.gain, 0), MAX_GAIN);
      return;
    case 'setPan':
      room.pans[pairOf(order.listener, order.source)] = Math.min(Math.max(order.pan, 0), 1);
      return;
    case 'setRecording': {
      const isOn = ((room.controls[control.recording] as number) & 1) === 1;
      if (order.on !== isOn) Atomics.add(room.controls, control.recording, 1);
      return;
    }
    case 'openChannel':
      resetPairs(room, order.channelId);
      changeChannel(room, order.channelId, (words, at) => {
        words.fill(0, at + word.open, at + CHANNEL_WORDS);
        words[at + word.open] = 1;
        words[at + word.generation] = order.generation;
        words[at + word.mixing] = MIXING.yes;
        words[at + word.jitterAuto] = 1;
        words[at + word.jitterBlocks] = DEFAULT_JITTER_BLOCKS;
        room.channelBytes.set(order.peer, (at + word.peer) * 4);
      });
      return;
    case 'closeChannel':
      changeChannel(room, order.channelId, (words, at) => {
        words[at + word.open] = 0;
      });
      return;
    case 'setTransport':
      changeChannel(room, order.channelId, (words, at) => writeFormat(words, at, order.format));
      return;
    case 'setIdentified':
      changeChannel(room, order.channelId, (words, at) => {
        words[at + word.identified] = 1;
      });
      return;
    case 'setJitter':
      changeChannel(room, order.channelId, (words, at) => {
        words[at + word.jitterAuto] = order.auto ? 1 : 0;
        words[at + word.jitterBlocks] = order.blocks;
      });
      return;
    case 'setMixing':
      changeChannel(room, order.channelId, (words, at) => {
        words[at + word.mixing] = MIXING[order.mixing];
        words[at + word.mixingOrder] = ((words[at + word.mixingOrder] as number) + 1) | 0;
      });
      return;
  }
}

function changeChannel(room: RoomMemory, channelId: number, change: (words: Int32Array, at: number) => void): void {
  const at = checkedId(channelId) * CHANNEL_WORDS;
  Atomics.add(room.channels, at + word.lock, 1);
  change(room.channels, at);
  Atomics.add(room.channels, at + word.lock, 1);
  Atomics.add(room.controls, control.orders, 1);
}

function writeFormat(words: Int32Array, at: number, format: StreamFormat | null): void {
  if (format === null) {
    words[at + word.frameSamples] = 0;
    return;
  }
  const { frameBytes, frameSamples, channels, blockFactor, sequenceNumbers, raw } = format;
  if (!(frameBytes >= MIN_ROOM_FRAME_BYTES && frameBytes <= MAX_ROOM_FRAME_BYTES)) {
    throw new RangeError(`frame of ${frameBytes} bytes`);
  }
  words[at + word.frameSamples] = frameSamples;
  words[at + word.channels] = channels;
  words[at + word.frameBytes] = frameBytes;
  words[at + word.blockFactor] = blockFactor;
  words[at + word.sequenceNumbers] = sequenceNumbers ? 1 : 0;
  words[at + word.raw] = raw ? 1 : 0;
}

/** Everybody hears newcomers as they are, and they hear everybody (sessions.md §5). */
function resetPairs(room: RoomMemory, channelId: number): void {
  for (let other = 0; other < MAX_CHANNELS; other++) {
    for (const pair of [pairOf(channelId, other), pairOf(other, channelId)]) {
      room.gains[pair] = 1;
      room.pans[pair] = 0.5;
    }
  }
}

function pairOf(listener: number, source: number): number {
  return checkedId(listener) * MAX_CHANNELS + checkedId(source);
}

function checkedId(channelId: number): number {
  if (!(channelId >= 0 && channelId < MAX_CHANNELS)) throw new RangeError(`channel ${channelId}`);
  return channelId;
}
