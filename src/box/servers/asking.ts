/** Who is asked for which list: only the public list asks directories (privacy C2), and only 'This room' probes. */
import { hostKey } from '../../jamulus/directory-types.ts';
import { targetOf } from './favourites.ts';
import type { Asking, Directory, OpenGroup, ServersState } from './state.ts';

export function asking(state: ServersState, { group, genre, directory }: OpenGroup): Asking {
  const nobody: Asking = { directories: [], addresses: [], localNetwork: false };
  switch (group) {
    case 'favourites':
      return { ...nobody, addresses: state.favourites.map((favourite) => targetOf(favourite).address) };
    case 'recent':
      return { ...nobody, addresses: state.recent.map(({ address }) => address) };
    case 'room':
      return { ...nobody, addresses: state.announcedRooms.map(({ host }) => hostKey(host)), localNetwork: true };
    case 'public': {
      const wanted = state.directories.filter(
        (one) => (genre ?? one.genre) === one.genre && (directory ?? one.address) === one.address,
      );
      return { ...nobody, directories: wanted.map(({ address }) => address) };
    }
  }
}

/** One silent directory is a directory that is out of order. */
const BLOCKED_DIRECTORIES = 2;

/**
 * True when every directory that could be asked has stayed silent: a router that drops the lists. Where there are
 * several, one silent one is not enough: one genre is asked at a time.
 */
export function listBlocked({ directories }: ServersState): boolean {
  const asked = directories.filter(({ status }: Directory) => status !== 'unasked' && status !== 'unresolved');
  const enough = Math.min(BLOCKED_DIRECTORIES, directories.filter(({ status }) => status !== 'unresolved').length);
  return asked.length > 0 && asked.length >= enough && asked.every(({ status }) => status === 'silent');
}
