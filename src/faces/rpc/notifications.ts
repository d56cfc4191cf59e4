/** What has happened between two states of the box, in the notifications of the real client. Pure. */
import type { BoxState } from '../../box/state.ts';
import { clientList } from './methods.ts';

export interface Notification {
  readonly method: string;
  readonly params: object;
}

export function notifications(before: BoxState, now: BoxState): readonly Notification[] {
  const found: Notification[] = [];
  const add = (name: string, params: object) => found.push({ method: `jamulusclient/${name}`, params });
  const own = ownChannel(now);
  const hadOwn = ownChannel(before);
  if (hadOwn !== undefined && now.link.kind !== 'connected') add('disconnected', {});
  if (own !== undefined && (own !== hadOwn || before.attemptId !== now.attemptId)) add('connected', { id: own });
  const people = now.visit.people;
  if (now.link.kind === 'connected' && people !== before.visit.people) {
    const clients = clientList(people);
    if (JSON.stringify(clients) !== JSON.stringify(clientList(before.visit.people))) add('clientListReceived', clients);
    const levels = people.map(({ level }) => level);
    if (levels.join() !== before.visit.people.map(({ level }) => level).join()) {
      add('channelLevelListReceived', { channelLevelList: levels });
    }
  }
  const newest = before.attemptId === now.attemptId ? (before.visit.chat.at(-1)?.number ?? 0) : 0;
  for (const { number, text } of now.visit.chat) {
    if (number > newest) add('chatTextReceived', { chatText: asHtml(text) });
  }
  return found;
}

function ownChannel({ link, visit }: BoxState): number | undefined {
  return link.kind === 'connected' ? visit.people.find(({ isOwn }) => isOwn)?.channelId : undefined;
}

/** Controllers take chat for HTML, since the real client hands it on as it comes. */
function asHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
