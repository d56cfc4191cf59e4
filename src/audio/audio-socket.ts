/**
 * The audio thread's side of the UDP socket: builds and sends audio datagrams, sorts what arrives into audio for the
 * jitter buffer and messages for the main thread (messages.md §1.1, §2). Period path.
 */
import { isConnectionless, isMessage } from '../jamulus/frame.ts';
import { addressOf } from '../linux/libc.ts';
import { PEER_ADDRESS_BYTES, UdpReceiver, UdpSender, type UdpSocket } from '../linux/udp-socket.ts';
import type { JitterBuffer } from './jitter-buffer.ts';
import { AUDIO_ARRIVED, FROM_ELSEWHERE, FROM_SERVER, type MessageRing } from './message-ring.ts';
import { type SharedAudio, status } from './shared.ts';

/** Datagrams taken with one system call, and how many such calls a period may make. */
const BATCH = 32;
const BATCHES_PER_PERIOD = 3;
/** Raw stereo of 128 samples with sequence bytes, four frames: the longest there is. */
const MAX_SENT_BYTES = 4 * (512 + 1);
/** While audio keeps coming the main thread is told so about once a second. */
const ALIVE_US = 1_000_000;

export class AudioSocket {
  /** The datagram being built. */
  readonly outgoing = new Uint8Array(MAX_SENT_BYTES);
  readonly #outgoingAddress = addressOf(this.outgoing);
  readonly #shared: SharedAudio;
  readonly #ring: MessageRing;
  readonly #jitter: JitterBuffer;
  readonly #sender: UdpSender;
  readonly #receiver: UdpReceiver;
  readonly #server = new Uint8Array(PEER_ADDRESS_BYTES);
  #hasServer = false;
  /** Bytes that an audio datagram must have; 0 while nothing is streamed. */
  #expectedBytes = 0;
  #audioSeen = false;
  #reportedUs = 0;

  constructor(socket: UdpSocket, shared: SharedAudio, ring: MessageRing, jitter: JitterBuffer) {
    this.#shared = shared;
    this.#ring = ring;
    this.#jitter = jitter;
    this.#sender = new UdpSender(socket);
    this.#receiver = new UdpReceiver(socket, BATCH);
  }

  /** True once audio from the server has come since the stream started. */
  get audioSeen(): boolean {
    return this.#audioSeen;
  }

  /** The stream goes to `server` (a PeerAddress) and audio from there has `expectedBytes`; `restart` forgets that any came. */
  open(server: Uint8Array, expectedBytes: number, restart: boolean): void {
    for (let i = 0; i < PEER_ADDRESS_BYTES; i++) this.#server[i] = server[i] as number;
    this.#hasServer = true;
    this.#expectedBytes = expectedBytes;
    if (restart) this.#audioSeen = false;
    this.#sender.setPeer(server);
  }

  /** Audio from the server is no longer expected, but still reported: the session answers it (sessions.md §3, Stop). */
  close(): void {
    this.#expectedBytes = 0;
    this.#audioSeen = false;
  }

  /** Sends the first `length` bytes of `outgoing` to the server. */
  send(length: number): void {
    const counts = this.#shared.status;
    const at = this.#sender.send(this.#outgoingAddress, length) ? status.audioSent : status.sendFailures;
    counts[at] = ((counts[at] as number) + 1) | 0;
  }

  /** Takes what has arrived, at most 96 datagrams, so that a flood can't hold up the sound. */
  drain(nowUs: number): void {
    let hasReport = false;
    for (let batch = 0; batch < BATCHES_PER_PERIOD; batch++) {
      const count = this.#receiver.receive();
      for (let i = 0; i < count; i++) if (this.#sort(i, nowUs)) hasReport = true;
      if (count < BATCH) break;
    }
    if (hasReport) {
      Atomics.add(this.#shared.status, status.wake, 1);
      Atomics.notify(this.#shared.status, status.wake);
    }
  }

  /** True when the main thread has something to fetch. */
  #sort(i: number, nowUs: number): boolean {
    const length = this.#receiver.length(i);
    if (length === 0) return false;
    const datagram = this.#receiver.datagrams[i] as Uint8Array;
    this.#receiver.copyPeer(i, this.#ring.peer, 0);
    const fromServer = this.#isServer();
    const counts = this.#shared.status;
    if (isMessage(datagram, length)) {
      const id = (datagram[2] as number) | ((datagram[3] as number) << 8);
      if (fromServer || isConnectionless(id)) {
        counts[status.messages] = ((counts[status.messages] as number) + 1) | 0;
        return this.#ring.push(fromServer ? FROM_SERVER : FROM_ELSEWHERE, nowUs, datagram, 0, length);
      }
    } else if (fromServer) {
      return this.#audio(datagram, length, nowUs);
    }
    counts[status.foreign] = ((counts[status.foreign] as number) + 1) | 0;
    return false;
  }

  #audio(datagram: Uint8Array, length: number, nowUs: number): boolean {
    const counts = this.#shared.status;
    counts[status.audioReceived] = ((counts[status.audioReceived] as number) + 1) | 0;
    // Any other length is a sign of life, but no audio (audio.md §2).
    const fits = length === this.#expectedBytes && this.#jitter.put(datagram, 0, length);
    if (!fits) counts[status.putErrors] = ((counts[status.putErrors] as number) + 1) | 0;
    if (this.#audioSeen && ((nowUs - this.#reportedUs) | 0) < ALIVE_US) return false;
    this.#audioSeen = true;
    this.#reportedUs = nowUs;
    return this.#ring.push(AUDIO_ARRIVED, nowUs, datagram, 0, 0);
  }

  #isServer(): boolean {
    if (!this.#hasServer) return false;
    const peer = this.#ring.peer;
    for (let i = PEER_ADDRESS_BYTES - 1; i >= 0; i--) if (peer[i] !== this.#server[i]) return false;
    return true;
  }
}
