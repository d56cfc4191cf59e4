/** What the three lamps say of the state of the box (ux.md, "Screens and tasks"). Pure. */
import { microphoneClosed } from '../../box/recording.ts';
import type { BoxState } from '../../box/state.ts';
import type { Lamps } from './ports.ts';

export const LAMPS_OFF: Lamps = { connect: 'off', mute: 'off', recording: 'off' };

export function lampsOf(box: BoxState): Lamps {
  const connected = box.link.kind === 'connected';
  // While a notice, a licence or the wait for the recorder's state keeps the microphone closed, nobody hears it either.
  const unheard = box.sound.mute !== 'off' || (connected && microphoneClosed(box));
  return {
    connect: connectLamp(box),
    mute: unheard ? 'on' : 'off',
    // The own room records also when nobody plays here (privacy S4).
    recording:
      box.hosting?.room.recorder === 'recording' || (connected && box.visit.recorder.state === 'recording')
        ? 'on'
        : 'off',
  };
}

function connectLamp({ link }: BoxState): Lamps['connect'] {
  switch (link.kind) {
    case 'connected':
      return 'on';
    case 'resolving':
    case 'connecting':
    case 'waiting':
      return 'blink';
    case 'idle':
    case 'leaving':
      return 'off';
  }
}

export function sameLamps(a: Lamps, b: Lamps): boolean {
  return a.connect === b.connect && a.mute === b.mute && a.recording === b.recording;
}
