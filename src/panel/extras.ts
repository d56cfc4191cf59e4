/** What the panel shows beside the state of the box: network, lists of servers, updates. The shell fills it in. */
import type { OpenGroup } from '../box/servers/asking.ts';
import type { HostedRoom } from './hosted-room.ts';

export interface ServerRow {
  readonly address: string;
  readonly name: string;
  /** Null while it has not answered. */
  readonly pingMs: number | null;
  readonly players: number | null;
  /** 0 = not known. */
  readonly maxPlayers: number;
  readonly favourite: boolean;
  readonly reachable: boolean;
  /** What kind of music; empty when not known. */
  readonly genre: string;
  /** `id` of every list it stands in. */
  readonly lists: readonly string[];
  /** What a newer server says of itself before joining. */
  readonly records: boolean;
  readonly keepsLog: boolean;
}

/** A list of servers that can be opened. */
export interface ServerList {
  readonly id: string;
  readonly title: string;
  /** What to ask for when it is opened. */
  readonly open: OpenGroup;
  /** Servers that are known now. */
  readonly count: number;
  /** Of a public list: it has come, is being waited for, or does not come. */
  readonly status: 'asking' | 'listed' | 'silent';
}

export type UpdateState =
  | { readonly kind: 'none' }
  | { readonly kind: 'available'; readonly version: string }
  /** `progress` 0…1. */
  | { readonly kind: 'installing'; readonly version: string; readonly progress: number }
  | { readonly kind: 'restarting' }
  | { readonly kind: 'undone'; readonly version: string }
  /** There is one, but the boot program of this board could not try it (src/linux/board.ts). */
  | { readonly kind: 'old-bootloader'; readonly version: string };

/** What can be wrong beside the link and the sound card (problems.ts). */
export type SystemProblem =
  | 'no-cable'
  | 'no-address'
  | 'no-internet'
  | 'too-hot'
  | 'weak-power'
  | 'list-blocked'
  | 'settings-restored'
  | 'settings-mistakes';

export interface CardRow {
  /** What it is known by after the next start. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'hat' | 'usb' | 'other' | 'headphones';
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
}

/** The sound cards that are there, and which one plays. The same object until something changes. */
export interface CardReport {
  readonly cards: readonly CardRow[];
  /** Key of the chosen card, which may not be there; null = the box chooses. */
  readonly chosen: string | null;
  /** Key of the card that is taken; null = none, or one that the settings name. */
  readonly taken: string | null;
}

export interface PanelExtras {
  /** The most pressing first. */
  readonly systemProblems: readonly SystemProblem[];
  readonly network: {
    readonly carrier: boolean;
    /** Null until the router has given one. */
    readonly address: string | null;
    readonly wifi: 'off' | 'on' | 'set-up';
    /** How the own public address is found (privacy C8): by a route look-up, which sends no packet, or not. */
    readonly ownAddress: 'route' | 'off';
  };
  readonly temperatureC: number | null;
  readonly cpuPercent: number | null;
  readonly firstStart: 'network' | 'play' | 'connect' | 'done';
  /** In the order to show, the best first. */
  readonly servers: readonly ServerRow[];
  /** In the order of the menu. */
  readonly serverLists: readonly ServerList[];
  /** What is wrong in the installer's file, a sentence each. */
  readonly mistakes: readonly string[];
  /** The question "Still playing?" stands until then; null = not asked. */
  readonly idleQuestionUntilMs: number | null;
  readonly power: 'on' | 'stopping' | 'off';
  readonly update: UpdateState;
  /** The update check is off until the owner switches it on (privacy C9); null = there is nobody to ask. */
  readonly updateCheck: boolean | null;
  readonly menuLocked: boolean;
  /** Pages of the menu that this box cannot serve: they are left out, since they could only lie. */
  readonly absent: readonly ('phone' | 'wifi' | 'update' | 'favourite')[];
  /** Null: the command line names what plays. */
  readonly soundCards: CardReport | null;
  /** Which controls this box has; the screens are the same. */
  readonly controls: 'knob' | 'buttons';
  /** The box's own name in the network, such as "box-7f3a". */
  readonly hostName: string;
  /** Where the phone page is: short enough for a QR code of 32 bytes. */
  readonly pageAddress: string;
  /** Lets one phone in; null = none is valid now. */
  readonly pairingCode: string | null;
  /** Host names of other boxes in this room. */
  readonly otherBoxes: readonly string[];
  /** The room that this box hosts; null = none. */
  readonly room: HostedRoom | null;
}

export const NO_EXTRAS: PanelExtras = {
  systemProblems: [],
  network: { carrier: true, address: null, wifi: 'off', ownAddress: 'route' },
  temperatureC: null,
  cpuPercent: null,
  firstStart: 'done',
  servers: [],
  serverLists: [],
  mistakes: [],
  idleQuestionUntilMs: null,
  power: 'on',
  update: { kind: 'none' },
  updateCheck: false,
  menuLocked: false,
  absent: [],
  soundCards: null,
  controls: 'knob',
  hostName: 'box',
  pageAddress: '',
  pairingCode: null,
  otherBoxes: [],
  room: null,
};
