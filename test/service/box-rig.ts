/** The whole box without panel and terminal: service, audio thread, sockets; a 440 Hz tone is played into it. */
import type { ThreadReport } from '../../src/audio/realtime-thread.ts';
import { type BoxSettings, NO_MIXES } from '../../src/box/initial-state.ts';
import { DEFAULT_SOUND } from '../../src/box/sound.ts';
import type { BoxState } from '../../src/box/state.ts';
import { createService, type Service } from '../../src/service.ts';
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
  readonly service: Service;
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
  const created = createService({
    settings: { ...SETTINGS, ...settings },
    audio: {
      input: { kind: 'tone' },
      output: { kind: 'none' },
      periodFrames: 64,
      periods: 2,
      toneUntilFound: false,
      realtime: undefined,
    },
    socket: { firstPort: 0, furtherPorts: 0, trafficClass: 128 },
    wasm,
    onChange: () => {},
    onLog: (line) => log.push(line),
    onExit: (code, report) => ended.resolve({ code, report }),
  });
  if ('error' in created) throw new Error(created.error);
  const service = created;
  const state = () => service.state();
  service.start(null);
  await until(() => state().engine.device.kind === 'running');
  const rig: BoxRig = {
    service,
    state,
    log,
    exit: ended.promise,
    connect: (address) => service.dispatch({ type: 'connectPressed', server: { address, label: 'the server' } }),
    async join(address) {
      rig.connect(address);
      await until(() => state().link.kind === 'connected' && state().visit.recorder.state !== 'unknown');
    },
    async quit() {
      service.dispatch({ type: 'quit', code: 0 });
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
