/**
 * The appliance: the running box with what stands beside it (servers, memory, system, power), as its panel sees them.
 * Decisions are in the pure modules beside this one; here are the timers, and who is told of what.
 */
import { type Choices, type Habits, choose, NO_CHOICES } from '../box/choices.ts';
import type { ServerTarget } from '../box/server-target.ts';
import { addFavourite, favouriteFor, removeFavourite } from '../box/servers/favourites.ts';
import { forgetServers, initialServers, type ServersState, storedServers } from '../box/servers/state.ts';
import type { BoxState } from '../box/state.ts';
import type { SystemReading } from '../linux/system.ts';
import type { PeerAddress } from '../linux/udp-socket.ts';
import type { PanelExtras } from '../panel/extras.ts';
import type { PanelEvent } from '../panel/screen.ts';
import type { Service } from '../service.ts';
import type { Door } from '../web/access/door.ts';
import type { Appliance } from './appliance.ts';
import type { CardKeeper } from './card-keeper.ts';
import { type ExtrasParts, type FixedExtras, firstStep, panelExtras } from './extras-state.ts';
import { type IdleWatch, idleStep, restartIdle, touchIdle } from './idle.ts';
import { createKeeper } from './keeper.ts';
import type { ListStore } from './list-store.ts';
import { createMemory, isSame, type MemoryOptions } from './memory.ts';
import type { OwnRoom } from './own-room.ts';
import { createServerFinder, type FinderPorts } from './server-finder.ts';
import type { Updates } from './updates.ts';

const POLL_MS = 2000;
const IDLE_CHECK_MS = 1000;
/** So long after the start the drivers of sound cards may still be loading. */
const CARDS_COME_MS = 15_000;
const LISTS_AFTER_MS = 2000;
const LISTS_REST_MS = 60_000;
const MINUTE_MS = 60_000;

export type BoxService = Pick<Service, 'state' | 'dispatch' | 'forget' | 'start'>;

export interface ApplianceOptions extends Omit<FinderPorts, 'onChange'>, MemoryOptions {
  readonly service: BoxService;
  readonly listStore: ListStore;
  /** Address texts of the directories that the public list asks. */
  readonly directories: readonly string[];
  readonly fixed: FixedExtras;
  /** The installer's file with what people have chosen. */
  readonly habitsFor: (choices: Choices) => Habits;
  readonly readSystem: () => SystemReading;
  readonly updates: Updates;
  /** Who gets to the phone page; null = there is none. */
  readonly door: Door | null;
  /** Null: the command line names what plays. */
  readonly cards: CardKeeper | null;
  /** The room that this box hosts; null = none. */
  readonly room: OwnRoom | null;
  /** Everything of the box's own has been wiped; the machine may keep more. */
  readonly onWiped?: () => void;
}

/** What is to happen to the machine when all is saved. */
export type AfterEnd = 'nothing' | 'shut-down' | 'restart';

export interface RunningAppliance extends Appliance {
  servers(): ServersState;
  /** As of now: of the file and of what people have chosen. */
  habits(): Habits;
  /** Connects at once when a server is given. */
  start(server: ServerTarget | null): void;
  /** For ServiceOptions.onChange. */
  boxChanged(before: BoxState, now: BoxState): void;
  /** For ServiceOptions.onConnectionless. */
  receive(datagram: Uint8Array, peer: PeerAddress): void;
  /** Call it when a sound card has been plugged in or pulled out; every two seconds it looks by itself. */
  cardsChanged(): void;
  /** Call it when the service has ended: resolves when all is saved. */
  ended(): Promise<AfterEnd>;
}

