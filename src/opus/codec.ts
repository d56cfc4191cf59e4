/**
 * Opus Custom encoders and decoders as Jamulus uses them (protocol: audio.md §1): the thin, synchronous wrapper of
 * build/opus.wasm (shim.c and libopus, made by tools/build-opus.mjs). Usable in any thread.
 *
 * Period path: `encode`, `decode`, `conceal`, `setFrameBytes` and `reset` neither allocate nor throw. Samples and bytes
 * are exchanged through views of the module's memory, which has a fixed size, so that the views stay valid.
 *
 * Samples are floats, full scale ±1. A client of the 16-bit interface gets the same stream: libopus' float build turns
 * a 16-bit sample into x / 32768 before it encodes, and a decoded sample into round(32768 · x), saturated.
 */

import { setFlagsFromString } from 'node:v8';

/**
 * Compiles the module whole and optimised before the first frame (0.3 s). V8's default is quick code first, function by
 * function, and better code for what turns out to be used: three times slower in the first seconds of a stream, and 20 %
 * slower for ever. One compilation at a time takes 20 MiB, all at once 40 and no less time. The flags are the process's,
 * so they are put back: other modules, Node's own among them, would take seconds to compile like this.
 */
function compile(wasm: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  for (const flag of ['--no-liftoff', '--no-wasm-lazy-compilation', '--wasm-num-compilation-tasks=1']) {
    setFlagsFromString(flag);
  }
  try {
    return new WebAssembly.Module(wasm);
  } finally {
    for (const flag of ['--liftoff', '--wasm-lazy-compilation', '--wasm-num-compilation-tasks=128']) {
      setFlagsFromString(flag);
    }
  }
}

/** One frame's shape: samples per channel (64 is OPUS64, 128 is OPUS) and channels, interleaved when there are two. */
export interface CodecFormat {
  readonly frameSamples: 64 | 128;
  readonly channels: 1 | 2;
}

/** The most coded bytes that one frame can have. */
export const MAX_FRAME_BYTES = 1275;

/** `decode`, `conceal`, `encode`: the WebAssembly code trapped. All other errors are libopus' own numbers, -1 to -7. */
export const CODEC_TRAPPED = -100;

const PAGE_BYTES = 65536;
/** Stack, constants and the tables of both modes. */
const BASE_BYTES = 2 * PAGE_BYTES;
/** The largest codec, a stereo decoder for 128 samples, with its buffers. */
const CODEC_BYTES = 21 * 1024;

/** What shim.c exports. A handle is an address, 0 is none. */
interface Shim {
  readonly __stack_pointer: WebAssembly.Global<number>;
  create(isDecoder: number, frameSamples: number, channels: number): number;
  destroy(handle: number): void;
  reset(handle: number): void;
  pcm(handle: number): number;
  bytes(handle: number): number;
  setFrameBytes(handle: number, frameBytes: number): number;
  encode(handle: number): number;
  decode(handle: number, frameBytes: number): number;
  conceal(handle: number): number;
}

/** One instance of the WebAssembly module, with room for a fixed number of codecs. */
class Library {
  readonly shim: Shim;
  readonly memory: ArrayBuffer;
  /** How often a call trapped. Anything but 0 is a bug in the module; its codecs were reset and may be damaged. */
  traps = 0;
  readonly #stackTop: number;

  constructor(shim: Shim, memory: ArrayBuffer) {
    this.shim = shim;
    this.memory = memory;
    this.#stackTop = shim.__stack_pointer.value;
  }

  /** After a trap: counts it and takes back the stack that the interrupted call held. */
  recover(): void {
    this.traps++;
    this.shim.__stack_pointer.value = this.#stackTop;
  }
}

