/** What the audio thread leaves in shared memory, turned into events of the box. */
import type { AudioEngine } from '../audio/audio-engine.ts';
import { meter, status } from '../audio/shared.ts';
import type { UntimedEvent } from '../box/events.ts';
import type { SideMeter } from '../box/state.ts';

/** There is no network when the kernel has taken no datagram for this time. */
const UNSENDABLE_MS = 2000;

/** What is done every `reportMs`. `isOpen`: there is a session, so audio should go out. */
export function createReporter(
  engine: AudioEngine,
  dispatch: (event: UntimedEvent) => void,
  isOpen: () => boolean,
  reportMs: number,
): () => void {
  const { status: words, meters } = engine.shared;
  let guarded = false;
  let sent = 0;
  let failures = 0;
  let unsendableMs = 0;
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
      audioReceived: word(status.audioReceived),
      jitterBlocks: word(status.jitterSize),
    });
    if (word(status.guardTripped) !== 0 && !guarded) dispatch({ type: 'feedbackGuardTripped' });
    guarded = word(status.guardTripped) !== 0;
    const stuck = word(status.audioSent) === sent && word(status.sendFailures) !== failures;
    unsendableMs = stuck && isOpen() ? unsendableMs + reportMs : 0;
    sent = word(status.audioSent);
    failures = word(status.sendFailures);
    if (unsendableMs < UNSENDABLE_MS) return;
    unsendableMs = 0;
    dispatch({ type: 'sessionFailed', kind: 'no-network' });
  };
}
