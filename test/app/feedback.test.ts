import { expect, test } from 'vitest';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import { until } from '../audio/engine-rig.ts';
import { silences } from './box-rig.ts';
import { startVisit } from './visit-rig.ts';

test('A howling loudspeaker mutes the box; turned down and unmuted it is heard again', async () => {
  // The tone of -20 dB, 24 dB louder: full scale.
  const { server, box } = await startVisit({}, { sound: { ...DEFAULT_SOUND, inputGainDb: 24 } });
  await box.join(server.address);
  await until(() => box.state().sound.mute === 'feedback');
  expect(box.log).toContain('muted because of feedback');
  await until(() => silences(server.audio().slice(-1))[0] === true);
  const from = server.audio().length;
  await until(() => server.audio().length > from + 100);
  expect(silences(server.audio().slice(from))).not.toContain(false);
  box.store.dispatch({ type: 'setSound', change: { inputGainDb: 0 } });
  box.store.dispatch({ type: 'mutePressed' });
  expect(box.state().sound.mute).toBe('off');
  const unmuted = server.audio().length;
  await until(() => server.audio().length > unmuted + 100);
  expect(silences(server.audio().slice(-1))).toEqual([false]);
});

test('With the guard switched off the howling goes on, and switched on again it mutes', async () => {
  const { server, box } = await startVisit({}, { sound: { ...DEFAULT_SOUND, inputGainDb: 24, feedbackGuard: false } });
  await box.join(server.address);
  const joined = server.audio().length;
  // Longer than the three checks take.
  await until(() => server.audio().length > joined + 600);
  expect(box.state().sound.mute).toBe('off');
  box.store.dispatch({ type: 'setSound', change: { feedbackGuard: true } });
  await until(() => box.state().sound.mute === 'feedback');
});
