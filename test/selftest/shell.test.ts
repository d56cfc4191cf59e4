import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FRAME_WIDTH, pixelAt } from '../../src/faces/panel/frame.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { EV_KEY, EV_REL } from '../../src/linux/evdev/input-event.ts';
import { KEY_CODES } from '../../src/linux/evdev/panel-controls.ts';
import { LED_NAMES } from '../../src/linux/leds.ts';
import { SSD1306 } from '../../src/linux/oled/ssd1306.ts';
import { hasCore, readMachine } from '../../src/selftest/machine-reading.ts';
import { PARTS, readOptions } from '../../src/selftest/options.ts';
import { blinkLamps, openControls, tryOled } from '../../src/selftest/panel-run.ts';
import { pingServer } from '../../src/selftest/ping.ts';
import { testPicture } from '../../src/selftest/test-picture.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { framesToPng } from '../faces/panel/png.ts';
import { fakeInput, record, SYN_REPORT } from '../linux/evdev/fake-input.ts';
import { DisplayModel } from '../linux/oled/display-model.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) writeBelow(root, path, content);
}

describe('The options', () => {
  it('are all parts for ten and sixty seconds, when nothing is said', () => {
    expect(readOptions([])).toMatchObject({
      ...{ parts: PARTS, priority: 80, latenessSeconds: 10, soundSeconds: 60, loop: false, keys: false },
      settingsPath: '/boot/firmware/box.toml',
    });
  });

  it('choose parts, in the order of the test', () => {
    expect(readOptions(['--only', 'network,machine', '--core', '3'])).toMatchObject({
      parts: ['machine', 'network'],
      core: 3,
    });
  });

  it.each([
    [['--only', 'sond'], '--only: machine'],
    [['--period', '65'], '--period: 32, 64'],
    [['--priority', '99'], '--priority: a whole number from 1 to 98'],
    [['--lop'], '--lop'],
    [['stray'], 'stray'],
  ])('that are wrong (%s) are a sentence', (argv, words) => {
    expect(readOptions(argv)).toEqual({ error: expect.stringContaining(words) });
  });
});

describe('The reading of the machine', () => {
  it('takes what the kernel says', () => {
    put({
      'sys/firmware/devicetree/base/model': 'Raspberry Pi 4 Model B Rev 1.5\0',
      'proc/sys/kernel/osrelease': '6.12.117+deb13-rt-arm64\n',
      'proc/cmdline': 'jb.slot=A isolcpus=managed_irq,domain,3 nohz_full=3 rcu_nocbs=3 irqaffinity=0-2 threadirqs\n',
      'proc/swaps': 'Filename Type Size Used Priority\n',
      'proc/mounts':
        'overlay / overlay rw,relatime,lowerdir=/ro,upperdir=/rw/upper 0 0\n/dev/mmcblk0p7 /data ext4 rw,noatime 0 0\n',
      'sys/kernel/realtime': '1\n',
      'sys/devices/system/cpu/isolated': '3\n',
      'sys/devices/system/cpu/nohz_full': '3\n',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
      'sys/devices/system/cpu/cpu3/cpufreq/scaling_governor': 'performance\n',
      'sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq': '1500000\n',
      'sys/devices/system/cpu/cpu3/cpufreq/cpuinfo_max_freq': '1500000\n',
      'data/jambox/state.json': '',
    });
    expect(readMachine(root, 3)).toMatchObject({
      ...{ board: { model: 'Raspberry Pi 4 Model B Rev 1.5' }, kernel: '6.12.117+deb13-rt-arm64', preemptRt: true },
      ...{ isolated: '3', nohzFull: '3', rcuNocbs: '3', governors: ['performance', 'performance'] },
      ...{ clockKhz: 1_500_000, fullClockKhz: 1_500_000, swapAreas: 0, dataWritable: true },
      root: { type: 'overlay', readOnly: false, lower: '/ro' },
      data: { type: 'ext4', readOnly: false, lower: null },
      dataFreeBytes: expect.any(Number),
      dataBytes: expect.any(Number),
    });
  });

  it('of a machine that says nothing is no error', () => {
    expect(readMachine(join(root, 'nowhere'), 3)).toMatchObject({
      ...{
        board: { model: null, chip: null },
        kernel: null,
        preemptRt: false,
        isolated: null,
        governors: [],
        clockKhz: null,
      },
      ...{ root: null, data: null, dataWritable: false, dataFreeBytes: null, dataBytes: null },
    });
  });

  it('understands lists of cores', () => {
    expect([0, 2, 3, 5, 6].filter((core) => hasCore('0-2,5', core))).toEqual([0, 2, 5]);
    expect(hasCore('', 0)).toBe(false);
    expect(hasCore(null, 0)).toBe(false);
  });
});

