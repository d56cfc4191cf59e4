/** Which screen is shown: what must be seen first, then what was opened by hand, then what there is to see anyway. */
import type { AnyProblem } from '../../box/problems.ts';
import { problems, systemProblems, updateNow } from '../../box/views.ts';
import type { PanelView } from './screen.ts';
import { newPlace, type Place, type ShownScreen } from './state.ts';

/** A view before it is known which screen it is of. */
export type Scene = Omit<PanelView, 'place'>;

/** All that is wrong now. While the box tries again by itself, the link's own screen says so. */
export function standingProblems({ box }: Scene): readonly AnyProblem[] {
  const mine = problems(box).filter((problem) => problem !== box.problem || box.link.kind === 'idle');
  return [...mine, ...systemProblems(box)];
}

interface Arrival {
  readonly screen: ShownScreen;
  /** Tells two arrivals on the same screen apart. */
  readonly draft: string;
}

/** What comes over everything that was opened by hand. */
function interruption(scene: Scene): Arrival | null {
  const { box, panel, nowMs } = scene;
  const update = updateNow(box);
  const of = (screen: ShownScreen, draft = ''): Arrival => ({ screen, draft });
  const connected = box.link.kind === 'connected';
  // What it restarts for counts more than that it ends.
  if (update.kind === 'restarting') return of('update-running');
  if (box.life.kind !== 'running') return of('power');
  if (connected && box.visit.recorder.notice !== null) return of('recording', box.visit.recorder.notice);
  if (connected && box.visit.licence === 'required') return of('licence');
  if (update.kind === 'installing') return of('update-running');
  if (update.kind === 'undone') return of('update-undone');
  if (panel.joining !== null) return of(panel.joining.step);
  if (box.firstStart !== 'done' && box.link.kind === 'idle') return of('first-start', box.firstStart);
  if (box.idle.questionUntilMs !== null) return of('idle-question');
  const problem = standingProblems(scene).find((one) => !panel.dismissed.includes(one));
  if (problem !== undefined) return of('error', problem);
  if (connected && panel.chat.untilMs > nowMs) return of('chat-pop-up', `${panel.chat.seen}`);
  return null;
}

/** What is shown when nothing is open. */
function home({ box, panel }: Scene): Arrival {
  const { link, visit } = box;
  const of = (screen: ShownScreen, draft = ''): Arrival => ({ screen, draft });
  switch (link.kind) {
    case 'idle':
      return of('start');
    case 'waiting':
      return of('reconnect');
    case 'resolving':
    case 'connecting':
      return of(link.retry !== null && link.retry.attempt > 0 ? 'reconnect' : 'connecting');
    case 'leaving':
      return of('connecting', 'leaving');
    case 'connected': {
      const news = visit.welcome !== null && visit.welcome !== '' && visit.welcome !== panel.welcomeSeen;
      return of(news ? 'welcome' : 'playing');
    }
  }
}

/** The place of the screen that is shown. One that has just arrived is new, with its cursor at the first answer. */
export function placeShown(scene: Scene): Place {
  const { panel, nowMs } = scene;
  const interrupting = interruption(scene);
  const opened = panel.stack.at(-1);
  if (interrupting === null && opened !== undefined) return opened;
  const { screen, draft } = interrupting ?? home(scene);
  const same = panel.arrived.screen === screen && panel.arrived.draft === draft;
  return same ? panel.arrived : newPlace(screen, nowMs, { draft });
}
