/**
 * The licence (privacy.md S7): "shown and must be accepted before a client's audio is mixed".
 *
 * The protocol has a message to ask with, LICENCE_REQUIRED, and none to answer with. What a client does is laid down
 * (sessions.md §3): it mutes its own stream at once, asks, and either leaves or unmutes. So consent can only be told from
 * the stream, and the room goes by these three steps:
 *
 * 1. Until the client has acknowledged LICENCE_REQUIRED, it is not mixed ('no'): the licence has not been shown.
 * 2. Then it is mixed from the first frame of digital silence on ('once-silent'): the client has muted itself, which is
 *    what one does that asks. A client that plays on without a pause does not ask, and is never heard.
 * 3. From there on the client keeps its musician silent until they accept. This the room has to believe.
 *
 * Not covered, and not to be had with this protocol: a client without window that ignores the question but whose input
 * happens to be exactly silent after it; and one that lies.
 */
import { bringAllUpToDate, type Channel, openChannels, order, type RoomCore } from './room-core.ts';

/** A channel has just been opened, and is mixed by default. */
export function beginLicence(core: RoomCore, { channelId }: Channel): void {
  if (core.settings.licenceRequired) order(core, { type: 'setMixing', channelId, mixing: 'no' });
}

/** The client has got a LICENCE_REQUIRED. */
export function licenceShown(core: RoomCore, channel: Channel): void {
  channel.licencesUnderWay -= 1;
  const isLast = channel.licencesUnderWay === 0 && channel.sent.licence;
  if (!isLast || !core.settings.licenceRequired) return;
  order(core, { type: 'setMixing', channelId: channel.channelId, mixing: 'once-silent' });
}

/** Asks those who are in as well, or tells them that there is nothing to agree to any more. */
export function changeLicence(core: RoomCore, required: boolean): void {
  if (core.settings.licenceRequired === required) return;
  core.settings = { ...core.settings, licenceRequired: required };
  for (const { channelId, sent } of openChannels(core)) {
    if (required) sent.licence = false; // whatever it was asked before
    order(core, { type: 'setMixing', channelId, mixing: required ? 'no' : 'yes' });
  }
  bringAllUpToDate(core);
}
