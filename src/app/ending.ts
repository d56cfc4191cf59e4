/** The orderly end: the parts stop in their order, everything is written, and then the process or the machine ends. */
import type { ThreadReport } from '../audio/realtime-thread.ts';
import type { RootRequest } from '../linux/requests.ts';
import type { Store } from './store.ts';

export interface EndingParts {
  readonly store: Store;
  /** Stop at once. */
  readonly parts: readonly { readonly close: () => void }[];
  /** Stops before the socket is closed. */
  readonly sound: { readonly stop: () => Promise<ThreadReport | undefined> };
  readonly closeSocket: () => void;
  readonly memory: { readonly flush: () => Promise<void> };
  readonly room: { readonly stop: () => Promise<void> } | null;
  readonly files: { readonly release: () => void };
}

/** Resolves when all is written: the plug may be pulled. */
export async function endBox(ending: EndingParts): Promise<ThreadReport | undefined> {
  for (const part of ending.parts) part.close();
  const report = await ending.sound.stop();
  ending.closeSocket();
  await ending.memory.flush();
  await ending.room?.stop();
  ending.files.release();
  ending.store.dispatch({ type: 'saved' });
  return report;
}

export interface ProcessEnd {
  readonly store: Store;
  /** False: nobody is there to be asked. */
  readonly ask: (request: RootRequest) => boolean;
  /** Ends the process. */
  readonly leave: (code: number) => never;
  readonly onLog: (line: string) => void;
}

/** After the box has ended: where the machine is to end, too, the panel goes on until the system ends this process. */
export function endProcess(code: number, { store, ask, leave, onLog }: ProcessEnd): void {
  const { life, setup } = store.state();
  const then = life.kind === 'ended' && setup.ownsMachine ? life.afterEnd : 'nothing';
  if (then === 'nothing') leave(code);
  if (ask(then === 'restart' ? 'reboot' : 'poweroff')) return;
  onLog(`power: nobody is there to ${then === 'restart' ? 'restart' : 'switch off'}`);
  leave(code);
}

/** What a signal or `q` does: the first one leaves the server properly, the second one does not wait for that. */
export function createQuit(store: Store, leave: (code: number) => never, onFirst: () => void): () => void {
  let isAsked = false;
  return () => {
    if (store.state().life.kind === 'ended') leave(0);
    if (isAsked) leave(1);
    isAsked = true;
    onFirst();
    store.dispatch({ type: 'quit', code: 0 });
  };
}
