/** What screens show beside the state itself, in one object: for tests that look at several of these. */
import { serverChoice } from '../../src/box/servers/choice.ts';
import type { BoxState } from '../../src/box/state.ts';
import { absentPages, power, systemProblems, updateCheck, updateNow } from '../../src/box/views.ts';

export function seen(box: BoxState) {
  const { servers, lists } = serverChoice(box);
  return {
    ...box.setup,
    ...box.system,
    ...{ pageAddress: '', pairingCode: null, ...box.access },
    ...{ servers, serverLists: lists, firstStart: box.firstStart, idleQuestionUntilMs: box.idle.questionUntilMs },
    ...{ power: power(box), update: updateNow(box), updateCheck: updateCheck(box), absent: absentPages(box) },
    ...{ soundCards: box.cards, room: box.hosting?.room ?? null, systemProblems: systemProblems(box) },
  };
}
