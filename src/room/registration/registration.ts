/**
 * Listing the own room at a directory (sessions.md §10.2) as a deterministic state machine. It exists only after the
 * operator's consent (privacy.md S6): without it nothing is looked up and nothing is sent.
 */
import type { RegistrationResult } from '../../jamulus/enumerations.ts';
import { parseIpv4 } from '../../jamulus/ipv4.ts';
import { type Message, messageDatagram } from '../../jamulus/messages/message.ts';
import { type Bucket, fullBucket, type Rate, takeTokens } from '../../jamulus/token-bucket.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { type Ipv4Peer, ipv4OfPeer, isUnicast, peerOfIpv4 } from '../directory/ipv4-peer.ts';
import { ROOM_OS, ROOM_VERSION } from '../session/announcement.ts';
import type { DirectoryMessage } from '../session/room-session-types.ts';

/** How long an answer is waited for before the registration is sent again, and how often it is sent. */
const ANSWER_WAIT_MS = 500;
const MAX_SENDS = 5;
/** Interval between registrations: a directory forgets servers that don't repeat theirs. */
const REFRESH_MS = 15 * 60_000;
/** Sooner than the reference implementation, which waits for the next refresh: a box may be on before its network. */
const RESOLVE_AGAIN_MS = 60_000;
/** Interval between datagrams that keep the way through address translation open. */
const KEEP_ALIVE_MS = 59_000;
/** A server that has been registered for this time says that it is permanent. */
const PERMANENT_MS = 48 * 3_600_000;
/** What the directory can make us send to others: enough for every client of a busy evening. */
const PUNCHES: Rate = { burst: 200, perSecond: 50 };

export type RegistrationStatus = 'not-registered' | 'bad-address' | 'requested' | 'failed' | RegistrationResult;

/** What becomes public. */
export interface RegistrationProfile {
  readonly name: string;
  readonly city: string;
  readonly countryCode: number;
  readonly maxClients: number;
  /** The port that the room listens on. */
  readonly port: number;
}

export type RegistrationOutput =
  | { readonly type: 'send'; readonly peer: PeerAddress; readonly datagram: Uint8Array }
  /** Look up the directory's IPv4 address and the own one, then call resolved(). */
  | { readonly type: 'resolve' };

/** `nowMs` is a clock of any origin that does not run backwards; methods return what the caller must do now. */
export interface Registration {
  /** Asks to be listed, from now until stop(). */
  start(nowMs: number): readonly RegistrationOutput[];
  /**
   * The answer to 'resolve'. `ownAddress`: a dotted quad, or '' if it is not known or not to be told.
   * @param directory a dotted quad and port; undefined = there is no such host
   */
  resolved(
    directory: { readonly address: string; readonly port: number } | undefined,
    ownAddress: string,
    nowMs: number,
  ): readonly RegistrationOutput[];
  receive(peer: PeerAddress, message: DirectoryMessage, nowMs: number): readonly RegistrationOutput[];
  /** Listed again at once if something has changed. */
  setProfile(profile: RegistrationProfile, nowMs: number): readonly RegistrationOutput[];
  /** Takes the room off the list. */
  stop(): readonly RegistrationOutput[];
  tick(nowMs: number): readonly RegistrationOutput[];
  nextTickMs(): number;
  status(): RegistrationStatus;
}

const NEVER = Number.POSITIVE_INFINITY;