export function createAppliance(options: ApplianceOptions): RunningAppliance {
  const { service, fixed, store, machine, updates, door, room, cards } = options;
  const begunMs = performance.now();
  const listeners = new Set<() => void>();
  let { lastServer, choices } = machine;
  let habits = options.habitsFor(choices);
  let firstStart: PanelExtras['firstStart'] = machine.flags.firstStartDone ? 'done' : 'network';
  let settingsRestored = store.found.found === 'previous' || store.found.found === 'lost';
  let power: PanelExtras['power'] = 'on';
  let idle: IdleWatch = restartIdle(performance.now());
  let system = options.readSystem();
  /** What is to be forgotten as soon as the box has left its server. */
  let forgetting: 'people-and-servers' | 'everything' | null = null;
  /** Where to go as soon as an update lets it. */
  let startServer: ServerTarget | null = null;
  let afterEnd: AfterEnd = 'nothing';
  let told = false;
  let shownParts: ExtrasParts | undefined;
  let shown: PanelExtras | undefined;
  let polls: NodeJS.Timeout | undefined;
  let idleChecks: NodeJS.Timeout | undefined;

  const finder = createServerFinder(
    initialServers({ favourites: machine.favourites, recent: machine.recent, lists: options.listStore.lists }, [
      ...options.directories,
    ]),
    { ...options, onChange: serversChanged },
  );
  let kept: Pick<ServersState, 'favourites' | 'recent'> = finder.state();
  const memory = createMemory(options, () => ({
    box: service.state(),
    servers: finder.state(),
    lastServer,
    firstStartDone: firstStart === 'done',
    choices,
    phones: door?.keys() ?? machine.phones,
  }));
  door?.onChange((what) => {
    if (what === 'keys') memory.changed();
    tell();
  });
  room?.onChange(tell);
  const lists = createKeeper(
    async () => {
      const result = await options.listStore.save(storedServers(finder.state()).lists);
      if (result !== true) options.onLog('server lists: could not be saved');
    },
    LISTS_AFTER_MS,
    LISTS_REST_MS,
  );

  /** Tells the panel, once a turn. */
  function tell(): void {
    if (told) return;
    told = true;
    queueMicrotask(() => {
      told = false;
      for (const listener of listeners) listener();
    });
  }

  function serversChanged(listed: boolean): void {
    const { favourites, recent } = finder.state();
    if (listed) lists.changed();
    if (favourites !== kept.favourites || recent !== kept.recent) memory.changed();
    kept = { favourites, recent };
    tell();
  }

  function poll(): void {
    const before = system;
    const now = options.readSystem();
    const step = firstStep(firstStart, now, fixed.needsNetwork);
    pollUpdates();
    lookAtCards();
    if (now.carrier !== before.carrier) finder.networkUp(now.carrier);
    if (JSON.stringify(now) === JSON.stringify(before) && step === firstStart) return;
    system = now;
    firstStart = step;
    tell();
  }

  function lookAtCards(): void {
    const { link, engine } = service.state();
    const playing = link.kind !== 'idle' && engine.device.kind === 'running';
    const starting = performance.now() - begunMs < CARDS_COME_MS;
    if (cards?.look(starting ? 'starting' : playing ? 'playing' : 'idle')) tell();
  }

  function chooseCard(key: string | null): void {
    if (cards === null) return;
    setChoices(choose(choices, { soundCard: key }, fixed.menuLocked));
    cards.choose(key);
  }

  function pollUpdates(): void {
    const before = updates.report();
    updates.poll();
    if (updates.report() !== before) tell();
    if (startServer === null || updates.isBusy()) return;
    const server = startServer;
    startServer = null;
    if (service.state().link.kind === 'idle') service.dispatch({ type: 'connectPressed', server });
  }

  function checkIdle(): void {
    const before = idle;
    const { watch, leave } = idleStep(idle, habits.idleMinutes * MINUTE_MS, performance.now());
    idle = watch;
    if (leave) service.dispatch({ type: 'leavePressed' });
    if (watch !== before) tell();
  }

  function setIdle(next: IdleWatch): void {
    const changed = next.questionUntilMs !== idle.questionUntilMs;
    idle = next;
    if (changed) tell();
  }

  function setChoices(next: Choices): void {
    choices = next;
    habits = options.habitsFor(next);
    memory.changed();
    tell();
  }

  function boxChanged(before: BoxState, now: BoxState): void {
    if (before.link.kind !== now.link.kind) linkChanged(now);
    // Another card may be there to go on with.
    if (before.engine.device.kind !== now.engine.device.kind && now.engine.device.kind === 'missing') lookAtCards();
    const mine: readonly (keyof BoxState)[] = ['profile', 'sound', 'jitter', 'transport', 'mixes'];
    if (mine.some((key) => before[key] !== now[key])) memory.changed();
    tell();
  }

  function linkChanged({ link, server }: BoxState): void {
    clearInterval(idleChecks);
    setIdle(restartIdle(performance.now()));
    lookAtCards();
    if (link.kind === 'connected' && server !== null) {
      idleChecks = setInterval(checkIdle, IDLE_CHECK_MS);
      firstStart = 'done';
      // The own room is where one goes anyway; tomorrow its port may be another.
      if (server.address === room?.target.address) finder.close();
      else {
        lastServer = server;
        finder.joined(server);
      }
    }
    if (link.kind === 'idle' && forgetting !== null) {
      const what = forgetting;
      forgetting = null;
      service.forget(what, memory.start().server);
    }
  }

  /** Not even a power cut brings them back. */
  function forgetPhones(): void {
    door?.forgetAll();
    void memory.wipe();
  }

  function reset(what: 'people-and-servers' | 'everything'): void {
    memory.forget(what);
    const { server, profile, sound, jitter, transport } = memory.start();
    lastServer = null;
    finder.close();
    finder.change(forgetServers);
    forgetting = service.state().link.kind === 'idle' ? null : what;
    service.forget(what, server);
    if (what === 'everything') {
      door?.forgetAll();
      setChoices(NO_CHOICES);
      cards?.choose(null);
      settingsRestored = false;
      firstStart = firstStep('network', system, fixed.needsNetwork);
      memory.profileShown(null);
      service.dispatch({ type: 'leavePressed' });
      service.dispatch({ type: 'setProfile', profile });
      service.dispatch({ type: 'setSound', change: sound });
      service.dispatch({ type: 'setJitter', jitter });
      service.dispatch({ type: 'setTransport', change: transport });
    }
    void memory.wipe().then(() => {
      if (what === 'everything') options.onWiped?.();
    });
    void lists.flush();
    tell();
  }

  function connectPressed(server: ServerTarget | undefined): void {
    if (updates.isBusy()) return;
    memory.profileShown(service.state().profile);
    finder.close();
    if (server === undefined) service.dispatch({ type: 'connectPressed' });
    else service.dispatch({ type: 'connectPressed', server: fixed.fixedServer ?? server });
  }

  function toggleFavourite(address: string): void {
    finder.change((state) => {
      const without = removeFavourite(state, address);
      if (without.favourites.length < state.favourites.length) return without;
      const label = extras().servers.find((row) => row.address === address)?.name || address;
      return addFavourite(state, favouriteFor(state, { address, label }));
    });
  }

  function end(then: AfterEnd): void {
    if (power !== 'on') return;
    power = 'stopping';
    afterEnd = then;
    tell();
    service.dispatch({ type: 'quit', code: 0 });
  }

  function dispatch(event: PanelEvent): void {
    switch (event.type) {
      case 'listServers':
        if (event.open === null) finder.close();
        else if (fixed.fixedServer === null) finder.list(event.open);
        return;
      case 'toggleFavourite':
        toggleFavourite(event.address);
        return;
      case 'stillPlaying':
        setIdle(restartIdle(performance.now()));
        return;
      case 'shutDown':
        end('shut-down');
        return;
      case 'restart':
        end('restart');
        return;
      case 'firstStartStep':
        if (firstStart !== event.done) return;
        firstStart = event.done === 'play' ? 'connect' : 'done';
        memory.changed();
        tell();
        return;
      case 'reset':
        if (event.what === 'phones') forgetPhones();
        else reset(event.what);
        return;
      case 'connectPressed':
        connectPressed(event.server);
        return;
      case 'startUpdate':
        if (service.state().link.kind === 'idle') updates.install();
        tell();
        return;
      case 'setUpdateCheck':
        updates.setCheck(event.on);
        tell();
        return;
      case 'updateSeen':
        updates.seen();
        tell();
        return;
      case 'newPairingCode':
        door?.newCode();
        return;
      case 'setHabits':
        setChoices(choose(choices, event.change, fixed.menuLocked));
        // Whoever says when to be asked is there.
        if (event.change.idleMinutes !== undefined) setIdle(restartIdle(performance.now()));
        return;
      case 'record':
        room?.record(event.what);
        return;
      case 'chooseCard':
        chooseCard(event.key);
        return;
      // Not there yet: the box has no Wi-Fi.
      case 'setWifi':
        return;
      default:
        service.dispatch(event);
    }
  }

  function extras(): PanelExtras {
    const parts: ExtrasParts = {
      fixed,
      system,
      servers: finder.state(),
      boxProblem: service.state().problem,
      settingsRestored,
      firstStart,
      idleQuestionUntilMs: idle.questionUntilMs,
      power,
      updates: updates.report(),
      canCheck: updates.canCheck,
      page: door?.report() ?? null,
      soundCards: cards?.report() ?? null,
      room: room?.report() ?? null,
    };
    if (shown === undefined || shownParts === undefined || !isSame(parts, shownParts)) shown = panelExtras(parts);
    shownParts = parts;
    return shown;
  }

  return {
    box: service.state,
    extras,
    servers: finder.state,
    habits: () => habits,
    dispatch,
    touched() {
      setIdle(touchIdle(idle, performance.now()));
      const { link, server, shownProfile } = service.state();
      // Before the first join nothing leaves the box (privacy C1).
      finder.touched(link.kind === 'idle' && shownProfile !== null ? server : null);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(server) {
      firstStart = firstStep(firstStart, system, fixed.needsNetwork);
      finder.networkUp(system.carrier);
      polls = setInterval(poll, POLL_MS);
      // A name that was made up is the box's own from now on.
      memory.changed();
      // A system that has just been installed may have to go back to the old one.
      if (updates.isBusy()) startServer = server;
      service.start(startServer === null ? server : null);
    },
    boxChanged,
    receive: finder.receive,
    cardsChanged: lookAtCards,
    async ended() {
      clearInterval(polls);
      clearInterval(idleChecks);
      finder.close();
      await Promise.all([memory.flush(), lists.flush()]);
      if (afterEnd === 'shut-down') power = 'off';
      tell();
      return afterEnd;
    },
  };
}
