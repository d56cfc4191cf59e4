/** The room that this box hosts, as the page sees it. */
import type { HostedRoom } from '../panel/hosted-room.ts';
import type { PageState } from './api/page-state.ts';

export function pageRoom(room: HostedRoom | null, recordings: boolean): PageState['room'] {
  if (room === null) return null;
  const { name, players, recorder } = room;
  return { name, players, recording: recorder === 'recording', recordings };
}
