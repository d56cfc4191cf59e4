import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../../src/jamulus/messages/message.ts';
import { MESSAGES } from './arbitraries.ts';

/** Bodies of requests and notices without fields are not looked at; a level list has no end of its own. */
const WITH_FIELDS = Object.entries(MESSAGES).filter(([type, messages]) => {
  const [message] = fc.sample(messages, 1);
  return Object.keys(message!).length > 1 && type !== 'CLM_CHANNEL_LEVEL_LIST';
});

function decodeHex(id: number, hex: string) {
  return decodeMessage(id, new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).type;
}

function bodyOf(message: Message): Uint8Array {
  return encodeMessage(message).body;
}

describe.each(Object.entries(MESSAGES))('%s', (type, messages) => {
  it('survives encoding and decoding', () => {
    const property = fc.property(messages, (message) => {
      const { id, body } = encodeMessage(message);
      expect(decodeMessage(id, body)).toEqual(message);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('never throws on random bodies, and what it accepts it can encode again', () => {
    const id = encodeMessage(fc.sample(messages, 1)[0]!).id;
    const property = fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      const message = decodeMessage(id, body);
      if (message.type === 'REJECTED' || message.type === 'UNKNOWN') return;
      expect(message.type).toBe(type);
      // Only 15 as a low nibble can't be told apart when written; no meter gives it.
      if (message.type === 'CLM_CHANNEL_LEVEL_LIST' && message.levels.includes(15)) return;
      const again = encodeMessage(message);
      expect(decodeMessage(again.id, again.body)).toEqual(message);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('is rejected or understood, never misread past its end, when cut off anywhere', () => {
    const property = fc.property(messages, fc.nat(), (message, cut) => {
      const { id, body } = encodeMessage(message);
      if (body.length === 0) return; // nothing to cut
      const decoded = decodeMessage(id, body.subarray(0, cut % body.length));
      // Lists may end after any entry, levels after any byte.
      if (!/_LIST$/.test(type) || type === 'REQ_CHANNEL_LEVEL_LIST') expect(decoded.type).toBe('REJECTED');
      else expect([type, 'REJECTED']).toContain(decoded.type);
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe.each(WITH_FIELDS)('%s', (_type, messages) => {
  it('is rejected with a byte too many', () => {
    const property = fc.property(messages, (message) => {
      const { id, body } = encodeMessage(message);
      expect(decodeMessage(id, Uint8Array.from([...body, 0])).type).toBe('REJECTED');
    });
    fc.assert(property, { numRuns: 30 });
  });
});

describe('receivers reject, as the specification says,', () => {
  it.each([
    ['jitter size 0', 10, '00 00'],
    ['jitter size 22', 10, '16 00'],
    ['a gain for channel 150', 13, '96 00 80'],
    ['a pan for channel 255', 30, 'ff 00 40'],
    ['packets of 9 bytes', 20, '09000000 0100 01 80bb0000 0200 0100 00000000'],
    ['packets of 20001 bytes', 20, '214e0000 0100 01 80bb0000 0200 0100 00000000'],
    ['a block factor of 3', 20, '2e000000 0300 01 80bb0000 0200 0100 00000000'],
    ['three channels', 20, '2e000000 0100 03 80bb0000 0200 0100 00000000'],
    ['no codec', 20, '2e000000 0100 01 80bb0000 0000 0100 00000000'],
    ['codec 4', 20, '2e000000 0100 01 80bb0000 0400 0100 00000000'],
    ['licence type 2', 27, '02'],
    ['recorder state 0', 33, '00'],
    ['recorder state 4', 33, '04'],
    ['registration result 4', 1016, '04'],
    ['an empty version', 29, ''],
    ['text that runs past the body', 18, '05 00 48 69'],
    ['a registration from no address', 1004, '0000 0000 00 00 0000 0300 612e62 0000'],
    ['76 bytes of levels', 1015, '00'.repeat(76)],
  ])('%s', (_what, id, hex) => {
    expect(decodeHex(id, hex)).toBe('REJECTED');
  });

  it('text that is one UTF-16 unit too long', () => {
    const long = (units: number) => {
      const length = Buffer.alloc(2);
      length.writeUInt16LE(units);
      return `${length.toString('hex')}${'61'.repeat(units)}`;
    };
    expect(decodeHex(18, long(1800))).toBe('CHAT_TEXT');
    expect(decodeHex(18, long(1801))).toBe('REJECTED');
    expect(decodeHex(29, `02${long(50)}`)).toBe('VERSION_AND_OS');
    expect(decodeHex(29, `02${long(51)}`)).toBe('REJECTED');
    expect(decodeHex(25, `0000 00000000 00 ${long(16)} ${long(20)}`)).toBe('CHANNEL_INFOS');
    expect(decodeHex(25, `0000 00000000 00 ${long(17)} 0000`)).toBe('REJECTED');
    expect(decodeHex(25, `0000 00000000 00 0000 ${long(21)}`)).toBe('REJECTED');
  });

  it.each([12, 14, 15, 17, 19, 22, 37, 2, 0, 1000, 1023, 65535])('nothing of the unknown or obsolete %i', (id) => {
    expect(decodeHex(id, '00 00')).toBe('UNKNOWN');
  });
});

describe('receivers tolerate, as the specification says,', () => {
  it('any body of a request', () => {
    expect(decodeHex(11, '01 02 03')).toBe('REQ_JITT_BUF_SIZE');
    expect(decodeHex(1007, '01')).toBe('CLM_REQ_SERVER_LIST');
  });

  it('transport flags they do not know, as "no sequence numbers"', () => {
    const body = new Uint8Array(Buffer.from('2e00000001000180bb00000200030000000000', 'hex'));
    expect(decodeMessage(20, body)).toMatchObject({ type: 'NETW_TRANSPORT_PROPS', sequenceNumbers: false });
  });

  it('invalid UTF-8, with replacement characters', () => {
    expect(decodeMessage(18, Uint8Array.of(3, 0, 0x61, 0xff, 0x62))).toEqual({ type: 'CHAT_TEXT', text: 'a\ufffdb' });
  });

  it('an unknown skill level, and a received pan beyond the right', () => {
    const person = new Uint8Array(Buffer.from('000000000000070000 0000'.replaceAll(' ', ''), 'hex'));
    expect(decodeMessage(25, person)).toMatchObject({ type: 'CHANNEL_INFOS', skill: 'not-set' });
    expect(decodeMessage(30, Uint8Array.of(1, 0xff, 0xff))).toEqual({ type: 'CHANNEL_PAN', channelId: 1, pan: 1 });
  });

  it('a gain of up to 2', () => {
    expect(decodeMessage(13, Uint8Array.of(1, 0xff, 0xff))).toMatchObject({ gain: 65535 / 32768 });
  });
});

describe('senders', () => {
  it('cut text to the limit of its field', () => {
    const body = bodyOf({
      type: 'CHANNEL_INFOS',
      countryCode: 0,
      instrument: 0,
      skill: 'not-set',
      name: 'n'.repeat(99),
      city: 'c'.repeat(99),
    });
    expect(decodeMessage(25, body)).toMatchObject({ name: 'n'.repeat(16), city: 'c'.repeat(20) });
    expect(decodeMessage(18, bodyOf({ type: 'CHAT_TEXT', text: 'x'.repeat(5000) }))).toMatchObject({
      text: 'x'.repeat(1800),
    });
  });

  it('write the server list as captured', () => {
    const first = { address: '0.0.0.0', port: 0, countryCode: 82, maxClients: 10, permanent: true };
    const second = { address: '127.0.0.1', port: 56070, countryCode: 82, maxClients: 10, permanent: false };
    const body = bodyOf({
      type: 'CLM_SERVER_LIST',
      servers: [
        { ...first, name: 'MyDir', city: 'Ulm' },
        { ...second, name: 'My Server', city: 'Berlin' },
      ],
    });
    const hex = Buffer.from(body).toString('hex');
    expect(hex).toBe(
      '00000000000052000a0105004d7944697200000300556c6d0100007f06db52000a0009004d79205365727665720000' +
        '06004265726c696e',
    );
  });
});
