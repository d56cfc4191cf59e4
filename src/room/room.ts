/**
 * A room: the socket, the thread that plays, the session that talks, and the timers between them. Everything that the
 * session wants done is done here.
 */
import type { RealtimeRequest, SchedulingGrant } from '../linux/scheduling.ts';
import { closeUdpSocket, openUdpSocket, type PeerAddress, UdpSender, type UdpSocket } from '../linux/udp-socket.ts';
import { type RoomThread, startRoomThread } from './engine/start-room-thread.ts';
import type { RoomReport } from './room-ports.ts';
import { createRoomSession } from './session/room-session.ts';
import type {
  DirectoryMessage,
  RoomEvent,
  RoomOutput,
  RoomSession,
  RoomSessionSettings,
} from './session/room-session-types.ts';

export interface RoomOptions {
  /** What players see and get; `maxChannels` can be lowered later, not raised. */
  readonly settings: RoomSessionSettings;
  /** UDP port; 0 lets the kernel choose. */
  readonly port: number;
  /** Nobody from outside of this machine can join. */
  readonly loopbackOnly?: boolean;
  /** Undefined: the room thread stays an ordinary one. */
  readonly realtime: RealtimeRequest | undefined;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly onEvent: (event: RoomEvent) => void;
  /** Each output of the session before it is executed: for the recorder. */
  readonly observe?: (output: RoomOutput) => void;
  /** A message for the directory or the registration, from anybody. */
  readonly onDirectory?: (peer: PeerAddress, message: DirectoryMessage) => void;
}

export interface Room {
  readonly port: number;
  readonly thread: RoomThread;
  readonly running: Promise<SchedulingGrant | undefined>;
  /** To look at; what changes it goes through `ask`. */
  readonly session: Pick<RoomSession, 'channels' | 'clientCount' | 'counters'>;
  /** Calls a method of the session and does what it returns. */
  ask(call: (session: RoomSession, nowMs: number) => readonly RoomOutput[]): void;
  /** Sends a datagram from the room's port. */
  send(peer: PeerAddress, datagram: Uint8Array): void;
  /** Says goodbye if that is set, ends the thread, gives the port back. May be called again. */
  stop(): Promise<void>;
}

/** Interval between looks at the sizes of the jitter buffers; clients hear of changes. */
const JITTER_MS = 250;
/** What arrives between two ticks has to fit: 267 datagrams of a flood of 100 000 a second. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
/** Reports handled before other events of the main thread get their turn. */
const REPORTS_PER_TURN = 256;

/** Opens the port and starts the thread; an error is a sentence for the log. */
export function createRoom(options: RoomOptions): Room | { readonly error: string } {
  const { settings, wasm, realtime, loopbackOnly = false } = options;
  const opened = openUdpSocket({
    ...{ firstPort: options.port, furtherPorts: 0, trafficClass: 128, loopbackOnly },
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  });
  if ('error' in opened) return opened;
  const socket: UdpSocket = opened;
  const sender = new UdpSender(socket);
  const session = createRoomSession(settings);
  const thread = startRoomThread({
    socket,
    wasm,
    maxChannels: settings.maxChannels,
    frameSamples: settings.frameSamples,
    delayPanning: settings.delayPanning,
    realtime,
    onWake: fetch,
  });
  let levelsSeen = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped: Promise<void> | undefined;

  function send(peer: PeerAddress, datagram: Uint8Array): void {
    sender.setPeer(peer);
    sender.send(datagram, datagram.length);
  }

  function execute(outputs: readonly RoomOutput[]): void {
    for (const output of outputs) {
      options.observe?.(output);
      switch (output.type) {
        case 'send':
          send(output.peer, output.datagram);
          break;
        case 'order':
          thread.order(output.order);
          break;
        case 'directory':
          options.onDirectory?.(output.peer, output.message);
          break;
        case 'event':
          options.onEvent(output.event);
          break;
      }
    }
  }

  function ask(call: (session: RoomSession, nowMs: number) => readonly RoomOutput[]): void {
    if (stopped !== undefined) return;
    execute(call(session, performance.now()));
    const atMs = session.nextTickMs();
    clearTimeout(timer);
    if (atMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => ask((it, nowMs) => it.tick(nowMs)), Math.max(0, Math.ceil(atMs - performance.now())));
  }

  function fetch(): boolean {
    let taken = 0;
    for (; taken < REPORTS_PER_TURN && stopped === undefined; taken++) {
      const report = thread.nextReport();
      if (report === undefined) break;
      ask((it, nowMs) => take(it, report, nowMs));
    }
    const due = thread.levelsDue();
    if (due !== levelsSeen) {
      levelsSeen = due;
      ask((it) => it.levels(thread.levels()));
    }
    return taken === REPORTS_PER_TURN;
  }

  const jitterTimer = setInterval(() => ask((it, nowMs) => it.jitterBlocks(thread.jitterBlocks(), nowMs)), JITTER_MS);

  async function stop(): Promise<void> {
    execute(session.close(performance.now()));
    clearTimeout(timer);
    clearInterval(jitterTimer);
    await thread.stop();
    closeUdpSocket(socket);
  }

  return {
    port: socket.port,
    thread,
    running: thread.running,
    session,
    ask,
    send,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function take(session: RoomSession, report: RoomReport, nowMs: number): readonly RoomOutput[] {
  switch (report.type) {
    case 'unknownPeer':
      return session.unknownPeer(report.peer, report.datagram, nowMs, secondsOfDay());
    case 'message':
      return session.receive(report.channelId, report.generation, report.datagram, nowMs, secondsOfDay());
    case 'channelEnded':
      return session.channelEnded(report.channelId, report.generation, nowMs);
  }
}

/** Local time, for the stamp of a chat line. */
function secondsOfDay(): number {
  const now = new Date();
  return (now.getHours() * 60 + now.getMinutes()) * 60 + now.getSeconds();
}
