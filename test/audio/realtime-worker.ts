/** A real-time thread that does nothing but wake the main thread. Started by realtime-thread.test.ts. */
import { runRealtimeThread } from '../../src/audio/realtime-thread.ts';
import type { RealtimeRequest } from '../../src/linux/scheduling.ts';

export interface WakingData {
  readonly settings: { readonly realtime: RealtimeRequest | undefined };
  readonly words: Int32Array;
  /** Positions in the words. */
  readonly at: { readonly stop: number; readonly wake: number };
}

await runRealtimeThread<WakingData, string>(({ words, at }, post) => {
  post('the parts are made');
  return () => {
    post('the loop runs');
    while (Atomics.load(words, at.stop) === 0) {
      Atomics.add(words, at.wake, 1);
      Atomics.notify(words, at.wake);
      Atomics.wait(words, at.stop, 0, 2);
    }
  };
});
