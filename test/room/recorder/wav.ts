/** Reads a recorded WAV file as a program does that knows RF64: by its chunks, and not by our own header's layout. */

export interface ReadWav {
  readonly kind: 'RIFF' | 'RF64';
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  /** As the header says it. */
  readonly dataBytes: number;
  readonly riffBytes: number;
  /** What is there of it. */
  readonly samples: Int16Array;
}

export function readWav(file: Uint8Array): ReadWav {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const kind = bytes.toString('latin1', 0, 4);
  if ((kind !== 'RIFF' && kind !== 'RF64') || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('no WAV file');
  let riffBytes = bytes.readUInt32LE(4);
  let longData = 0;
  let format = { channels: 0, rate: 0, bits: 0 };
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === 'ds64') {
      riffBytes = Number(bytes.readBigUInt64LE(body));
      longData = Number(bytes.readBigUInt64LE(body + 8));
    } else if (id === 'fmt ') {
      if (bytes.readUInt16LE(body) !== 1) throw new Error('no PCM');
      format = {
        channels: bytes.readUInt16LE(body + 2),
        rate: bytes.readUInt32LE(body + 4),
        bits: bytes.readUInt16LE(body + 14),
      };
    } else if (id === 'data') {
      const dataBytes = kind === 'RF64' && length === 0xffffffff ? longData : length;
      const end = Math.min(bytes.length, body + dataBytes);
      const whole = bytes.subarray(body, end - ((end - body) % (2 * format.channels)));
      const samples = new Int16Array(whole.length / 2);
      new Uint8Array(samples.buffer).set(whole);
      return { kind, ...format, dataBytes, riffBytes, samples };
    } else if (id !== 'JUNK') throw new Error(`chunk ${id}`);
    at = body + length + (length % 2);
  }
  throw new Error('no data chunk');
}
