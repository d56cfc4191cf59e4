/**
 * Registration and directory put to work: their timers, the look-up of the directory's address and of the own one. With
 * neither of them nothing is looked up and nothing is sent (privacy.md S6).
 */

import { ownIpv4AddressTowards } from '../../linux/own-address.ts';
import { resolveServer } from '../../linux/resolve.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { createDirectory, type Directory, type DirectorySettings } from '../directory/directory.ts';
import {
  createRegistration,
  type Registration,
  type RegistrationOutput,
  type RegistrationStatus,
} from '../registration/registration.ts';
import type { DirectoryMessage } from '../session/room-session-types.ts';
import type { HostSettings } from './host-types.ts';

export interface ListingOptions {
  readonly settings: HostSettings;
  /** The port that the room listens on. */
  readonly port: number;
  readonly send: (peer: PeerAddress, datagram: Uint8Array) => void;
  readonly onChange: () => void;
}

export interface Listing {
  receive(peer: PeerAddress, message: DirectoryMessage): void;
  /** Null: not wanted. */
  registration(): RegistrationStatus | null;
  /** Servers in the own list; null: the room is no directory. */
  listedServers(): number | null;
  /** Takes the room off the list; nothing more is sent. */
  stop(): void;
}

export function startListing({ settings, port, send, onChange }: ListingOptions): Listing {
  const { registerAt, routeHost, place, session } = settings;
  const { maxChannels } = session;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let reportedStatus = '';
  const now = (): number => performance.now();
  const own = { ...place, maxClients: maxChannels };
  const directorySettings: DirectorySettings | undefined =
    settings.directory === null ? undefined : { ...settings.directory, own, ownAddress: '' };
  const directory: Directory | undefined =
    directorySettings === undefined ? undefined : createDirectory(directorySettings, now());
  const registration: Registration | undefined = registerAt === null ? undefined : createRegistration({ ...own, port });

  function execute(outputs: readonly RegistrationOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') send(output.peer, output.datagram);
      else void lookUp();
    }
    arm();
  }

  async function lookUp(): Promise<void> {
    if (registerAt === null) return;
    const [found, address] = await Promise.all([resolveServer(registerAt, 4), ownAddress()]);
    if (!stopped) execute(registration?.resolved('error' in found ? undefined : found, address, now()) ?? []);
  }

  async function ownAddress(): Promise<string> {
    return routeHost === null ? '' : ownIpv4AddressTowards(routeHost);
  }

  function arm(): void {
    clearTimeout(timer);
    const status = `${registration?.status()} ${directory?.entries().length}`;
    if (status !== reportedStatus) {
      reportedStatus = status;
      onChange();
    }
    const atMs = Math.min(directory?.nextTickMs() ?? Infinity, registration?.nextTickMs() ?? Infinity);
    if (atMs !== Infinity && !stopped) timer = setTimeout(tick, Math.max(0, Math.ceil(atMs - now())));
  }

  function tick(): void {
    for (const { peer, datagram } of directory?.tick(now()) ?? []) send(peer, datagram);
    execute(registration?.tick(now()) ?? []);
  }

  if (directory !== undefined && directorySettings !== undefined) {
    void ownAddress().then((found) => directory.configure({ ...directorySettings, ownAddress: found }));
  }
  execute(registration?.start(now()) ?? []);

  return {
    receive(peer, message) {
      if (stopped) return;
      for (const answer of directory?.receive(peer, message, now()) ?? []) send(answer.peer, answer.datagram);
      execute(registration?.receive(peer, message, now()) ?? []);
    },
    registration: () => registration?.status() ?? null,
    listedServers: () => directory?.entries().length ?? null,
    stop() {
      if (stopped) return;
      stopped = true;
      execute(registration?.stop() ?? []);
    },
  };
}
