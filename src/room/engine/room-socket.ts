/**
 * Sorts what arrives at the room's socket (messages.md §1.1, §2): audio to its channel, messages and a few datagrams of
 * strangers to the main thread. Period path. The work of one tick has a bound, whatever arrives:
 * - MAX_BATCHES system calls of BATCH datagrams; the kernel keeps the rest, or drops it when its buffer is full;
 * - a stranger's datagram costs a look into the hash table, and only the first few of a tick cost more than that;
 * - the checksum of a message is only computed for as many messages as may be reported.
 */
import { isMessage } from '../../jamulus/frame.ts';
import type { PeerTable } from './peer-table.ts';
import { REPORT_MESSAGE, REPORT_UNKNOWN_PEER, type ReportRing } from './report-ring.ts';
import type { RoomChannel } from './room-channel.ts';
import { status } from './room-memory.ts';

/** Datagrams taken with one system call. */
export const BATCH = 64;
/** Most batches taken in one tick. 1024 datagrams a tick are 384000 a second at 128 samples. */
const MAX_BATCHES = 16;
/** Reports of strangers in one tick, and the length of their longest message. */
const STRANGERS_PER_TICK = 4;
const MAX_STRANGER_BYTES = 1500;
/** Bytes of a stranger's audio datagram that are reported: too few to be taken for a message. */
const STRANGER_AUDIO_BYTES = 8;
/** Messages of one channel in one tick (a real client has one under way) and their longest, a chat text. */
const MESSAGES_PER_TICK = 4;
const MAX_MESSAGE_BYTES = 8192;
/** Bytes of messages in one tick, of all channels. */
const MESSAGE_BYTES_PER_TICK = 65536;

/** Where datagrams come from: UdpReceiver; tests have their own. */
export interface DatagramSource {
  readonly datagrams: readonly Uint8Array[];
  /** Number of datagrams taken, at most BATCH. */
  receive(): number;
  length(i: number): number;
  copyPeer(i: number, into: Uint8Array, offset: number): void;
}

export class RoomSocket {
  readonly #source: DatagramSource;
  readonly #table: PeerTable;
  readonly #channels: readonly RoomChannel[];
  readonly #ring: ReportRing;
  readonly #counts: Int32Array;
  readonly #messages: Int32Array;
  #messageBytes = 0;
  #strangers = 0;
  #hasReported = false;

  constructor(
    source: DatagramSource,
    table: PeerTable,
    channels: readonly RoomChannel[],
    ring: ReportRing,
    counts: Int32Array,
  ) {
    this.#source = source;
    this.#table = table;
    this.#channels = channels;
    this.#ring = ring;
    this.#counts = counts;
    this.#messages = new Int32Array(channels.length);
  }

  /** Takes what has arrived; true when the main thread has something to fetch. */
  drain(): boolean {
    this.#messages.fill(0);
    this.#messageBytes = 0;
    this.#strangers = 0;
    this.#hasReported = false;
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const count = this.#source.receive();
      for (let i = 0; i < count; i++) this.#sort(i);
      if (count < BATCH) break;
    }
    return this.#hasReported;
  }

  #sort(i: number): void {
    const length = this.#source.length(i);
    if (length === 0) return;
    const datagram = this.#source.datagrams[i] as Uint8Array;
    this.#source.copyPeer(i, this.#ring.peer, 0);
    const channelId = this.#table.find(this.#ring.peerWords);
    if (channelId < 0) this.#stranger(datagram, length);
    else this.#known(channelId, datagram, length);
  }

  #known(channelId: number, datagram: Uint8Array, length: number): void {
    const channel = this.#channels[channelId] as RoomChannel;
    if (looksLikeMessage(datagram, length)) {
      const messages = this.#messages[channelId] as number;
      const fits =
        messages < MESSAGES_PER_TICK &&
        length <= MAX_MESSAGE_BYTES &&
        this.#messageBytes + length <= MESSAGE_BYTES_PER_TICK;
      if (!fits) {
        this.#count(status.reportsDropped);
        return;
      }
      this.#messages[channelId] = messages + 1;
      this.#messageBytes += length;
      if (isMessage(datagram, length)) {
        if (this.#ring.push(REPORT_MESSAGE, channelId, channel.generation, datagram, length)) this.#hasReported = true;
        else this.#count(status.reportsDropped);
        return;
      }
    }
    this.#count(channel.receive(datagram, length) ? status.audioReceived : status.wrongSize);
  }

  #stranger(datagram: Uint8Array, length: number): void {
    this.#count(status.unknownDatagrams);
    if (this.#strangers < STRANGERS_PER_TICK && length <= MAX_STRANGER_BYTES) {
      this.#strangers++;
      const reported = isMessage(datagram, length) || length < STRANGER_AUDIO_BYTES ? length : STRANGER_AUDIO_BYTES;
      if (this.#ring.push(REPORT_UNKNOWN_PEER, 0, 0, datagram, reported)) {
        this.#hasReported = true;
        return;
      }
    }
    this.#count(status.unknownDropped);
  }

  #count(at: number): void {
    this.#counts[at] = ((this.#counts[at] as number) + 1) | 0;
  }
}

/** What can be hasReported without the checksum: tag and length (messages.md §1.1). */
function looksLikeMessage(datagram: Uint8Array, length: number): boolean {
  if (length < 9 || datagram[0] !== 0 || datagram[1] !== 0) return false;
  return ((datagram[5] as number) | ((datagram[6] as number) << 8)) === length - 9;
}
