/** What a hosted room is told at start, and what it tells of itself. */
import type { RecorderState } from '../../jamulus/enumerations.ts';
import type { ServerAddress } from '../../jamulus/server-address.ts';
import type { RealtimeRequest } from '../../linux/scheduling.ts';
import type { RegistrationStatus } from '../registration/registration.ts';
import type { RoomSessionSettings } from '../session/room-session-types.ts';

/** What the room is called where it can be found: on the local network, in lists. */
export interface RoomPlace {
  /** At most 20 UTF-16 units. */
  readonly name: string;
  readonly city: string;
  readonly countryCode: number;
}

export interface HostSettings {
  /** A practice room has two players of its own and is open to this machine alone. */
  readonly kind: 'practice' | 'room';
  readonly place: RoomPlace;
  /** UDP port; 0 = any. */
  readonly port: number;
  readonly session: Omit<RoomSessionSettings, 'recorder'>;
  /** Folder of the recordings, absolute; null = nothing can be recorded. */
  readonly recordings: string | null;
  /** Where the room is listed. Not null only after consent (privacy.md S6). */
  readonly registerAt: ServerAddress | null;
  /** The room is a directory itself; null = it is none. */
  readonly directory: { readonly minVersion: string; readonly whiteList: readonly string[] } | null;
  /** The host of the route look-up for the own address, a dotted quad; null = it is not looked up (privacy.md C8). */
  readonly routeHost: string | null;
  /** Undefined: the room thread stays an ordinary one. */
  readonly realtime: RealtimeRequest | undefined;
}

/** Holds no player's name or address: it may be shown, and written down. */
export interface HostReport {
  readonly kind: HostSettings['kind'];
  readonly name: string;
  readonly players: number;
  readonly maxPlayers: number;
  readonly recorder: RecorderState;
  /** The last thing the recorder had to say that somebody should know, a sentence; '' = nothing. */
  readonly recorderNote: string;
  /** Null: the room is listed nowhere, and does not try. */
  readonly registration: RegistrationStatus | null;
  /** Servers in the own list; null: the room is no directory. */
  readonly listedServers: number | null;
}
