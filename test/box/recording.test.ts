import { describe, expect, it } from 'vitest';
import { DEFAULT_SOUND } from '../../src/box/sound-settings.ts';
import { connecting, makeBox, playing, resolve, type TestBox, types } from './box.ts';

function joined(box: TestBox): void {
  connecting(box);
  box.session({ type: 'recorderState', state: 'unknown' });
  box.session({ type: 'connected', channelId: 0 });
}

describe('the recording notice at joining (privacy C5)', () => {
  it('C5: keeps the microphone closed until the recorder state has arrived', () => {
    const box = makeBox();
    joined(box);
    expect(box.microphoneOpen()).toBe(false);
    box.session({ type: 'recorderState', state: 'not-enabled' });
    expect(box.microphoneOpen()).toBe(true);
    expect(box.last()).toContainEqual({ type: 'cancelTimer', id: 'recorder' });
  });

  it('C5: opens the microphone when one second has passed without a recorder state', () => {
    const box = makeBox();
    box.at(10_000);
    joined(box);
    expect(box.all()).toContainEqual({ type: 'timer', id: 'recorder', atMs: 11_000 });
    box.at(11_000);
    box.send({ type: 'timer', id: 'recorder' });
    expect(box.microphoneOpen()).toBe(true);
  });

  it('C5: keeps the microphone closed while the notice waits for its answer, and opens it with OK', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'recorderState', state: 'recording' });
    box.send({ type: 'timer', id: 'recorder' });
    box.send({ type: 'mutePressed' });
    box.send({ type: 'mutePressed' });
    expect(box.microphoneOpen()).toBe(false);
    expect(box.state().visit.recorder.notice).toBe('join');
    box.send({ type: 'noticeAnswered', ok: true });
    expect(box.microphoneOpen()).toBe(true);
    expect(box.state().visit.recorder).toEqual({ state: 'recording', waitOver: false, notice: null });
  });

  it('C5: leaves with LEAVE, and the microphone was never open', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'recorderState', state: 'recording' });
    box.send({ type: 'noticeAnswered', ok: false });
    expect(box.calls()).toEqual([{ method: 'leave' }]);
    expect(box.all().some((effect) => effect.type === 'sound' && !effect.sound.microphoneClosed)).toBe(false);
  });

  it('C5: closes the microphone again when the first word comes late and is that the server records', () => {
    const box = makeBox();
    joined(box);
    box.send({ type: 'timer', id: 'recorder' });
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.microphoneOpen()).toBe(false);
    expect(box.state().visit.recorder.notice).toBe('join');
  });

  it('C5, C6: says that the server records, who keeps what, and which keys answer', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.printed().at(-1)).toBe(
      'THIS SERVER IS RECORDING. The operator keeps one file per player. Press Enter to play, ctrl-C to leave.',
    );
  });

  it('C5: asks again after a reconnect and after a restart of the server', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'recorderState', state: 'recording' });
    box.send({ type: 'noticeAnswered', ok: true });

    box.session({ type: 'serverRestarted' });
    box.session({ type: 'recorderState', state: 'unknown' });
    expect(box.microphoneOpen()).toBe(false);
    box.session({ type: 'connected', channelId: 0 });
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.state().visit.recorder.notice).toBe('join');
    box.send({ type: 'noticeAnswered', ok: true });

    box.session({ type: 'ended', reason: 'timeout' });
    expect(box.microphoneOpen()).toBe(false);
    box.send({ type: 'timer', id: 'reconnect' });
    resolve(box);
    box.session({ type: 'recorderState', state: 'unknown' });
    box.session({ type: 'connected', channelId: 0 });
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.state().visit.recorder.notice).toBe('join');
    expect(box.microphoneOpen()).toBe(false);
  });

  it('C5: with an answer given in advance still tells, but does not wait', () => {
    const box = makeBox({ consent: { acceptRecording: true, acceptLicence: false } });
    joined(box);
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.microphoneOpen()).toBe(true);
    expect(box.printed()).toContain('THIS SERVER IS RECORDING. The operator keeps one file per player.');
  });
});

describe('recording that changes during play (privacy C5)', () => {
  it('C5: sound goes on when recording starts, and the notice stands until OK', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'recorderState', state: 'recording' });
    expect(box.microphoneOpen()).toBe(true);
    expect(box.state().visit.recorder.notice).toBe('started');
    expect(box.printed().at(-1)).toContain('THIS SERVER HAS STARTED RECORDING.');
    box.send({ type: 'noticeAnswered', ok: true });
    expect(box.state().visit.recorder.notice).toBe(null);
  });

  it('C5: leaves when the answer is LEAVE', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'recorderState', state: 'recording' });
    box.send({ type: 'noticeAnswered', ok: false });
    expect(box.state().link.kind).toBe('leaving');
  });

  it('C5: tells that recording has stopped, and only dismisses that', () => {
    const box = makeBox();
    playing(box);
    box.session({ type: 'recorderState', state: 'recording' });
    box.session({ type: 'recorderState', state: 'not-enabled' });
    expect(box.printed().at(-1)).toBe('Recording stopped.');
    box.send({ type: 'noticeAnswered', ok: false });
    expect(box.state()).toMatchObject({ link: { kind: 'connected' }, visit: { recorder: { notice: null } } });
  });
});

