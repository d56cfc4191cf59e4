/** Every board with every panel and HAT, put together as the firmware does it, and checked. */
import { type Board, HAT_NEEDS, type Need, panelNeeds } from './boards.ts';
import { closureFaults } from './check.ts';
import type { Drivers } from './drivers.ts';
import type { DeviceNode } from './fdt.ts';
import { overlayFor } from './overlay-map.ts';
import { treeOf } from './tree.ts';

/** `overlays`: names of files without ".dtbo", in the order in which they are applied. */
export type Merge = (boardTree: string, overlays: readonly string[]) => DeviceNode;

export type Parts = {
  readonly boards: readonly Board[];
  readonly panels: readonly string[];
  readonly hats: readonly string[];
  readonly map: DeviceNode;
  readonly merge: Merge;
  readonly drivers: Drivers;
};

export type BoardResult = {
  readonly board: string;
  /** How many trees were put together and walked. */
  readonly trees: number;
  /** One sentence a fault, each once, with the overlays that have it where not all do. */
  readonly faults: readonly string[];
};

export function checkBoards(parts: Parts): BoardResult[] {
  return parts.boards.map((board) => checkBoard(board, parts));
}

function checkBoard(board: Board, { panels, hats, map, merge, drivers }: Parts): BoardResult {
  const found = new Map<string, (readonly string[])[]>();
  const walked: (readonly string[])[] = [];
  for (const panel of panels) {
    for (const hat of [undefined, ...hats]) {
      const names = [...(hat === undefined ? [] : [hat]), panel];
      const overlays = names.map((name) => overlayFor(map, name, board.tree));
      // A HAT that the list refuses is never there; a panel always has to be.
      if (hat !== undefined && overlays[0] === undefined) continue;
      walked.push(names);
      const faults =
        overlays.at(-1) === undefined
          ? [`The list of overlays has no ${panel} for it.`]
          : closureFaults(
              treeOf(
                merge(
                  board.tree,
                  overlays.flatMap((name) => name ?? []),
                ),
              ),
              needsOf(board, panel, hat),
              drivers,
            );
      for (const fault of faults) found.set(fault, [...(found.get(fault) ?? []), names]);
    }
  }
  return {
    board: board.tree,
    trees: walked.length,
    faults: [...found].map(([fault, where]) => `${board.tree}: ${fault}${only(where, walked)}`),
  };
}

/** Which overlays have a fault, where not all do: those that always have it, or else every combination. */
function only(where: readonly (readonly string[])[], walked: readonly (readonly string[])[]): string {
  if (where.length === walked.length) return '';
  const always = (name: string) => walked.every((names) => !names.includes(name) || where.includes(names));
  const culprits = [...new Set(where.flat())].filter(always);
  const explained = where.every((names) => names.some((name) => culprits.includes(name)));
  return ` (With ${(explained ? culprits : where.map((names) => names.join(' and '))).join('; ')}.)`;
}

function needsOf(board: Board, panel: string, hat: string | undefined): readonly Need[] {
  return [...board.needs, ...panelNeeds(panel), ...(hat === undefined ? [] : HAT_NEEDS)];
}
