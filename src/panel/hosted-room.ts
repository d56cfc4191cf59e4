/** The room that this box hosts, as its screens show it. Nobody's name is in it (privacy S1). */
import type { RecorderState, RegistrationResult } from '../jamulus/enumerations.ts';

export interface HostedRoom {
  /** 'practice': two players of the box's own, and nobody else can come. */
  readonly kind: 'practice' | 'room';
  readonly name: string;
  readonly players: number;
  readonly maxPlayers: number;
  readonly recorder: RecorderState;
  /** The last thing the recorder had to say that somebody should know, a sentence; '' = nothing. */
  readonly recorderNote: string;
  /** Where it stands with the directory; null = listed nowhere, and not trying. */
  readonly registration: 'not-registered' | 'bad-address' | 'requested' | 'failed' | RegistrationResult | null;
  /** Servers in the own list; null = the room is no directory. */
  readonly listedServers: number | null;
}
