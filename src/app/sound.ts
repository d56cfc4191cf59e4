/** The audio thread at work: the box's controls go to it, its meters, counters and words become events. */
import { type AudioEngine, type AudioEngineOptions, startAudioEngine } from '../audio/audio-engine.ts';
import type { AudioThreadMessage } from '../audio/audio-thread.ts';
import type { CardOrder } from '../audio/device.ts';
import type { ThreadReport } from '../audio/realtime-thread.ts';
import type { Settings } from '../settings/precedence.ts';
import { createReporter } from './engine-reports.ts';
import type { Runners, Store } from './store.ts';

/** How often meters and counters become events; 50 for meters that people look at. */
const DEFAULT_REPORT_MS = 100;

export interface SoundOptions extends Pick<AudioEngineOptions, 'socket' | 'wasm' | 'input' | 'onRecord'> {
  readonly store: Store;
  readonly settings: Pick<Settings, 'output' | 'periodFrames' | 'periods' | 'toneUntilFound' | 'realtime'>;
  /** What inputs and outputs of the kind 'card' begin with; undefined = their own names. */
  readonly card?: CardOrder | undefined;
  /** There is a session, so audio should go out. */
  readonly isSessionOpen: () => boolean;
  /** Default 100. */
  readonly reportMs?: number | undefined;
  readonly onLog: (line: string) => void;
}

export interface Sound {
  readonly engine: AudioEngine;
  readonly effects: Pick<Runners, 'sound' | 'channels' | 'feedbackGuard' | 'resetClip'>;
  /** Ends the thread and gives the device back. */
  stop(): Promise<ThreadReport | undefined>;
}

export function runSound(options: SoundOptions): Sound {
  const { store, settings, card, isSessionOpen, reportMs = DEFAULT_REPORT_MS, onLog, ...ports } = options;
  const { output, periodFrames, periods, toneUntilFound, realtime } = settings;
  const { dispatch } = store;
  const { inputChannels, outputChannels } = store.state().sound;
  const engine = startAudioEngine({
    ...{ ...ports, output, periodFrames, periods, toneUntilFound, realtime, onMessage },
    ...(card && { card }),
    channels: { inputChannels, outputChannels },
  });
  const reports = setInterval(createReporter(engine, dispatch, isSessionOpen, reportMs), reportMs);

  function onMessage(message: AudioThreadMessage): void {
    if (message.type === 'running') {
      const { type: _, ...device } = message;
      dispatch({ type: 'deviceRunning', ...device });
      onLog(`sound: ${device.description}`);
    } else if (message.type === 'missing') {
      dispatch({ type: 'deviceMissing', problem: message.problem, why: message.error, retrying: true });
      onLog(`sound: ${message.error}`);
    } else if (message.type === 'scheduling') {
      const { fifo, core } = message.grant;
      const rights = 'refused' in fifo ? `no real-time priority (${fifo.refused})` : `SCHED_FIFO ${fifo.priority}`;
      const place =
        core === undefined
          ? 'any core'
          : 'refused' in core
            ? `no core of its own (${core.refused})`
            : `core ${core.core}`;
      dispatch({ type: 'realtimeGrant', granted: !('refused' in fifo), text: `${rights}, ${place}` });
      onLog(`audio thread: ${rights}, ${place}`);
    }
  }

  return {
    engine,
    effects: {
      sound: ({ sound }) => engine.setControls(sound),
      channels: ({ channels }) => engine.orderChannels(channels),
      feedbackGuard: ({ watch }) => engine.watchFeedback(watch),
      resetClip: () => engine.resetClip(),
    },
    async stop() {
      clearInterval(reports);
      return await engine.stop();
    },
  };
}
