/** Words to the service manager that has started this process (sd_notify(3), systemd.service(5) WatchdogSec). */
import { errorText, lastErrno, libc } from './libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** sun_path of unix(7), with its closing zero where it is a file. */
const PATH_BYTES = 108;

const cSocket = libc.func('int socket(int, int, int)');
const cSendto = libc.func('long sendto(int, void *, size_t, int, void *, uint32_t)');
const cClose = libc.func('int close(int)');

export interface ServiceManager {
  /** Assignments such as READY=1, one a line. Never waits. */
  notify(text: string): true | { readonly error: string };
  /** Time without WATCHDOG=1 after which the manager restarts the process; undefined = never. */
  readonly watchdogMs: number | undefined;
  close(): void;
}

/** Undefined: nobody wants to hear anything. */
export function openServiceManager(env: NodeJS.ProcessEnv, pid = process.pid): ServiceManager | undefined {
  const to = unixAddress(env['NOTIFY_SOCKET'] ?? '');
  if (to === undefined) return undefined;
  const fd = cSocket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  return {
    notify(text) {
      const bytes = Buffer.from(text);
      const sent = cSendto(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, to.length);
      return sent === bytes.length ? true : { error: errorText(lastErrno()) };
    },
    watchdogMs: watchdogMs(env, pid),
    close: () => cClose(fd),
  };
}

/** struct sockaddr_un as long as it has to be; "@name" is an abstract one. Undefined: no such address. */
export function unixAddress(path: string): Uint8Array | undefined {
  if (!/^[@/]./.test(path)) return undefined;
  const isAbstract = path.startsWith('@');
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > PATH_BYTES) return undefined;
  const address = new Uint8Array(2 + name.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}

function watchdogMs(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const forPid = env['WATCHDOG_PID'];
  const microseconds = Number(env['WATCHDOG_USEC']);
  if ((forPid !== undefined && Number(forPid) !== pid) || !(microseconds > 0)) return undefined;
  return microseconds / 1000;
}