describe('The panel', () => {
  const { panel } = parseInstallerText('').settings;

  it('shows a picture that reaches every corner, and goes dark', async () => {
    const display = new DisplayModel('ssd1306');
    let seen: boolean[][] = [];
    const looking = setTimeout(() => {
      seen = display.pixels();
    }, 1500);
    expect(await tryOled(SSD1306, panel, display)).toBeUndefined();
    clearTimeout(looking);
    expect(display.lit).toBe(false);
    const frame = testPicture();
    seen.forEach((row, y) => {
      row.forEach((pixel, x) => {
        expect(pixel).toBe(pixelAt(frame, x, y));
      });
    });
    expect([seen[0]?.[0], seen[0]?.[FRAME_WIDTH - 1], seen[63]?.[0], seen[63]?.[FRAME_WIDTH - 1]]).toEqual(
      Array(4).fill(true),
    );
    mkdirSync('test/out', { recursive: true });
    writeFileSync('test/out/selftest-picture.png', framesToPng([frame], 1, 4));
  });

  it('that does not answer is told in the words of the bus', async () => {
    expect(await tryOled(SSD1306, panel, { write: () => ({ error: 'Remote I/O error' }) })).toBe('Remote I/O error');
  });

  it('hears every control that it asks for', async () => {
    const input = fakeInput();
    input.plugIn('event0', 'jambox-keys');
    input.plugIn('event1', 'jambox-encoder');
    const controls = openControls('encoder', input);
    expect(controls.devices().toSorted()).toEqual(['jambox-encoder', 'jambox-keys']);
    const answers = [
      ['event0', record(EV_KEY, KEY_CODES.connect, 1)],
      ['event0', record(EV_KEY, KEY_CODES.mute, 1)],
      ['event1', record(EV_REL, 7, 1)],
      ['event1', record(EV_REL, 7, -1)],
      ['event0', record(EV_KEY, KEY_CODES.knob, 1)],
    ] as const;
    const asked: string[] = [];
    const pressed = await controls.askAll((line) => {
      const [node, bytes] = answers[asked.length]!;
      asked.push(line);
      input.write(node, bytes, SYN_REPORT);
      // Pipes do not signal as devices do.
      setTimeout(() => process.emit('SIGIO'), 20);
    });
    controls.close();
    input.remove();
    expect(asked).toHaveLength(5);
    expect(pressed.every(({ seen }) => seen)).toBe(true);
  });

  it('lights the lamps that are there, and leaves them dark', async () => {
    put({ [`${LED_NAMES.mute}/trigger`]: '', [`${LED_NAMES.mute}/brightness`]: '' });
    expect(await blinkLamps(root)).toEqual([LED_NAMES.mute]);
    expect(readFileSync(join(root, LED_NAMES.mute, 'brightness'), 'utf8')).toMatch(/^0/);
  });
});

describe('The ping', () => {
  it('measures a server that answers, not what others send', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    let asked = 0;
    server.on('message', (datagram, from) => {
      const frame = parseFrame(datagram)!;
      const ping = decodeMessage(frame.id, frame.body);
      if (ping.type !== 'CLM_PING_MS_WITHNUMCLIENTS') throw new Error(ping.type);
      asked++;
      server.send(Uint8Array.of(1, 2, 3), from.port, from.address);
      server.send(messageDatagram({ ...ping, timeMs: 99_999 }), from.port, from.address);
      if (asked !== 5) server.send(messageDatagram({ ...ping, clients: 4 }), from.port, from.address);
    });
    const { port } = server.address();
    const answer = await pingServer({ host: '127.0.0.1', port, kind: 'ipv4', portGiven: true });
    server.close();
    expect(answer).toMatchObject({ kind: 'pinged', sent: 20, musicians: 4 });
    if (answer.kind !== 'pinged') return;
    expect(answer.timesMs).toHaveLength(19);
    expect(answer.timesMs.every((ms) => ms >= 0 && ms < 1000)).toBe(true);
  });
});
