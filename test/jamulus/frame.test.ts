import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../src/jamulus/crc.ts';
import { buildFrame, isConnectionless, isMessage, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { createSplitReceiver, SPLIT_ID } from '../../src/jamulus/split.ts';

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** The worked frames of messages.md §1.4. */
const WORKED: readonly [string, number, Message][] = [
  ['00 00 20 00 00 01 00 00 f9 cc', 0, { type: 'CLIENT_ID', channelId: 0 }],
  ['00 00 01 00 00 02 00 20 00 62 b4', 0, { type: 'ACKN', acknowledgedId: 32 }],
  ['00 00 22 00 02 00 00 66 2c', 2, { type: 'REQ_SPLIT_MESS_SUPPORT' }],
  ['00 00 18 00 01 00 00 76 3f', 1, { type: 'CONN_CLIENTS_LIST', clients: [] }],
  ['00 00 0a 00 0a 02 00 06 00 a3 15', 10, { type: 'JITT_BUF_SIZE', blocks: 6 }],
  ['00 00 0a 00 ff 02 00 15 00 82 5f', 255, { type: 'JITT_BUF_SIZE', blocks: 21 }],
  ['00 00 1d 00 08 08 00 02 05 00 33 2e 39 2e 31 5f dd', 8, { type: 'VERSION_AND_OS', os: 2, version: '3.9.1' }],
  [
    '00 00 14 00 07 13 00 2e 00 00 00 01 00 01 80 bb 00 00 02 00 01 00 00 00 00 00 14 91',
    7,
    {
      type: 'NETW_TRANSPORT_PROPS',
      basePacketBytes: 46,
      blockFactor: 1,
      channels: 1,
      sampleRate: 48000,
      codec: 2,
      sequenceNumbers: true,
    },
  ],
  [
    '00 00 19 00 03 13 00 52 00 05 00 00 00 02 05 00 4a c3 b6 72 67 03 00 55 6c 6d 64 07',
    3,
    { type: 'CHANNEL_INFOS', countryCode: 82, instrument: 5, skill: 'intermediate', name: 'Jörg', city: 'Ulm' },
  ],
  ['00 00 0d 00 0c 03 00 03 11 11 91 c6', 12, { type: 'CHANNEL_GAIN', channelId: 3, gain: 4369 / 32768 }],
  ['00 00 12 00 01 04 00 02 00 48 69 2b 94', 1, { type: 'CHAT_TEXT', text: 'Hi' }],
  ['00 00 e9 03 00 04 00 40 e2 01 00 93 f3', 0, { type: 'CLM_PING_MS', timeMs: 123456 }],
  ['00 00 ea 03 00 05 00 39 30 00 00 02 3e bc', 0, { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: 12345, clients: 2 }],
  ['00 00 ef 03 00 00 00 18 cb', 0, { type: 'CLM_REQ_SERVER_LIST' }],
  ['00 00 f2 03 00 00 00 38 ee', 0, { type: 'CLM_DISCONNECTION' }],
  ['00 00 eb 03 00 00 00 1e 42', 0, { type: 'CLM_SERVER_FULL' }],
  ['00 00 f8 03 00 01 00 00 dd 8b', 0, { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' }],
  ['00 00 f7 03 00 01 00 f0 c1 a1', 0, { type: 'CLM_CHANNEL_LEVEL_LIST', levels: [0] }],
  ['00 00 f7 03 00 02 00 53 f8 22 c7', 0, { type: 'CLM_CHANNEL_LEVEL_LIST', levels: [3, 5, 8] }],
];

describe('the checksum', () => {
  it('has the check value of CRC-16/GENIBUS', () => {
    expect(crc16(new TextEncoder().encode('123456789'), 9)).toBe(0xd64e);
    expect(crc16(new Uint8Array(0), 0)).toBe(0);
  });
});

describe('a message frame', () => {
  it.each(WORKED)('%s is understood and built', (hex, counter, message) => {
    const frame = parseFrame(bytes(hex));
    expect(frame?.counter).toBe(counter);
    expect(decodeMessage(frame!.id, frame!.body)).toEqual(message);
    expect(messageDatagram(message, counter)).toEqual(bytes(hex));
  });

  it('of a split part is understood and built', () => {
    const datagram = bytes('00 00 d1 07 04 07 00 12 00 02 01 61 62 63 0b d8');
    const frame = parseFrame(datagram)!;
    expect(frame.id).toBe(SPLIT_ID);
    expect(buildFrame(SPLIT_ID, 4, bytes('12 00 02 01 61 62 63'))).toEqual(datagram);
    const receiver = createSplitReceiver();
    expect(receiver.accept(bytes('12 00 02 00 05 00 48 69'))).toBeUndefined();
    expect(receiver.accept(frame.body)).toEqual({ id: 18, body: bytes('05 00 48 69 61 62 63') });
  });

  it('keeps ID, counter and body', () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 255 }),
      fc.uint8Array({ maxLength: 600 }),
      (id, counter, body) => {
        expect(parseFrame(buildFrame(id, counter, body))).toEqual({ id, counter, body });
      },
    );
    fc.assert(property);
  });
});

describe('telling messages from audio', () => {
  const ping = bytes('00 00 e9 03 00 04 00 40 e2 01 00 93 f3');

  it('takes nothing and short datagrams for audio', () => {
    expect(isMessage(ping, 0)).toBe(false);
    expect(isMessage(ping, 8)).toBe(false);
  });

  it('takes a message with one bit changed for audio', () => {
    for (let bit = 0; bit < ping.length * 8; bit++) {
      const damaged = ping.slice();
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
      expect(isMessage(damaged, damaged.length)).toBe(false);
    }
  });

  it('takes a message that is cut off, or has more bytes, for audio', () => {
    for (let length = 0; length < ping.length; length++) expect(isMessage(ping, length)).toBe(false);
    expect(parseFrame(Uint8Array.from([...ping, 0]))).toBeUndefined();
  });

  it('works in a larger buffer and never reads past it', () => {
    const buffer = new Uint8Array(2000).fill(0xee);
    buffer.set(ping);
    expect(isMessage(buffer, ping.length)).toBe(true);
    expect(isMessage(ping, ping.length + 1)).toBe(false);
  });

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (random) => {
        parseFrame(random);
      }),
    );
  });

  it('knows which messages need no connection', () => {
    expect([999, 1000, 1999, 2000, 2001].map(isConnectionless)).toEqual([false, true, true, false, false]);
  });
});
