import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UpdateReport } from '../../src/box/state.ts';
import {
  beginHealth,
  DEADLINE_MS,
  type HealthSample,
  healthStep,
  parseHealth,
  WELL_MS,
} from '../../src/update/health.ts';
import { isNewer, parseLatest } from '../../src/update/latest.ts';
import { bundleVersion, installProgress } from '../../src/update/rauc.ts';
import { parseReport, reportText } from '../../src/update/report.ts';

const VERSION = '0.2.0+20261124.abc1234';

describe('the report that root writes', () => {
  const version = fc.stringMatching(/^[0-9A-Za-z.+_-]{1,64}$/);
  const report: fc.Arbitrary<UpdateReport> = fc.record({
    update: fc.oneof(
      fc.constantFrom({ kind: 'none' as const }, { kind: 'restarting' as const }),
      fc.record({ kind: fc.constantFrom('available' as const, 'undone' as const, 'old-bootloader' as const), version }),
      fc.record({
        kind: fc.constant('installing' as const),
        version,
        progress: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    ),
    check: fc.boolean(),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(report, (one) => {
        // There is no -0 in JSON.
        expect(parseReport(reportText(one))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
    );
  });

  it('is nothing when it is cut off, foreign, or would draw what nobody wrote', () => {
    const whole = reportText({ update: { kind: 'available', version: VERSION }, check: false }).trim();
    for (let length = 0; length < whole.length; length++) expect(parseReport(whole.slice(0, length))).toBeUndefined();
    for (const text of ['null', '[]', '{"kind":"new-kind"}', '{"kind":"available","version":"\\u0007"}']) {
      expect(parseReport(text)).toBeUndefined();
    }
  });

  it('means that nobody is asked where it does not say so', () => {
    expect(parseReport('{"kind":"none"}')).toEqual({ update: { kind: 'none' }, check: false });
  });
});

describe('the latest version', () => {
  const from = 'https://updates.example.org/boxes/latest.json';
  const latest = (bundle: string) => parseLatest(JSON.stringify({ version: VERSION, bundle }), from);

  it('has its bundle beside the file that names it, or anywhere with https', () => {
    expect(latest('box.raucb')).toEqual({ version: VERSION, url: 'https://updates.example.org/boxes/box.raucb' });
    expect(latest('https://elsewhere.example/b.raucb')?.url).toBe('https://elsewhere.example/b.raucb');
  });

  it('is never fetched without https, nor from a file', () => {
    expect(latest('http://updates.example.org/b.raucb')).toBeUndefined();
    expect(latest('file:///etc/passwd')).toBeUndefined();
    expect(parseLatest('not json', from)).toBeUndefined();
  });

  it('is newer by its numbers, then by its build, and never by its commit', () => {
    const ordered = ['0.1.0+20261123.fff', '0.1.0+20261124.aaa', '0.1.10', '0.2.0+1.9', '1.0.0'];
    for (const [i, one] of ordered.entries()) {
      for (const [j, other] of ordered.entries())
        expect([one, other, isNewer(one, other)]).toEqual([one, other, i > j]);
    }
    expect(isNewer('0.1.0+20261123.bbb', '0.1.0+20261123.aaa')).toBe(false);
    expect(isNewer('0.1.0+20261123.9999999', '0.1.0+20261123.1')).toBe(false);
  });

  it('is never newer when it has no numbers', () => {
    expect(isNewer('latest', '0.1.0')).toBe(false);
    expect(isNewer('0.2.0', 'unknown')).toBe(false);
  });
});

describe('what rauc prints', () => {
  it('names the version of a bundle for this machine only', () => {
    const printed = { compatible: 'jambox-pi-arm64', version: VERSION, hooks: [], images: [{ rootfs: {} }] };
    expect(bundleVersion(JSON.stringify(printed))).toBe(VERSION);
    expect(bundleVersion(JSON.stringify({ ...printed, compatible: 'toaster' }))).toBeUndefined();
    expect(bundleVersion(JSON.stringify({ ...printed, version: '$(reboot)' }))).toBeUndefined();
    expect(bundleVersion('')).toBeUndefined();
  });

  it('tells how far an installation is', () => {
    expect(installProgress(' 40% Copying image to rootfs.1')).toBe(0.4);
    expect(installProgress('100% Installing done.')).toBe(1);
    expect(installProgress('Installing `/x/50% more.raucb`')).toBeUndefined();
  });
});

describe('the health check', () => {
  /** Looks once a second; the sample of each second. */
  function verdict(sampleAt: (second: number) => HealthSample): { readonly verdict: string; readonly second: number } {
    let watch = beginHealth(0);
    for (let second = 0; ; second++) {
      const step = healthStep(watch, sampleAt(second), second * 1000);
      watch = step.watch;
      if (step.verdict !== 'wait') return { verdict: step.verdict, second };
    }
  }
  const fedEvery = (seconds: number, second: number) => 1 + Math.floor(second / seconds);

  it('is passed by a box that feeds its watchdog for 30 s', () => {
    const begins = 20;
    const sample = (second: number) =>
      second < begins ? { active: false, pid: 7, fed: 0 } : { active: true, pid: 7, fed: fedEvery(5, second) };
    expect(verdict(sample)).toEqual({ verdict: 'healthy', second: begins + WELL_MS / 1000 });
  });

  it('is failed by a box that never comes up', () => {
    const failed = { verdict: 'failed', second: DEADLINE_MS / 1000 };
    expect(verdict(() => ({ active: false, pid: 0, fed: 0 }))).toEqual(failed);
  });

  it('is failed by a box that is up and stands still', () => {
    expect(verdict(() => ({ active: true, pid: 7, fed: 1 })).verdict).toBe('failed');
  });

  it('is failed by a box that is started again every 20 s', () => {
    const sample = (second: number) => ({ active: true, pid: 100 + Math.floor(second / 20), fed: 1 + second });
    expect(verdict(sample).verdict).toBe('failed');
  });

  it('reads what systemctl shows', () => {
    expect(parseHealth('ActiveState=active\nWatchdogTimestampMonotonic=123456\nMainPID=42\n')).toEqual({
      active: true,
      pid: 42,
      fed: 123456,
    });
    expect(parseHealth('')).toEqual({ active: false, pid: 0, fed: 0 });
  });
});
