/** Words for the choice of servers, in English. */
import type { Directory, ServerGroup } from './state.ts';

export const GROUP_TEXTS: Readonly<Record<ServerGroup, string>> = {
  favourites: 'Favourites',
  room: 'This room',
  recent: 'Recent',
  public: 'All public',
};

export const GENRE_TEXTS: Readonly<Record<Directory['genre'], string>> = {
  any: 'Any genre',
  asia: 'Asia',
  rock: 'Rock',
  jazz: 'Jazz',
  classical: 'Classical, folk',
  choral: 'Choral, barbershop',
  custom: 'Own directories',
};
