/**
 * The search for servers as a deterministic state machine (sessions.md §10.4): asks directories for lists, observes the
 * listed servers and those known otherwise, probes the local network. Datagrams and the time go in; outputs come out.
 */
import { askAgain, type ListDialogue, newDialogue, requested, silenceReported, takeList } from './directory-list.ts';
import {
  type DirectoryEvent,
  type DirectoryOutput,
  type DirectoryQuery,
  type DirectoryTarget,
  type HostPort,
  hostKey,
} from './directory-types.ts';
import { parseFrame } from './frame.ts';
import type { ClmRedServerList } from './messages/clm-red-server-list.ts';
import type { ClmServerList } from './messages/clm-server-list.ts';
import { decodeMessage, type Message, messageDatagram } from './messages/message.ts';
import { createServerProbe } from './server-probe.ts';
import { createServerWatch } from './server-watch.ts';

/** More are not asked. */
const MAX_DIRECTORIES = 20;

export function createDirectoryQuery(): DirectoryQuery {
  let outputs: DirectoryOutput[] = [];
  let dialogues: readonly ListDialogue[] = [];
  let chosen: readonly HostPort[] = [];
  let found: readonly HostPort[] = [];
  let isUp = true;
  const counted = { notMessages: 0, rejected: 0, ignored: 0 };
  const watch = createServerWatch({ send, report: (report) => emit({ type: 'report', report }) });
  const probe = createServerProbe({ send, done: () => emit({ type: 'probed' }) });

  function step(nowMs: number, action: () => void): readonly DirectoryOutput[] {
    outputs = [];
    action();
    if (isUp) runTimers(nowMs);
    return outputs;
  }

  function send(to: HostPort, message: Message): void {
    if (isUp) outputs.push({ type: 'send', to, datagram: messageDatagram(message) });
  }

  function emit(event: DirectoryEvent): void {
    outputs.push({ type: 'event', event });
  }

  function watchAll(nowMs: number): void {
    watch.want([...chosen, ...found, ...dialogues.flatMap(({ servers }) => servers)], nowMs);
  }

  function runTimers(nowMs: number): void {
    dialogues = dialogues.map((dialogue) => {
      if (nowMs >= dialogue.silentMs) {
        for (const directoryId of dialogue.ids) emit({ type: 'directorySilent', directoryId });
        dialogue = silenceReported(dialogue);
      }
      if (nowMs < dialogue.nextRequestMs) return dialogue;
      send(dialogue.host, { type: 'CLM_REQ_SERVER_LIST' });
      return requested(dialogue, nowMs);
    });
    watch.tick(nowMs);
    probe.tick(nowMs);
  }

  function takeMessage(message: Message, from: HostPort, nowMs: number): boolean {
    switch (message.type) {
      case 'CLM_SERVER_LIST':
      case 'CLM_RED_SERVER_LIST':
        return takeServerList(message, from, nowMs);
      case 'CLM_PING_MS_WITHNUMCLIENTS': {
        // An address may be observed and probed at once.
        const answersProbe = probe.accept(message, from);
        if (answersProbe) takeFound(from, nowMs);
        return watch.receive(message, from, nowMs) || answersProbe;
      }
      default:
        return watch.receive(message, from, nowMs);
    }
  }

  function takeServerList(list: ClmServerList | ClmRedServerList, from: HostPort, nowMs: number): boolean {
    const dialogue = directoryOf(dialogues, from);
    if (dialogue === undefined) return false;
    const after = takeList(dialogue, list, from);
    if (after === undefined) return false;
    dialogues = dialogues.map((other) => (other === dialogue ? after : other));
    const completeness = list.type === 'CLM_SERVER_LIST' ? 'full' : 'reduced';
    for (const directoryId of after.ids) emit({ type: 'list', directoryId, completeness, servers: after.servers });
    watchAll(nowMs);
    return true;
  }

  function takeFound(host: HostPort, nowMs: number): void {
    found = [...found.filter((other) => hostKey(other) !== hostKey(host)), host];
    emit({ type: 'found', host });
    watchAll(nowMs);
  }

  return {
    counters: () => ({ ...counted }),
    ask: (directories, nowMs) =>
      step(nowMs, () => {
        dialogues = dialoguesFor(directories, dialogues, nowMs);
        watchAll(nowMs);
      }),
    refresh: (nowMs) =>
      step(nowMs, () => {
        dialogues = dialogues.map((dialogue) => askAgain(dialogue, nowMs));
      }),
    watch: (hosts, nowMs) =>
      step(nowMs, () => {
        chosen = hosts;
        watchAll(nowMs);
      }),
    probe: (addresses, nowMs) =>
      step(nowMs, () => {
        found = [];
        probe.start(addresses, nowMs);
        watchAll(nowMs);
      }),
    networkUp: (up, nowMs) =>
      step(nowMs, () => {
        if (up && !isUp) {
          dialogues = dialogues.map((dialogue) =>
            dialogue.completeness === 'none' ? askAgain(dialogue, nowMs) : dialogue,
          );
        }
        isUp = up;
      }),
    receive: (datagram, from, nowMs) =>
      step(nowMs, () => {
        const frame = parseFrame(datagram);
        if (frame === undefined) {
          counted.notMessages++;
          return;
        }
        const message = decodeMessage(frame.id, frame.body);
        if (message.type === 'UNKNOWN' || message.type === 'REJECTED') counted.rejected++;
        else if (!takeMessage(message, from, nowMs)) counted.ignored++;
      }),
    tick: (nowMs) => step(nowMs, () => undefined),
    nextTickMs() {
      if (!isUp) return Number.POSITIVE_INFINITY;
      const lists = dialogues.map(({ nextRequestMs, silentMs }) => Math.min(nextRequestMs, silentMs));
      return Math.min(watch.nextTickMs(), probe.nextTickMs(), ...lists);
    },
    stop() {
      dialogues = [];
      chosen = [];
      found = [];
      watch.want([], 0);
      probe.stop();
    },
  };
}

/** One dialogue for each address; those that are under way go on. */
function dialoguesFor(
  directories: readonly DirectoryTarget[],
  before: readonly ListDialogue[],
  nowMs: number,
): readonly ListDialogue[] {
  const wanted = new Map<string, { readonly host: HostPort; readonly ids: readonly string[] }>();
  for (const { id, host } of directories.slice(0, MAX_DIRECTORIES)) {
    const same = wanted.get(hostKey(host));
    wanted.set(hostKey(host), { host, ids: [...(same?.ids ?? []).filter((other) => other !== id), id] });
  }
  return [...wanted].map(([key, { host, ids }]) => {
    const dialogue = before.find((other) => hostKey(other.host) === key);
    if (dialogue === undefined) return newDialogue(ids, host, nowMs);
    return dialogue.ids.join() === ids.join() ? dialogue : askAgain({ ...dialogue, ids }, nowMs);
  });
}

/** Lists may come from any port of a directory's address; where several directories share one, the port decides. */
function directoryOf(dialogues: readonly ListDialogue[], from: HostPort): ListDialogue | undefined {
  const there = dialogues.filter(({ host }) => host.address === from.address);
  return there.find(({ host }) => host.port === from.port) ?? there.find(({ completeness }) => completeness !== 'full');
}