describe('the licence', () => {
  it('keeps the microphone closed until it is accepted', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'licenceRequired' });
    box.session({ type: 'recorderState', state: 'not-enabled' });
    expect(box.microphoneOpen()).toBe(false);
    box.send({ type: 'licenceAnswered', ok: true });
    expect(box.microphoneOpen()).toBe(true);
    expect(box.calls()).toEqual([{ method: 'acceptLicence' }]);
  });

  it('leaves when it is declined', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'licenceRequired' });
    box.send({ type: 'licenceAnswered', ok: false });
    expect(box.calls()).toEqual([{ method: 'leave' }]);
  });

  it('does not stand in for the answer about recording, nor the other way round', () => {
    const box = makeBox();
    joined(box);
    box.session({ type: 'licenceRequired' });
    box.session({ type: 'recorderState', state: 'recording' });
    box.send({ type: 'noticeAnswered', ok: true });
    expect(box.microphoneOpen()).toBe(false);
    box.send({ type: 'licenceAnswered', ok: true });
    expect(box.microphoneOpen()).toBe(true);
  });

  it('is accepted by setting for unattended boxes', () => {
    const box = makeBox({ consent: { acceptRecording: false, acceptLicence: true } });
    joined(box);
    box.session({ type: 'licenceRequired' });
    expect(box.calls()).toEqual([{ method: 'acceptLicence' }]);
  });
});

describe('the feedback guard', () => {
  it('is armed each time the microphone opens on a connection, not before', () => {
    const box = makeBox();
    joined(box);
    expect(types(box.all())).not.toContain('feedbackGuard');
    box.session({ type: 'recorderState', state: 'not-enabled' });
    expect(box.last()).toContainEqual({ type: 'feedbackGuard', watch: true });
  });

  it('is not armed while it is switched off', () => {
    const box = makeBox({ sound: { ...DEFAULT_SOUND, feedbackGuard: false } });
    playing(box);
    box.send({ type: 'mutePressed' });
    box.send({ type: 'mutePressed' });
    expect(types(box.all())).not.toContain('feedbackGuard');
  });

  it('stops watching when it is switched off, and mutes no more for what it had found just before', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'setSound', change: { feedbackGuard: false } });
    expect(box.last()).toEqual([{ type: 'feedbackGuard', watch: false }]);
    box.send({ type: 'feedbackGuardTripped' });
    expect(box.state().sound.mute).toBe('off');
    box.send({ type: 'setSound', change: { feedbackGuard: false } });
    expect(box.last()).toEqual([]);
  });

  it('watches when it is switched on while the musician is heard, else from the moment on when they are', () => {
    const box = makeBox({ sound: { ...DEFAULT_SOUND, feedbackGuard: false } });
    const on = (feedbackGuard: boolean) => box.send({ type: 'setSound', change: { feedbackGuard } });
    on(true);
    expect(box.last()).toEqual([]);
    on(false);
    playing(box);
    on(true);
    expect(box.last()).toEqual([{ type: 'feedbackGuard', watch: true }]);
    on(false);
    box.send({ type: 'mutePressed' });
    on(true);
    expect(box.last()).toEqual([]);
    box.send({ type: 'mutePressed' });
    expect(box.last()).toContainEqual({ type: 'feedbackGuard', watch: true });
  });

  it('leaves muted what it has muted when it is switched off; MUTE opens', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'feedbackGuardTripped' });
    box.send({ type: 'setSound', change: { feedbackGuard: false } });
    expect(box.state().sound.mute).toBe('feedback');
    box.send({ type: 'mutePressed' });
    expect(box.state().sound.mute).toBe('off');
    expect(box.last().filter(({ type }) => type === 'feedbackGuard')).toEqual([]);
  });

  it('mutes and tells why when it has tripped; MUTE opens again', () => {
    const box = makeBox();
    playing(box);
    box.send({ type: 'feedbackGuardTripped' });
    expect(box.last()).toContainEqual({ type: 'sound', sound: expect.objectContaining({ muted: true }) });
    expect(box.printed().at(-1)).toBe('Muted because of feedback. Use headphones, then unmute. [A2]');
    box.send({ type: 'mutePressed' });
    expect(box.state().sound.mute).toBe('off');
  });
});
