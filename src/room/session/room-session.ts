/**
 * The server's end of all connections as a deterministic state machine (sessions.md §2, §5…§7): reports of the room
 * thread, settings and the time go in; datagrams, orders for the room thread and events come out.
 */
import { isConnectionless, parseFrame } from '../../jamulus/frame.ts';
import { MAX_CHANNELS, MAX_JITTER_BLOCKS } from '../../jamulus/limits.ts';
import { decodeMessage, messageDatagram } from '../../jamulus/messages/message.ts';
import { takeTokens } from '../../jamulus/token-bucket.ts';
import { admit, closeChannel, peerKey } from './channel-life.ts';
import { changeLicence } from './licence.ts';
import { MESSAGE_RATE } from './rates.ts';
import { reactToRequest } from './requests.ts';
import {
  bringAllUpToDate,
  bringUpToDate,
  type Channel,
  changeList,
  openChannels,
  order,
  presentChannels,
  type RoomCore,
  send,
} from './room-core.ts';
import type {
  RoomChannel,
  RoomOutput,
  RoomSession,
  RoomSessionCounters,
  RoomSessionSettings,
} from './room-session-types.ts';
import { createStrangerLimit } from './stranger-limit.ts';

export function createRoomSession(settings: RoomSessionSettings): RoomSession {
  const core: RoomCore = {
    settings: { ...settings, maxChannels: saneLimit(settings.maxChannels) },
    channels: new Array(MAX_CHANNELS).fill(undefined),
    channelOfPeer: new Map(),
    generation: 0,
    listVersion: 0,
    listBody: undefined,
    listDueMs: Number.POSITIVE_INFINITY,
    lastFullMs: Number.NEGATIVE_INFINITY,
    muted: new Uint8Array(MAX_CHANNELS * MAX_CHANNELS),
    strangers: createStrangerLimit(),
    nowMs: 0,
    secondsOfDay: 0,
    outputs: [],
    counted: { unknown: 0, rejected: 0, ignored: 0, limited: 0, full: 0, displaced: 0 },
    closed: { duplicates: 0, retransmissions: 0, overflows: 0 },
  };

  function step(nowMs: number, action: () => void): readonly RoomOutput[] {
    core.nowMs = nowMs;
    core.outputs = [];
    action();
    return core.outputs;
  }

  return {
    receive: (channelId, generation, datagram, nowMs, secondsOfDay) =>
      step(nowMs, () => {
        core.secondsOfDay = secondsOfDay;
        const channel = core.channels[channelId];
        if (channel?.generation === generation) receive(core, channel, datagram);
        else core.counted.ignored++;
      }),
    unknownPeer: (peer, datagram, nowMs, secondsOfDay) =>
      step(nowMs, () => {
        core.secondsOfDay = secondsOfDay;
        const channel = core.channelOfPeer.get(peerKey(peer));
        if (channel === undefined) receiveFromStranger(core, peer, datagram);
        // The room thread has not heard of the channel yet. Audio is for it alone.
        else if (parseFrame(datagram) !== undefined) receive(core, channel, datagram);
      }),
    channelEnded: (channelId, generation, nowMs) =>
      step(nowMs, () => {
        const channel = core.channels[channelId];
        if (channel?.generation === generation) closeChannel(core, channel, 'timeout');
      }),
    levels: (levels) => step(core.nowMs, () => sendLevels(core, levels)),
    jitterBlocks: (blocks, nowMs) => step(nowMs, () => takeJitterBlocks(core, blocks)),
    tick: (nowMs) =>
      step(nowMs, () => {
        for (const { delivery } of openChannels(core)) delivery.tick(nowMs);
        if (nowMs >= core.listDueMs) changeList(core);
      }),
    nextTickMs: () =>
      openChannels(core).reduce((ms, { delivery }) => Math.min(ms, delivery.nextTickMs()), core.listDueMs),
    setWelcome: (welcome) => {
      core.settings = { ...core.settings, welcome };
    },
    setLicenceRequired: (required, nowMs) => step(nowMs, () => changeLicence(core, required)),
    setRecorder: (recorder, nowMs) =>
      step(nowMs, () => {
        const wasOn = core.settings.recorder === 'recording';
        const isOn = recorder === 'recording';
        core.settings = { ...core.settings, recorder };
        if (wasOn && !isOn) order(core, { type: 'setRecording', on: false });
        bringAllUpToDate(core);
        if (isOn && !wasOn) order(core, { type: 'setRecording', on: true });
      }),
    setMaxChannels: (maxChannels) => {
      core.settings = { ...core.settings, maxChannels: saneLimit(maxChannels) };
    },
    close: (nowMs) =>
      step(nowMs, () => {
        const open = openChannels(core);
        core.channels.fill(undefined); // nobody is to be told of the others' going
        for (const channel of open) {
          if (core.settings.goodbyeOnClose) send(core, channel.peer, { type: 'CLM_DISCONNECTION' });
          closeChannel(core, channel, 'room-closed');
        }
      }),
    channels: () => openChannels(core).map(viewOf),
    clientCount: () => presentChannels(core).length,
    counters: () => countersOf(core),
  };
}

