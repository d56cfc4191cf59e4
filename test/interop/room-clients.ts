/** The real client with a window, on no screen: it asks, remembers mixes and looks for servers as people see it do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerProcess, Peers } from '../peers/processes.ts';

export type WindowOptions = {
  /** Name of the JACK server. */
  readonly jack: string;
  /** Base UDP port. */
  readonly port: number;
  /** address:port; undefined: it is not connected. */
  readonly server?: string;
  /** What it remembers of people: fader and pan 0…100, 50 is the centre. */
  readonly mix?: readonly { readonly name: string; readonly fader: number; readonly pan: number }[];
  /** address:port of a directory: its connect dialogue is open and asks there. */
  readonly directory?: string;
};

export type Window = {
  readonly name: 'window';
  readonly process: PeerProcess;
  readonly inputs: readonly [string, string];
  readonly outputs: readonly [string, string];
};

/** Started, and not more: it has no JSON-RPC here. It is called "window" and wired to nothing. */
export function startWindow(peers: Peers, options: WindowOptions): Window {
  const { jack, port, server, mix = [], directory } = options;
  const ini = join(peers.folder, 'window.ini');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const settings: Record<string, string | number> = {
    ...{ name_base64: base64('window'), newclientlevel: 100, enablefeedbackdetection: 0 },
    ...{ audiochannels: 2, audioquality: 2 },
  };
  mix.forEach(({ name, fader, pan }, i) => {
    settings[`storedfadertag${i}_base64`] = base64(name);
    settings[`storedfaderlevel${i}`] = fader;
    settings[`storedpanvalue${i}`] = pan;
  });
  if (directory !== undefined) {
    Object.assign(settings, { winviscon: 1, directorytype: 7, directoryaddress0: directory });
  }
  const lines = Object.entries(settings).map(([key, value]) => `<${key}>${value}</${key}>`);
  writeFileSync(ini, `<client>${lines.join('')}</client>\n`);
  const args = ['-t', '-i', ini, '-p', String(port), '--clientname', 'window', '-j'];
  if (server !== undefined) args.push('-c', server);
  const process = peers.start('window', 'Jamulus', args, {
    QT_QPA_PLATFORM: 'offscreen',
    JACK_DEFAULT_SERVER: jack,
  });
  return {
    ...{ name: 'window', process },
    inputs: ['Jamulus window:input left', 'Jamulus window:input right'],
    outputs: ['Jamulus window:output left', 'Jamulus window:output right'],
  };
}