export function createRegistration(initial: RegistrationProfile): Registration {
  let profile = initial;
  let status: RegistrationStatus = 'not-registered';
  let running = false;
  let directory: Ipv4Peer | undefined;
  let ownAddress = '';
  let sendsLeft = 0;
  let repeatMs = NEVER;
  let refreshMs = NEVER;
  let keepAliveMs = NEVER;
  /** When the directory first said yes. */
  let sinceMs: number | undefined;
  const punches: Bucket = fullBucket(PUNCHES, 0);

  function begin(nowMs: number): readonly RegistrationOutput[] {
    refreshMs = nowMs + REFRESH_MS;
    repeatMs = NEVER;
    return [{ type: 'resolve' }];
  }

  function to(peer: Ipv4Peer, message: Message): RegistrationOutput {
    return { type: 'send', peer: peerOfIpv4(peer), datagram: messageDatagram(message) };
  }

  function ask(at: Ipv4Peer, nowMs: number): RegistrationOutput {
    sendsLeft -= 1;
    repeatMs = nowMs + ANSWER_WAIT_MS;
    const { name, city, countryCode, maxClients, port } = profile;
    const permanent = sinceMs !== undefined && nowMs >= sinceMs + PERMANENT_MS;
    return to(at, {
      type: 'CLM_REGISTER_SERVER_EX',
      registration: {
        ...{ name, city, countryCode, maxClients, permanent },
        ...{ internalAddress: ownAddress, internalPort: port },
      },
      os: ROOM_OS,
      version: ROOM_VERSION,
    });
  }

  function repeat(nowMs: number): readonly RegistrationOutput[] {
    if (directory !== undefined && sendsLeft > 0) return [ask(directory, nowMs)];
    repeatMs = NEVER;
    status = 'failed';
    return [];
  }

  function takeResult(result: RegistrationResult, nowMs: number): void {
    status = result;
    repeatMs = NEVER;
    if (result === 'registered') sinceMs ??= nowMs;
  }

  /** On the directory's request, and on nobody else's: to open our router's path for a client. */
  function punch(target: Ipv4Peer, nowMs: number): readonly RegistrationOutput[] {
    const isAllowed = isUnicast(target) && takeTokens(punches, PUNCHES, 1, nowMs);
    return isAllowed ? [to(target, { type: 'CLM_EMPTY_MESSAGE' })] : [];
  }

  return {
    start(nowMs) {
      if (running) return [];
      running = true;
      sinceMs = undefined;
      keepAliveMs = nowMs + KEEP_ALIVE_MS;
      return begin(nowMs);
    },
    resolved(found, own, nowMs) {
      if (!running) return [];
      const ip = found === undefined ? undefined : parseIpv4(found.address);
      if (found === undefined || ip === undefined || !isUnicast({ ip, port: found.port })) {
        status = 'bad-address';
        refreshMs = Math.min(refreshMs, nowMs + RESOLVE_AGAIN_MS);
        return [];
      }
      const before = directory;
      directory = { ip, port: found.port };
      ownAddress = own;
      status = status === 'registered' ? status : 'requested';
      sendsLeft = MAX_SENDS;
      const outputs = [ask(directory, nowMs)];
      const hasMoved = before !== undefined && (before.ip !== ip || before.port !== found.port);
      return hasMoved ? [to(before, { type: 'CLM_UNREGISTER_SERVER' }), ...outputs] : outputs;
    },
    receive(peer, message, nowMs) {
      const from = ipv4OfPeer(peer);
      if (!running || directory === undefined || from?.ip !== directory.ip) return [];
      if (message.type === 'CLM_SEND_EMPTY_MESSAGE') {
        return punch({ ip: parseIpv4(message.address) ?? 0, port: message.port }, nowMs);
      }
      if (message.type === 'CLM_REGISTER_SERVER_RESP' && from.port === directory.port) {
        takeResult(message.result, nowMs);
      }
      return [];
    },
    setProfile(changed, nowMs) {
      const isSame = JSON.stringify(changed) === JSON.stringify(profile);
      profile = changed;
      return running && !isSame ? begin(nowMs) : [];
    },
    stop() {
      const outputs = running && directory !== undefined ? [to(directory, { type: 'CLM_UNREGISTER_SERVER' })] : [];
      running = false;
      directory = undefined;
      status = 'not-registered';
      repeatMs = NEVER;
      refreshMs = NEVER;
      keepAliveMs = NEVER;
      return outputs;
    },
    tick(nowMs) {
      if (!running) return [];
      const outputs: RegistrationOutput[] = [];
      if (nowMs >= keepAliveMs) {
        keepAliveMs = nowMs + KEEP_ALIVE_MS;
        if (directory !== undefined) outputs.push(to(directory, { type: 'CLM_EMPTY_MESSAGE' }));
      }
      if (nowMs >= refreshMs) outputs.push(...begin(nowMs));
      else if (nowMs >= repeatMs) outputs.push(...repeat(nowMs));
      return outputs;
    },
    nextTickMs: () => Math.min(repeatMs, refreshMs, keepAliveMs),
    status: () => status,
  };
}
