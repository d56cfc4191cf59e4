/** The network: what is connected, and how the own public address is found (privacy C8). */
import { NETWORK } from '../../../box/screen-texts.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function rows({ box }: PanelView): readonly Item[] {
  const { carrier, address } = box.system;
  const { ownAddress, hostName } = box.setup;
  return [
    { text: NETWORK.cable, second: carrier ? NETWORK.pluggedIn : NETWORK.noCable },
    { text: NETWORK.address, second: address ?? NETWORK.noAddress },
    { text: NETWORK.hostName, second: hostName },
    { text: NETWORK.ownAddress, second: NETWORK.ways[ownAddress] },
    ...(box.access?.otherBoxes ?? []).map((name) => ({ text: NETWORK.otherBox, second: name })),
  ];
}

export const network: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.network);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => onList(input, view, rows(view).length, () => stay(view)),
};
