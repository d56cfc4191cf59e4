/** From the box's calls, which are data, to the methods of a session. */
import type { SessionCall } from '../box/effects.ts';
import type { ClientSession, SessionOutput } from '../jamulus/session-types.ts';

export function callSession(session: ClientSession, what: SessionCall, nowMs: number): readonly SessionOutput[] {
  switch (what.method) {
    case 'leave':
      return session.leave(nowMs);
    case 'acceptLicence':
      return session.acceptLicence(nowMs);
    case 'setProfile':
      return session.setProfile(what.profile, nowMs);
    case 'setTransport':
      return session.setTransport(what.transport, nowMs);
    case 'setJitter':
      return session.setJitter(what.jitter, nowMs);
    case 'setGain':
      return session.setGain(what.channelId, what.gain, nowMs);
    case 'setPan':
      return session.setPan(what.channelId, what.pan, nowMs);
    case 'setMuted':
      return session.setMuted(what.channelId, what.muted, nowMs);
    case 'setSolo':
      return session.setSolo(what.channelId, what.solo, nowMs);
    case 'sendChat':
      return session.sendChat(what.text, nowMs);
  }
}