/** What encoder and decoder share: a handle in the module and the two buffers behind it. */
class Codec {
  /** One frame, interleaved, full scale ±1. */
  readonly pcm: Float32Array<ArrayBuffer>;
  /** One coded frame, from the first byte on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  protected readonly library: Library;
  protected handle: number;

  constructor(library: Library, isDecoder: number, format: CodecFormat) {
    this.library = library;
    this.handle = library.shim.create(isDecoder, format.frameSamples, format.channels);
    if (this.handle === 0) throw new RangeError('no room for another codec in this Opus library');
    const { memory, shim } = library;
    this.pcm = new Float32Array(memory, shim.pcm(this.handle), format.frameSamples * format.channels);
    this.bytes = new Uint8Array(memory, shim.bytes(this.handle), MAX_FRAME_BYTES);
  }

  /** Forgets the signal so far, keeps the settings, makes `pcm` silent. */
  reset(): void {
    try {
      this.library.shim.reset(this.handle);
    } catch {
      this.library.recover();
    }
  }

  /** Gives the memory back for the next codec of the same kind. Later calls return errors; don't use the views again. */
  destroy(): void {
    this.library.shim.destroy(this.handle);
    this.handle = 0;
  }

  /** Period path; a trap is a bug in the module, and must not stop the audio thread. */
  protected trapped(): typeof CODEC_TRAPPED {
    this.library.recover();
    this.reset();
    this.pcm.fill(0);
    return CODEC_TRAPPED;
  }
}

/** Constant bit rate encoder with the settings of audio.md §1.1. Delay: one frame with the decoder's. */
class Encoder extends Codec {
  /**
   * Sets the coded bytes of a frame, N, 3 to 1275; false, without effect, for anything else. The bit rate follows as
   * floor(48000 · N · 8 / frameSamples). It may be called before every frame.
   */
  setFrameBytes(frameBytes: number): boolean {
    try {
      return this.library.shim.setFrameBytes(this.handle, frameBytes) === 0;
    } catch {
      this.trapped();
      return false;
    }
  }

  /**
   * Encodes `pcm` into `bytes`. Samples beyond ±1 are clipped in place; a frame with a sample that is not a finite
   * number is encoded as silence.
   * @returns the bytes written, always N, or a negative error
   */
  encode(): number {
    try {
      return this.library.shim.encode(this.handle);
    } catch {
      return this.trapped();
    }
  }
}

/** Decoder of untrusted bytes. `pcm` always holds one frame within ±1 afterwards: silence if there was an error. */
class Decoder extends Codec {
  /**
   * Decodes the first `frameBytes`, 1 to 1275, of `bytes` into `pcm`. A frame of two bytes or less has no content and
   * is concealed.
   * @returns 0 or a negative error
   */
  decode(frameBytes: number): number {
    try {
      return this.library.shim.decode(this.handle, frameBytes);
    } catch {
      return this.trapped();
    }
  }

  /**
   * Makes up one frame in place of a missing one, from the signal before it.
   * @returns 0 or a negative error
   */
  conceal(): number {
    try {
      return this.library.shim.conceal(this.handle);
    } catch {
      return this.trapped();
    }
  }
}

export type { Decoder as OpusDecoder, Encoder as OpusEncoder, Library as OpusLibrary };

/**
 * Makes an instance of the module.
 * @param wasm the content of build/opus.wasm
 * @param maxCodecs how many encoders and decoders it must hold at a time (about 21 KiB each); 8 are a set of all kinds
 */
export function loadOpus(wasm: Uint8Array<ArrayBuffer>, maxCodecs = 8): Library {
  const pages = Math.ceil((BASE_BYTES + maxCodecs * CODEC_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(compile(wasm), { env: { memory } });
  return new Library(instance.exports as unknown as Shim, memory.buffer);
}

/** Makes an encoder; call `setFrameBytes` before `encode`. Throws RangeError when the library is full. */
export function createEncoder(library: Library, format: CodecFormat): Encoder {
  return new Encoder(library, 0, format);
}

/** Makes a decoder. Throws RangeError when the library is full. */
export function createDecoder(library: Library, format: CodecFormat): Decoder {
  return new Decoder(library, 1, format);
}
