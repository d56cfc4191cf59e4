/**
 * One WAV file that grows. What a power cut may leave of it: the header is in place before the first sample, and its
 * sizes are only ever those of samples that had been synced before; the rest is found by its length (session-end.ts).
 */
import { type FileFailure, isFailure, type RecorderFiles } from './recorder-files.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav-header.ts';

export interface WavFile {
  /** Appends bytes of whole frames. After a failure the file ends where it ended before. */
  append(bytes: Uint8Array): true | FileFailure;
  /** Brings what is there to the disk, and then into the header. */
  sync(): true | FileFailure;
  /** The same, and closes; the descriptor is gone in any case. */
  finish(): true | FileFailure;
  dataBytes(): number;
}

/** Makes a new file. */
export function createWavFile(files: RecorderFiles, path: string, channels: 1 | 2): WavFile | FileFailure {
  const fd = files.create(path);
  if (isFailure(fd)) return fd;
  const begun = files.write(fd, wavHeader(channels, 0), 0);
  if (isFailure(begun)) {
    files.close(fd);
    files.remove(path);
    return begun;
  }
  let dataBytes = 0;
  let headerBytes = 0;
  let hasLeftover = false;

  function sync(): true | FileFailure {
    if (headerBytes === dataBytes) return true;
    const synced = files.sync(fd as number);
    if (isFailure(synced)) return synced;
    const written = files.write(fd as number, wavHeader(channels, dataBytes), 0);
    if (!isFailure(written)) headerBytes = dataBytes;
    return written;
  }

  return {
    append(bytes) {
      const written = files.write(fd, bytes, WAV_HEADER_BYTES + dataBytes);
      hasLeftover = isFailure(written);
      if (!isFailure(written)) dataBytes += bytes.length;
      return written;
    },
    sync,
    finish() {
      if (hasLeftover) files.truncate(fd, WAV_HEADER_BYTES + dataBytes);
      const results = [sync(), files.sync(fd), files.close(fd)];
      return results.find(isFailure) ?? true;
    },
    dataBytes: () => dataBytes,
  };
}
