/**
 * The methods: those of the real client by its names (sessions.md §12), and `jambox/…` for what it has none for. What they
 * do is what every face does: the same commands, with the same checks.
 */

import * as v from 'valibot';
import { commandSchema, type RemoteCommand } from '../../box/commands.ts';
import type { Refusal } from '../../box/policy.ts';
import type { BoxState, Person } from '../../box/state.ts';
import { SKILLS } from '../../jamulus/enumerations.ts';
import type { Profile } from '../../jamulus/session-types.ts';
import { failure, invalidParams, type Params, type Result } from './json-rpc.ts';

export interface MethodPorts {
  readonly box: () => BoxState;
  /** Null: done. */
  readonly command: (command: RemoteCommand) => Refusal | null;
  readonly version: string;
}

/** The box refuses: `message` is a Refusal of box/policy.ts. */
const REFUSED = -32000;

type Method = (params: Params, ports: MethodPorts) => Result;

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['jamulus/getMode', () => ({ result: { mode: 'client' } })],
  ['jamulus/getVersion', (_, { version }) => ({ result: { version } })],
  ['jamulusclient/getClientInfo', (_, { box }) => ({ result: { connected: box().link.kind === 'connected' } })],
  ['jamulusclient/getChannelInfo', (_, { box }) => ({ result: channelInfo(box().profile) })],
  ['jamulusclient/getClientList', (_, { box }) => ({ result: clientList(box().visit.people) })],
  [
    'jamulusclient/setName',
    ({ name }, { command }) => {
      if (typeof name !== 'string') return invalidParams('name is not a string');
      // Longer names are cut, as by the real client, not refused.
      return done(command({ type: 'profile', name }));
    },
  ],
  [
    'jamulusclient/setSkillLevel',
    ({ skillLevel }, { command }) => {
      if (skillLevel === null) return done(command({ type: 'profile', skill: 'not-set' }));
      if (typeof skillLevel !== 'string') return invalidParams('skillLevel is not a string');
      const skill = SKILLS.find((one) => one === skillLevel);
      if (skill === undefined) return invalidParams('skillLevel is not beginner, intermediate or expert');
      return done(command({ type: 'profile', skill }));
    },
  ],
  [
    'jamulusclient/sendChatText',
    ({ chatText }, { command }) => {
      if (typeof chatText !== 'string') return invalidParams('chatText is not a string');
      // The real client says "ok" also where nobody can hear it.
      if (chatText !== '') command({ type: 'chat', text: chatText });
      return { result: 'ok' };
    },
  ],
  // Of newer clients.
  [
    'jamulusclient/setInstrumentCode',
    ({ instrumentCode }, ports) => act(ports, { type: 'profile', instrument: instrumentCode }),
  ],
  [
    'jamulusclient/setFaderLevel',
    ({ channelIndex, level }, ports) => act(ports, { type: 'mix', channelId: channelIndex, fader: level }),
  ],
  ['jamulusclient/setMuted', ({ muted }, ports) => act(ports, { type: 'mute', on: muted })],
  // The box's own.
  ['jambox/connect', ({ address, shown }, ports) => act(ports, { type: 'connect', address, shown })],
  ['jambox/disconnect', (_, ports) => act(ports, { type: 'leave' })],
  ['jambox/setPan', ({ channelIndex, pan }, ports) => act(ports, { type: 'mix', channelId: channelIndex, pan })],
  ['jambox/setSolo', ({ channelIndex, solo }, ports) => act(ports, { type: 'mix', channelId: channelIndex, solo })],
  ['jambox/setMute', ({ channelIndex, muted }, ports) => act(ports, { type: 'mix', channelId: channelIndex, muted })],
  ['jambox/setJitter', ({ jitter }, ports) => act(ports, { type: 'jitter', jitter })],
]);

/** Absent parameters are left out, all others are checked as the page's. */
function act({ command }: MethodPorts, wanted: Readonly<Record<string, unknown>>): Result {
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const parsed = v.safeParse(commandSchema, given);
  if (!parsed.success) return invalidParams(`${v.getDotPath(parsed.issues[0]) ?? 'they'} are not as they should be`);
  return done(command(parsed.output));
}

function done(refusal: Refusal | null): Result {
  return refusal === null ? { result: 'ok' } : failure(REFUSED, refusal);
}

type About = Pick<Profile, 'name' | 'city' | 'countryCode' | 'instrument' | 'skill'>;

function channelInfo({ name, city, countryCode, instrument, skill }: About) {
  return {
    name,
    city,
    countryId: countryCode,
    instrumentId: instrument,
    skillLevel: skill === 'not-set' ? null : skill,
  };
}

export function clientList(people: readonly Person[]) {
  return { clients: people.map((person) => ({ id: person.channelId, ...channelInfo(person) })) };
}
