/** 33 RECORDER_STATE. Server to client: the notice that the session is, or is not, recorded (sessions.md §9). */
import { type RecorderState, recorderState, recorderStateToWire } from '../enumerations.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface RecorderStateMessage {
  readonly type: 'RECORDER_STATE';
  readonly state: RecorderState;
}

export const recorderStateMessage: MessageCodec<RecorderStateMessage> = {
  type: 'RECORDER_STATE',
  id: 33,
  encode: (message) => new BodyWriter().u8(recorderStateToWire(message.state)).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const state = recorderState(reader.u8());
    return reader.complete() && state !== undefined ? { type: 'RECORDER_STATE', state } : undefined;
  },
};
