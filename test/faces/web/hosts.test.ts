/** DNS rebinding and posts of other pages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnHost, isOwnOrigin } from '../../../src/faces/web/http/hosts.ts';
import { RateLimit } from '../../../src/faces/web/http/rate-limit.ts';

const NAMES = { hostName: 'Jambox-7F3A', addresses: ['127.0.0.1', '192.168.1.7', 'fe80::1', '2001:db8::7'] };

describe('names that the box answers to', () => {
  it.each([
    'jambox-7f3a',
    'JAMBOX-7F3A.local',
    'jambox-7f3a.local.',
    'jambox-7f3a.local:80',
    'localhost:8080',
    '127.0.0.1',
    '192.168.1.7:22180',
    '[fe80::1]:80',
    '[2001:0db8:0::7]',
  ])('%s is its own', (host) => expect(isOwnHost(host, NAMES)).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'jambox-7f3a.evil.example',
    'jambox-7f3a.local.evil.example',
    '192.168.1.8',
    '192.168.1.7.evil.example',
    '[::1]',
    '[2001:db8::8]',
    '[]',
    '[192.168.1.7]',
    'localhost:',
    'localhost:x',
    'user@localhost',
    'localhost/evil',
    'localhost evil',
    '0x7f.1',
  ])('%s is not', (host) => expect(isOwnHost(host, NAMES)).toBe(false));

  it('without a host name no empty one is its own', () => {
    expect(isOwnHost('', { hostName: '', addresses: [] })).toBe(false);
    expect(isOwnHost('.local', { hostName: '', addresses: [] })).toBe(false);
  });

  it('whatever is sent, nothing is thrown, and only known names pass', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.domain(),
          fc.ipV4(),
          fc.ipV6().map((text) => `[${text}]`),
        ),
        (host) => {
          if (isOwnHost(host, NAMES))
            expect(host.toLowerCase()).toMatch(/^(localhost|jambox-7f3a|127\.|192\.168\.1\.7|\[)/);
        },
      ),
    );
  });
});

describe('origins', () => {
  const own = (origin?: string, fetchSite?: string) => isOwnOrigin({ host: 'jambox-7f3a.local', origin, fetchSite });

  it('the own page and programs that are no browsers may', () => {
    expect(own('http://jambox-7f3a.local', 'same-origin')).toBe(true);
    expect(own('http://jambox-7f3a.local')).toBe(true);
    expect(own()).toBe(true);
    expect(own(undefined, 'none')).toBe(true);
  });

  it.each(['http://evil.example', 'null', 'https://jambox-7f3a.local', 'http://jambox-7f3a.local:81', ''])(
    'not %s',
    (origin) => expect(own(origin)).toBe(false),
  );

  it('not what a browser says to be of another site, even of a sister', () => {
    expect(own(undefined, 'cross-site')).toBe(false);
    expect(own(undefined, 'same-site')).toBe(false);
    expect(own('http://jambox-7f3a.local', 'cross-site')).toBe(false);
  });
});

describe('how often one may ask', () => {
  it('a burst, then so many a second; others are not held up', () => {
    const limit = new RateLimit({ perSecond: 10, burst: 5 });
    const burst = Array.from({ length: 10 }, () => limit.allows('a', 0));
    expect(burst.filter(Boolean)).toHaveLength(5);
    expect(limit.allows('b', 0)).toBe(true);
    expect(limit.allows('a', 99)).toBe(false);
    expect(limit.allows('a', 200)).toBe(true);
  });

  it('others are remembered up to a thousand; then the one that has not asked for longest begins anew', () => {
    const limit = new RateLimit({ perSecond: 0, burst: 1 });
    expect(limit.allows('first', 0)).toBe(true);
    for (let i = 1; i < 1000; i++) limit.allows(`${i}`, 0);
    expect(limit.allows('first', 0)).toBe(false);
    limit.allows('one more', 0);
    expect([limit.allows('first', 0), limit.allows('1', 0)]).toEqual([false, true]);
  });

  it('never more than the burst and the rate together, whenever they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 300 }), (waits) => {
        const limit = new RateLimit({ perSecond: 10, burst: 5 });
        let nowMs = 0;
        let allowed = 0;
        for (const wait of waits) {
          nowMs += wait;
          if (limit.allows('a', nowMs)) allowed += 1;
        }
        expect(allowed).toBeLessThanOrEqual(5 + nowMs / 100 + 1);
      }),
    );
  });
});
