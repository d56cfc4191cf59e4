import { describe, expect, test } from 'vitest';
import { until } from '../audio/engine-rig.ts';
import { silences } from './box-rig.ts';
import { startVisit, type VisitRig } from './visit-rig.ts';

let server: VisitRig['server'];
let box: VisitRig['box'];
let nextAudio: VisitRig['nextAudio'];

async function start(...wanted: Parameters<typeof startVisit>): Promise<void> {
  ({ server, box, nextAudio } = await startVisit(...wanted));
}

describe('Recording (privacy C5)', () => {
  test('a server that records gets silence from the first datagram on until the notice is answered with OK', async () => {
    await start({ recorder: 'recording' });
    await box.join(server.address);
    expect(box.state().visit.recorder).toMatchObject({ state: 'recording', notice: 'join' });
    // More than the second after which an unknown state would open the microphone.
    await nextAudio(1000);
    expect(silences(server.audio())).not.toContain(false);
    box.store.dispatch({ type: 'noticeAnswered', ok: true });
    await until(() => silences(server.audio().slice(-1))[0] === false);
    expect(box.state().visit.recorder.notice).toBeNull();
  });

  test('LEAVE instead of OK: not one sample has left the box', async () => {
    await start({ recorder: 'recording' });
    await box.join(server.address);
    await nextAudio(100);
    box.store.dispatch({ type: 'noticeAnswered', ok: false });
    await until(() => box.state().link.kind === 'idle');
    await until(() => server.messages('CLM_DISCONNECTION').length === 3);
    expect(silences(server.audio())).not.toContain(false);
  });

  test('before the recorder state is known there is silence, and where it never comes sound after a second', async () => {
    await start({ recorder: null });
    box.connect(server.address);
    await until(() => box.state().link.kind === 'connected');
    expect(box.state().visit.recorder).toMatchObject({ state: 'unknown', waitOver: false });
    const soFar = server.audio().length;
    expect(silences(server.audio().slice(0, soFar))).not.toContain(false);
    await until(() => box.state().visit.recorder.waitOver);
    await until(() => silences(server.audio().slice(-1))[0] === false);
    // And if it comes after all, the microphone closes again until OK.
    server.say({ type: 'RECORDER_STATE', state: 'recording' });
    await until(() => box.state().visit.recorder.notice === 'join');
    await until(() => silences(server.audio().slice(-1))[0] === true);
    expect(silences(await nextAudio(50))).not.toContain(false);
  });

  test('a recording that starts and stops while playing is told each time, and the next visit asks again', async () => {
    await start({});
    await box.join(server.address);
    await until(() => silences(server.audio().slice(-1))[0] === false);
    for (const [state, notice] of [
      ['recording', 'started'],
      ['not-enabled', 'stopped'],
      ['recording', 'started'],
    ] as const) {
      server.say({ type: 'RECORDER_STATE', state });
      await until(() => box.state().visit.recorder.notice === notice);
      box.store.dispatch({ type: 'noticeAnswered', ok: true });
      expect(box.state().visit.recorder.notice).toBeNull();
    }
    server.manner.recorder = 'recording';
    box.store.dispatch({ type: 'leavePressed' });
    await until(() => box.state().link.kind === 'idle' && !server.occupied());
    const before = server.audio().length;
    await box.join(server.address);
    await nextAudio(100);
    expect(box.state().visit.recorder.notice).toBe('join');
    expect(silences(server.audio().slice(before))).not.toContain(false);
  });

  test('accepted in advance by a setting it is still said, and the sound flows', async () => {
    await start({ recorder: 'recording' }, { consent: { acceptRecording: true, acceptLicence: false } });
    await box.join(server.address);
    await until(() => silences(server.audio().slice(-1))[0] === false);
    expect(box.state().visit.recorder).toMatchObject({ state: 'recording', notice: null });
    expect(box.log).toContain('the server is recording');
  });
});

describe('A licence', () => {
  test('must be accepted before anything but silence leaves', async () => {
    await start({ licence: true });
    await box.join(server.address);
    await nextAudio(200);
    expect(box.state().visit.licence).toBe('required');
    expect(silences(server.audio())).not.toContain(false);
    box.store.dispatch({ type: 'licenceAnswered', ok: true });
    await until(() => silences(server.audio().slice(-1))[0] === false);
    expect(box.state().visit.licence).toBe('accepted');
  });

  test('that is declined ends the visit in silence', async () => {
    await start({ licence: true });
    await box.join(server.address);
    await nextAudio(100);
    box.store.dispatch({ type: 'licenceAnswered', ok: false });
    await until(() => box.state().link.kind === 'idle');
    await until(() => server.messages('CLM_DISCONNECTION').length === 3);
    expect(silences(server.audio())).not.toContain(false);
  });

  test('and a recording both have to be answered', async () => {
    await start({ licence: true, recorder: 'recording' });
    await box.join(server.address);
    box.store.dispatch({ type: 'licenceAnswered', ok: true });
    await nextAudio(100);
    expect(silences(server.audio())).not.toContain(false);
    box.store.dispatch({ type: 'noticeAnswered', ok: true });
    await until(() => silences(server.audio().slice(-1))[0] === false);
  });
});
