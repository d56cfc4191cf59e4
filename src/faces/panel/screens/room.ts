/** The room that this box hosts: who can come, how many are there, and its recorder (privacy S4, S6). */

import type { HostedRoom } from '../../../box/state.ts';
import { drawList, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { ROOM, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function rows({ box }: PanelView): readonly Setting[] {
  const room = box.hosting?.room ?? null;
  if (room === null) return [];
  const { kind, name, players, maxPlayers, registration, listedServers } = room;
  return [
    { text: name, second: ROOM.open[kind] },
    { text: ROOM.players, second: `${players}/${maxPlayers}` },
    ...recorderRows(room),
    ...(registration === null ? [] : [{ text: ROOM.listing, second: ROOM.listings[registration] }]),
    ...(listedServers === null ? [] : [{ text: ROOM.listedHere, second: `${listedServers}` }]),
  ];
}

function recorderRows({ recorder, recorderNote }: HostedRoom): readonly Setting[] {
  switch (recorder) {
    case 'not-initialised':
      return [
        { text: ROOM.cannot, second: recorderNote || ROOM.cannotHelp, choose: { type: 'record', what: 'start' } },
      ];
    case 'not-enabled':
      return [{ text: ROOM.start, second: recorderNote || ROOM.startHelp, choose: { type: 'record', what: 'start' } }];
    case 'recording':
      return [
        { text: ROOM.stop, second: recorderNote || ROOM.stopHelp, choose: { type: 'record', what: 'stop' } },
        { text: ROOM.fresh, second: ROOM.freshHelp, choose: { type: 'record', what: 'new' } },
      ];
  }
}

export const room: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.room);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => onSettings(input, view, rows(view)),
};
