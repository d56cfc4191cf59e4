/** What the audio thread leaves in shared memory, turned into events of the box. */
import type { AudioEngine } from './audio/audio-engine.ts';
import { meter, status } from './audio/shared.ts';
import type { SideMeter } from './box/events.ts';
import type { UntimedEvent } from './service.ts';

/** This many reports in a row without a datagram that the kernel would take: there is no network. */
const UNSENDABLE_REPORTS = 20;

/** What is done at every report. `isOpen`: there is a session, so audio should go out. */
export function createReporter(
  engine: AudioEngine,
  dispatch: (event: UntimedEvent) => void,
  isOpen: () => boolean,
): () => void {
  const { status: words, meters } = engine.shared;
  let guarded = false;
  let sent = 0;
  let failures = 0;
  let unsendable = 0;
  const word = (at: number): number => words[at] as number;
  const side = (left: number, clipBit: number): SideMeter => ({
    level: [meters[left] as number, meters[left + 1] as number],
    hold: [meters[meter.holds + left] as number, meters[meter.holds + left + 1] as number],
    clipped: [(word(status.clip) & clipBit) !== 0, (word(status.clip) & (2 * clipBit)) !== 0],
  });
  return () => {
    dispatch({ type: 'meters', input: side(meter.inLeft, 1), output: side(meter.outLeft, 4) });
    dispatch({
      type: 'engineCounters',
      misses: word(status.misses),
      xruns: word(status.xruns),
      jitterBlocks: word(status.jitterSize),
    });
    if (word(status.guardTripped) !== 0 && !guarded) dispatch({ type: 'feedbackGuardTripped' });
    guarded = word(status.guardTripped) !== 0;
    const stuck = word(status.audioSent) === sent && word(status.sendFailures) !== failures;
    unsendable = stuck && isOpen() ? unsendable + 1 : 0;
    sent = word(status.audioSent);
    failures = word(status.sendFailures);
    if (unsendable === UNSENDABLE_REPORTS) dispatch({ type: 'sessionFailed', kind: 'no-network' });
  };
}
