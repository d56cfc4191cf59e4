/** The public directories of today's release (sessions.md §10.1). */

export const GENRES = ['any', 'asia', 'rock', 'jazz', 'classical', 'choral'] as const;
export type Genre = (typeof GENRES)[number];

export interface PublicDirectory {
  /** As parseServerAddress takes it. */
  readonly address: string;
  /** The official client's name for it. */
  readonly name: string;
  readonly genre: Genre;
}

export const PUBLIC_DIRECTORIES: readonly PublicDirectory[] = [
  { address: 'anygenre1.jamulus.app:22124', name: 'Any Genre 1', genre: 'any' },
  { address: 'anygenre2.jamulus.app:22224', name: 'Any Genre 2', genre: 'any' },
  { address: 'asia.jamulus.app:22624', name: 'Any Genre Asia', genre: 'asia' },
  { address: 'rock.jamulus.app:22424', name: 'Genre Rock', genre: 'rock' },
  { address: 'jazz.jamulus.app:22324', name: 'Genre Jazz', genre: 'jazz' },
  { address: 'classical.jamulus.app:22524', name: 'Genre Classical/Folk', genre: 'classical' },
  { address: 'choral.jamulus.app:22724', name: 'Genre Choral/Barbershop', genre: 'choral' },
];
