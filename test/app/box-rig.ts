/** The whole box without panel and terminal: service, audio thread, sockets; a 440 Hz tone is played into it. */

import { runSession, type Session } from '../../src/app/session.ts';
import { runSound } from '../../src/app/sound.ts';
import { createStore, type Store } from '../../src/app/store.ts';
import { runTimers } from '../../src/app/timers.ts';
import type { AudioEngine } from '../../src/audio/audio-engine.ts';
import type { ThreadReport } from '../../src/audio/realtime-thread.ts';
import { initialState, NO_MIXES } from '../../src/box/initial-state.ts';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import type { BoxSettings, BoxState } from '../../src/box/state.ts';
import { closeUdpSocket, openUdpSocket } from '../../src/linux/udp-socket.ts';
import { format, isSilence, until } from '../audio/engine-rig.ts';
import { opusWasm } from '../support/opus.ts';

export const ANNA = { name: 'Anna Ümlaut', city: 'Bremen', countryCode: 82, instrument: 13, skill: 'expert' } as const;

export const SETTINGS: BoxSettings = {
  server: null,
  profile: ANNA,
  transport: { quality: 'high', frameSamples: 64, blockFactor: 1 },
  jitter: { kind: 'fixed', clientBlocks: 10, serverBlocks: 10 },
  consent: { acceptRecording: false, acceptLicence: false },
  sound: DEFAULT_SOUND,
  startMuted: false,
  mixes: NO_MIXES,
};

export interface BoxRig {
  readonly store: Store;
  readonly session: Session;
  readonly engine: AudioEngine;
  readonly port: number;
  readonly state: () => BoxState;
  /** Everything that went to the log. */
  readonly log: string[];
  readonly exit: Promise<{ code: number; report: ThreadReport | undefined }>;
  /** Connects as a person does who types an address. */
  connect(address: string): void;
  /** Connects and waits until the box plays. */
  join(address: string): Promise<void>;
  /** Quits and waits for the end. */
  quit(): Promise<{ code: number; report: ThreadReport | undefined }>;
}

export async function startBox(settings: Partial<BoxSettings> = {}): Promise<BoxRig> {
  const wasm = await opusWasm();
  const log: string[] = [];
  const ended = Promise.withResolvers<{ code: number; report: ThreadReport | undefined }>();
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  const store = createStore(initialState({ ...SETTINGS, ...settings }));
  const timers = runTimers(store);
  const session = runSession({ store, socket, engine: () => sound.engine });
  const sound = runSound({
    ...{ store, socket, wasm, input: { kind: 'tone' }, onRecord: session.take, isSessionOpen: session.isOpen },
    settings: { output: { kind: 'none' }, periodFrames: 64, periods: 2, toneUntilFound: false, realtime: undefined },
    onLog: (line) => log.push(line),
  });
  store.run({
    ...{ ...timers.effects, ...session.effects, ...sound.effects },
    log: ({ line }) => log.push(line),
    exit({ code }) {
      for (const part of [session, timers]) part.close();
      void sound.stop().then((report) => {
        closeUdpSocket(socket);
        ended.resolve({ code, report });
      });
    },
  });
  const state = store.state;
  store.dispatch({ type: 'started' });
  await until(() => state().engine.device.kind === 'running');
  const rig: BoxRig = {
    ...{ store, session, engine: sound.engine, port: socket.port },
    state,
    log,
    exit: ended.promise,
    connect: (address) => store.dispatch({ type: 'connectPressed', server: { address, label: 'the server' } }),
    async join(address) {
      rig.connect(address);
      await until(() => state().link.kind === 'connected' && state().visit.recorder.state !== 'unknown');
    },
    async quit() {
      store.dispatch({ type: 'quit', code: 0 });
      return ended.promise;
    },
  };
  return rig;
}

/** How each datagram of a box with SETTINGS sounds: true = silence. */
export function silences(datagrams: readonly Uint8Array[]): boolean[] {
  const plain = format(64, 2, 'high', 1, false);
  const numbered = format(64, 2, 'high', 1, true);
  return datagrams.map((datagram) => {
    if (datagram.length === plain.frameBytes) return isSilence(datagram, plain);
    if (datagram.length === numbered.frameBytes + 1) return isSilence(datagram, numbered);
    throw new Error(`audio of ${datagram.length} bytes`);
  });
}
