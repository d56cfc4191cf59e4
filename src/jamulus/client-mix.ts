/**
 * The musicians on the server and how they sound in this client's own mix: faders, pan, mute, solo, and what of it the
 * server has been told (sessions.md §4).
 */
import { gainToWire, panToWire, wireToGain, wireToPan } from './gain.ts';
import { MAX_CHANNELS } from './limits.ts';
import type { ClientInfo } from './messages/client-info.ts';
import type { Message } from './messages/message.ts';
import type { ChannelMix, ListedClient } from './session-types.ts';

/** Gain and pan changes leave at most once in this time, or in two pings if the ping is 25 ms or more. */
const LIMITER_MS = 50;
const LIMITER_PING_MS = 25;
/** A hostile server must not stop the faders with a huge ping. */
const LIMITER_MAX_MS = 2000;

const DEFAULT_MIX: ChannelMix = { gain: 1, pan: 0.5, muted: false, solo: false };
const DEFAULT_GAIN_WIRE = gainToWire(DEFAULT_MIX.gain);
const DEFAULT_PAN_WIRE = panToWire(DEFAULT_MIX.pan);

interface Channel {
  info: ClientInfo;
  mix: ChannelMix;
  hasMutedMe: boolean;
  /** What the server has been told last. A server starts every new channel at 1 and centre. */
  sentGainWire: number;
  sentPanWire: number;
}

export interface ClientMix {
  /** Forgets all musicians. */
  clear(): void;
  /** Takes the server's list; returns how many entries were ignored (ID out of range or repeated). */
  setList(clients: readonly ClientInfo[], ownChannel: number | undefined): number;
  /** In ascending order of channel IDs, which is also the order of level lists. */
  channelIds(): readonly number[];
  list(ownChannel: number | undefined): readonly ListedClient[];
  /** Changes part of a channel's mix. False if there is no such channel or a number is not finite. */
  change(channelId: number, change: Partial<ChannelMix>): boolean;
  /** Notes that a musician has (un)muted this client. False if there is no such channel. */
  setMutedMe(channelId: number, muted: boolean): boolean;
  /**
   * Sends the server what it does not know yet, unless the last time was too recent. `post` returns false if a
   * message could not be queued: it is tried again later.
   */
  flush(nowMs: number, pingMs: number, post: (message: Message) => boolean): void;
  /** When flush() has something to do; Infinity if the server knows everything. */
  nextFlushMs(): number;
}

export function createClientMix(rememberedMix: (name: string, isOwn: boolean) => ChannelMix | undefined): ClientMix {
  let channels = new Map<number, Channel>();
  let pending = false;
  let limitedUntilMs = Number.NEGATIVE_INFINITY;

  function startingMix(info: ClientInfo, isOwn: boolean): ChannelMix {
    return (info.name === '' ? undefined : sane(rememberedMix(info.name, isOwn))) ?? DEFAULT_MIX;
  }

  function update(known: Channel | undefined, info: ClientInfo, isOwn: boolean): Channel {
    if (known === undefined) {
      const mix = startingMix(info, isOwn);
      return { info, mix, hasMutedMe: false, sentGainWire: DEFAULT_GAIN_WIRE, sentPanWire: DEFAULT_PAN_WIRE };
    }
    // A musician is listed without a name until they have introduced themselves: only now they can be recognised.
    if (known.info.name === '' && info.name !== '') known.mix = startingMix(info, isOwn);
    known.info = info;
    return known;
  }

  function audibleGain(mix: ChannelMix, anySolo: boolean): number {
    return mix.muted || (anySolo && !mix.solo) ? 0 : mix.gain;
  }

  return {
    clear() {
      channels = new Map();
      pending = false;
    },
    setList(clients, ownChannel) {
      const next = new Map<number, Channel>();
      let ignored = 0;
      for (const info of [...clients].sort((a, b) => a.channelId - b.channelId)) {
        const { channelId } = info;
        if (channelId >= MAX_CHANNELS || next.has(channelId)) ignored++;
        else next.set(channelId, update(channels.get(channelId), info, channelId === ownChannel));
      }
      channels = next;
      pending = true;
      return ignored;
    },
    channelIds: () => [...channels.keys()],
    list: (ownChannel) =>
      [...channels.values()].map(({ info, mix, hasMutedMe }) => ({
        ...info,
        isOwn: info.channelId === ownChannel,
        mix,
        hasMutedMe,
      })),
    change(channelId, change) {
      const channel = channels.get(channelId);
      const mix = channel === undefined ? undefined : sane({ ...channel.mix, ...change });
      if (channel === undefined || mix === undefined) return false;
      channel.mix = mix;
      pending = true;
      return true;
    },
    setMutedMe(channelId, muted) {
      const channel = channels.get(channelId);
      if (channel !== undefined) channel.hasMutedMe = muted;
      return channel !== undefined;
    },
    flush(nowMs, pingMs, post) {
      if (!pending || nowMs < limitedUntilMs) return;
      pending = false;
      let posted = false;
      const anySolo = [...channels.values()].some(({ mix }) => mix.solo);
      for (const [channelId, channel] of channels) {
        const gainWire = gainToWire(audibleGain(channel.mix, anySolo));
        const panWire = panToWire(channel.mix.pan);
        if (gainWire !== channel.sentGainWire) {
          if (post({ type: 'CHANNEL_GAIN', channelId, gain: wireToGain(gainWire) })) channel.sentGainWire = gainWire;
          else pending = true;
          posted = true;
        }
        if (panWire !== channel.sentPanWire) {
          if (post({ type: 'CHANNEL_PAN', channelId, pan: wireToPan(panWire) })) channel.sentPanWire = panWire;
          else pending = true;
          posted = true;
        }
      }
      if (posted) limitedUntilMs = nowMs + limiterPeriodMs(pingMs);
    },
    nextFlushMs: () => (pending ? limitedUntilMs : Number.POSITIVE_INFINITY),
  };
}

function limiterPeriodMs(pingMs: number): number {
  return pingMs < LIMITER_PING_MS ? LIMITER_MS : Math.min(LIMITER_MAX_MS, 2 * pingMs);
}

/** Gain and pan clamped to 0…1; undefined if one is not finite. */
function sane(mix: ChannelMix | undefined): ChannelMix | undefined {
  if (mix === undefined || !Number.isFinite(mix.gain) || !Number.isFinite(mix.pan)) return undefined;
  return { ...mix, gain: Math.min(1, Math.max(0, mix.gain)), pan: Math.min(1, Math.max(0, mix.pan)) };
}
