/** The service manager's end of NOTIFY_SOCKET: a Unix datagram socket, which Node does not have. */
import { closeSync } from 'node:fs';
import { libc } from '../../src/linux/libc.ts';
import { unixAddress } from '../../src/linux/notify.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK = 2 | 0o4000;

const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, void *, uint32_t)');
const recv = libc.func('long recv(int, void *, size_t, int)');

/** `path`: as in NOTIFY_SOCKET, a file or "@name". */
export function receiveDatagrams(path: string): { readonly take: () => string[]; readonly close: () => void } {
  const address = unixAddress(path);
  const fd = socket(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
  if (address === undefined || bind(fd, address, address.length) !== 0) throw new Error(`cannot bind ${path}`);
  const buffer = new Uint8Array(4096);
  return {
    take() {
      const taken: string[] = [];
      for (let n = recv(fd, buffer, buffer.length, 0); n >= 0; n = recv(fd, buffer, buffer.length, 0)) {
        taken.push(Buffer.from(buffer.subarray(0, n)).toString());
      }
      return taken;
    },
    close: () => closeSync(fd),
  };
}
