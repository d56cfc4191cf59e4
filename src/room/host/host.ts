/**
 * A hosted room with all that belongs to it: the room, its recorder, its place in lists and on the local network, and the
 * players of a practice room. Nothing of it writes or logs a player's name or address (privacy.md S1).
 */
import { hostname } from 'node:os';
import { announce } from '../../discovery/announce.ts';
import { openMdns } from '../../discovery/lan-rooms.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { type PracticeBand, startPracticeBand } from '../practice/practice-band.ts';
import { createRecorder, type Recorder, type RecorderEvent } from '../recorder/recorder.ts';
import { createRoom, type Room } from '../room.ts';
import type { HostReport, HostSettings } from './host-types.ts';
import { type Listing, startListing } from './listing.ts';

export interface HostOptions {
  readonly settings: HostSettings;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** The report may have changed. */
  readonly onChange: () => void;
  readonly onLog: (line: string) => void;
}

export interface Host {
  readonly port: number;
  report(): HostReport;
  /** What the operator wants of the recorder; how it went is in the report. */
  record(what: 'start' | 'stop' | 'new'): Promise<void>;
  /** Says goodbye to everybody; resolves when the last byte is on the disk and the port is free. */
  stop(): Promise<void>;
}

/** Opens the room; an error is a sentence for the log. */
export async function createHost(options: HostOptions): Promise<Host | { readonly error: string }> {
  const { settings, wasm, onChange, onLog } = options;
  const isPractice = settings.kind === 'practice';
  let recorder: Recorder | undefined;
  let recorderNote = '';
  let listing: Listing | undefined;
  let band: PracticeBand | undefined;
  let announcement: { stop(): Promise<void> } | undefined;
  let stopping: Promise<void> | undefined;

  const room = createRoom({
    settings: { ...settings.session, recorder: 'not-initialised' },
    port: settings.port,
    loopbackOnly: isPractice,
    realtime: settings.realtime,
    wasm,
    observe: (output) => recorder?.observe(output),
    onEvent(event) {
      if (event.type === 'joined' || event.type === 'left') callBand();
      onChange();
    },
    onDirectory: (peer, message) => listing?.receive(peer, message),
  });
  if ('error' in room) return room;
  const opened: Room = room;

  /** The players play for somebody. */
  function callBand(): void {
    if (band === undefined || stopping !== undefined) return;
    const isPlayer = (peer: PeerAddress): boolean => band?.isPlayer(peer) === true;
    const isSomebody = opened.session.channels().some(({ present, peer }) => present && !isPlayer(peer));
    if (isSomebody) band.play();
    else band.rest();
  }

  function heard(event: RecorderEvent): void {
    switch (event.type) {
      case 'started':
        recorderNote = '';
        break;
      case 'stopped':
        recorderNote = event.reason === 'asked' ? '' : event.text;
        break;
      case 'warning':
        recorderNote = event.warning.text;
        break;
      case 'session':
      case 'status':
        return;
    }
    if (recorderNote !== '') onLog(`recorder: ${recorderNote}`);
    onChange();
  }

  if (settings.recordings !== null) {
    recorder = await createRecorder({
      folder: settings.recordings,
      tap: room.thread.tap,
      announce: (state) => room.ask((session, nowMs) => session.setRecorder(state, nowMs)),
      closeTap: () => room.thread.order({ type: 'setRecording', on: false }),
      onEvent: heard,
    });
    const state = recorder.state();
    introduceEarlyBirds(recorder, room);
    if (state !== 'not-initialised') room.ask((session, nowMs) => session.setRecorder(state, nowMs));
  }
  if (isPractice) {
    band = startPracticeBand({ port: room.port, wasm });
    callBand();
  } else {
    listing = startListing({ settings, port: room.port, send: room.send, onChange });
    announcement = announceRoom(settings.place.name, room.port, onLog);
  }

  async function stop(): Promise<void> {
    listing?.stop();
    await Promise.all([announcement?.stop(), band?.end()]);
    await recorder?.close();
    await opened.stop();
  }

  return {
    port: room.port,
    report: () => ({
      kind: settings.kind,
      name: settings.place.name,
      players: room.session.clientCount(),
      maxPlayers: settings.session.maxChannels,
      recorder: recorder?.state() ?? 'not-initialised',
      recorderNote,
      registration: listing?.registration() ?? null,
      listedServers: listing?.listedServers() ?? null,
    }),
    async record(what) {
      if (recorder === undefined || stopping !== undefined) return;
      if (what === 'new') recorder.newSession();
      else if (what === 'stop') await recorder.stop();
      else {
        const started = await recorder.start();
        if (started !== true) recorderNote = started.error;
      }
      onChange();
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Those who came while the recorder was getting ready. */
function introduceEarlyBirds(recorder: Recorder, room: Room): void {
  for (const { channelId, generation, peer, identified, info } of room.session.channels()) {
    recorder.observe({ type: 'order', order: { type: 'openChannel', channelId, generation, peer } });
    if (identified) recorder.observe({ type: 'event', event: { type: 'named', channelId, info } });
  }
}

/** On the local network, for as long as it is open. */
function announceRoom(name: string, port: number, onLog: (line: string) => void): { stop(): Promise<void> } {
  const mdns = openMdns((text) => onLog(`room: ${text}`));
  const announcement = announce(mdns, { name, hostName: hostname(), port });
  return {
    async stop() {
      await announcement.stop();
      mdns.destroy();
    },
  };
}
