/** QEMU's trace of an I2C bus (events i2c_event and i2c_send), put together into transfers. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

export interface Transfer {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Takes the trace's lines one by one; gives a transfer when it is over. */
export function createTraceParser(): (line: string) => Transfer | undefined {
  let bytes: number[] = [];
  return (line) => {
    const send = /i2c_send send\(addr:0x([0-9a-f]+)\) data:0x([0-9a-f]+)/.exec(line);
    if (send !== null) {
      bytes.push(Number.parseInt(send[2] as string, 16));
      return undefined;
    }
    const event = /i2c_event (\w+)\(addr:0x([0-9a-f]+)\)/.exec(line);
    if (event === null) return undefined;
    const done = event[1] === 'finish' && bytes.length > 0;
    const transfer = { address: Number.parseInt(event[2] as string, 16), bytes: Uint8Array.from(bytes) };
    bytes = [];
    return done ? transfer : undefined;
  };
}

/** Each call gives what has been transferred since the last one. */
export function traceReader(path: string): () => readonly Transfer[] {
  const parse = createTraceParser();
  const chunk = Buffer.alloc(1024 * 1024);
  let at = 0;
  let rest = '';
  return () => {
    if (!existsSync(path)) return [];
    const fd = openSync(path, 'r');
    const found: Transfer[] = [];
    try {
      for (
        let count = readSync(fd, chunk, 0, chunk.length, at);
        count > 0;
        count = readSync(fd, chunk, 0, chunk.length, at)
      ) {
        at += count;
        const lines = (rest + chunk.toString('latin1', 0, count)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const transfer = parse(line);
          if (transfer !== undefined) found.push(transfer);
        }
      }
    } finally {
      closeSync(fd);
    }
    return found;
  };
}