function saneLimit(maxChannels: number): number {
  return Math.min(MAX_CHANNELS, Math.max(1, Math.trunc(maxChannels) || 1));
}

function receive(core: RoomCore, channel: Channel, datagram: Uint8Array): void {
  const frame = parseFrame(datagram);
  if (frame === undefined) {
    core.counted.ignored++;
  } else if (!takeTokens(channel.buckets.messages, MESSAGE_RATE, 1, core.nowMs)) {
    core.counted.limited++; // and not acknowledged: the client says it again
  } else if (isConnectionless(frame.id)) {
    reactToRequest(core, channel.peer, channel, decodeMessage(frame.id, frame.body));
  } else {
    channel.delivery.receive(frame, core.nowMs);
  }
}

/** Connection-bound messages of strangers are dropped, without acknowledgement (messages.md §2). */
function receiveFromStranger(core: RoomCore, peer: Uint8Array, datagram: Uint8Array): void {
  const frame = parseFrame(datagram);
  if (frame === undefined) {
    if (datagram.length > 0) admit(core, peer);
  } else if (isConnectionless(frame.id)) {
    reactToRequest(core, peer, undefined, decodeMessage(frame.id, frame.body));
  } else {
    core.counted.ignored++;
  }
}

function sendLevels(core: RoomCore, levels: ArrayLike<number>): void {
  const present = presentChannels(core);
  if (present.length === 0) return;
  const listed = present.map(({ channelId }) => levels[channelId] ?? 0);
  const datagram = messageDatagram({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: listed });
  for (const { peer } of present) core.outputs.push({ type: 'send', peer, datagram });
}

function takeJitterBlocks(core: RoomCore, blocks: ArrayLike<number>): void {
  for (const channel of openChannels(core)) {
    const size = blocks[channel.channelId] ?? 0;
    if (!channel.jitterAuto || size < 1 || size > MAX_JITTER_BLOCKS) continue;
    channel.jitterBlocks = size;
    bringUpToDate(core, channel);
  }
}

function viewOf(channel: Channel): RoomChannel {
  const { channelId, generation, peer, present, identified, info, format, jitterAuto, sent } = channel;
  const licence = sent.licence ? (channel.licencesUnderWay === 0 ? 'shown' : 'sent') : 'none';
  const queuedFrames = channel.delivery.queuedFrames();
  return { channelId, generation, peer, present, identified, info, format, jitterAuto, licence, queuedFrames };
}

function countersOf(core: RoomCore): RoomSessionCounters {
  let { duplicates, retransmissions, overflows } = core.closed;
  for (const { delivery } of openChannels(core)) {
    const totals = delivery.totals();
    duplicates += totals.duplicates;
    retransmissions += totals.retransmissions;
    overflows += totals.overflows;
  }
  return { ...core.counted, duplicates, retransmissions, queueOverflows: overflows };
}
