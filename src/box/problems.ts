/** What can be wrong, for every screen to show in the same words (texts.ts). */
import type { CardFault } from './card-fault.ts';
import type { BoxState } from './state.ts';

export type LinkProblem =
  | 'no-server'
  | 'bad-address'
  | 'unknown-server'
  | 'no-network'
  | 'no-answer'
  | 'server-full'
  | 'connection-lost';

export type Problem = LinkProblem | CardFault | 'feedback';

/** All that is wrong now, the most pressing first. */
export function problems(state: BoxState): readonly Problem[] {
  const found: Problem[] = [];
  const { device } = state.engine;
  if (device.kind === 'missing') found.push(device.fault);
  if (state.sound.mute === 'feedback') found.push('feedback');
  if (state.problem !== null) found.push(state.problem);
  return found;
}
