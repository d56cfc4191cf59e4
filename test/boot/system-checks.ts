/** Checks of the running system: the audio thread's place, what is writable, which ports are open, what started when. */
import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from './box.ts';
import type { ThreadSeen } from './guest/threads.ts';
import { OUT } from './products.ts';
import type { Steps } from './steps.ts';

/** As image/boot/cmdline.txt and systemd/ have them. */
const AUDIO_CORE = 3;
/** usr/lib/jambox/tune-cores, on a machine whose interrupts can be moved. */
const NETWORK_CORE = 1;
const AUDIO_PRIORITY = 80;
const SCHED_FIFO = 1;
const MOST_EXPOSURE = 1.5;

interface Ports {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** Ports that the box listens on for others, and no others: docs/boot.md has the list. */
const TCP_PORTS: readonly Ports[] = [{ from: 80, to: 80, what: 'the page for phones' }];
const UDP_PORTS: readonly Ports[] = [
  { from: 22_134, to: 22_333, what: 'Jamulus' },
  { from: 5353, to: 5353, what: 'finding boxes in the room (mDNS)' },
  { from: 68, to: 68, what: 'address from the router (DHCP)' },
  { from: 546, to: 546, what: 'address from the router (DHCPv6)' },
];

/** @throws where something is not as it has to be; all that is wrong is in one error */
export async function checkSystem(box: Box, { note }: Steps): Promise<void> {
  const wrong: string[] = [];
  const check = async (what: string, look: () => Promise<void>) => {
    try {
      await look();
      note(`${what}: ok`);
    } catch (error) {
      const text = `${what}: ${error instanceof Error ? error.message : error}`;
      note(`WRONG: ${text}`);
      wrong.push(text);
    }
  };
  await check('audio thread and its core', async () => {
    const threads = await box.threads();
    writeFileSync(join(OUT, 'threads.json'), `[\n${threads.map((thread) => JSON.stringify(thread)).join(',\n')}\n]\n`);
    note(audioCoreFacts(threads));
  });
  await check('kernel: real-time, isolated core', async () => {
    const read = (path: string) => box.output(`cat /sys/${path}`).then((text) => text.trim());
    // /sys/kernel/realtime is Debian's own and gone with 7.3.
    assert.match(await box.output('cat /proc/version'), /PREEMPT_RT/);
    assert.equal(await read('devices/system/cpu/isolated'), `${AUDIO_CORE}`);
    assert.equal(await read('devices/system/cpu/nohz_full'), `${AUDIO_CORE}`);
  });
  await check('interrupts of the network on their core', async () => {
    const numbers = [...(await box.output('cat /proc/interrupts')).matchAll(/^ *(\d+):.* virtio\d+-(?:in|out)put/gm)];
    assert.ok(numbers.length > 0, 'none');
    for (const [, number] of numbers)
      assert.equal((await box.output(`cat /proc/irq/${number}/smp_affinity_list`)).trim(), `${NETWORK_CORE}`);
  });
  await check('root read-only, nothing but /data is written', async () =>
    checkMounts(await box.output('cat /proc/mounts')),
  );
  await check('no swap', async () => assert.equal((await box.output('cat /proc/swaps')).trim().split('\n').length, 1));
  await check('journal in memory only', async () => {
    assert.equal((await box.output('ls -A /var/log/journal 2>/dev/null || true')).trim(), '');
    assert.notEqual((await box.output('ls -A /run/log/journal')).trim(), '');
  });
  await check('open ports', async () => {
    const sockets = await box.output('cat /proc/net/udp /proc/net/udp6; echo TCP; cat /proc/net/tcp /proc/net/tcp6');
    note(openPorts(sockets).join(', '));
  });
  await check('no unit has failed', async () => {
    const failed = (await box.output('systemctl --failed --no-legend --plain')).trim();
    if (failed !== '')
      note(await box.output(`systemctl status --no-pager --lines=20 ${failed.split(/\s/)[0]} || true`));
    assert.equal(failed, '');
  });
  await check(`systemd-analyze security: at most ${MOST_EXPOSURE}`, async () => {
    const report = await box.output('systemd-analyze security --no-pager jambox.service');
    writeFileSync(join(OUT, 'security.txt'), report);
    const exposure = Number(/exposure level for jambox.service: ([\d.]+)/.exec(report)?.[1]);
    note(`${exposure}`);
    assert.ok(exposure <= MOST_EXPOSURE, `${exposure}`);
  });
  await check('nobody can log in', async () => {
    const units = await box.output(
      'systemctl list-units --no-legend --plain "getty*" "serial-getty*" "ssh*" "console*"',
    );
    assert.equal(
      units
        .split('\n')
        .filter((line) => /\bactive\b/.test(line) && !/\.(target|slice)/.test(line))
        .join(),
      '',
    );
    assert.match(await box.output('grep ^root: /etc/shadow'), /^root:[*!]/);
  });
  await check('the card is used to its end', async () => {
    const kilobytes = Number((await box.output('df -k --output=size /data | tail -1')).trim());
    note(`/data has ${Math.round(kilobytes / 1024)} MB`);
    assert.ok(kilobytes > 384 * 1024, `${kilobytes} kB`);
  });
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** @throws unless the audio thread is where it should be, alone but for the kernel's threads of that core */
export function audioCoreFacts(threads: readonly ThreadSeen[]): string {
  const audio = threads.filter(
    ({ isKernel, policy, priority }) => !isKernel && policy === SCHED_FIFO && priority === AUDIO_PRIORITY,
  );
  const [thread] = audio;
  if (thread === undefined || audio.length !== 1)
    throw new Error(`${audio.length} threads with FIFO ${AUDIO_PRIORITY}`);
  assert.equal(thread.allowed, `${AUDIO_CORE}`);
  assert.equal(thread.core, AUDIO_CORE);
  const others = threads.filter(
    (one) => one !== thread && (one.core === AUDIO_CORE || mayRunOn(one.allowed, AUDIO_CORE)),
  );
  const name = ({ process, name: own, tid }: ThreadSeen) => `${process}/${own} (${tid})`;
  const users = others.filter(({ isKernel }) => !isKernel);
  assert.deepEqual(users.map(name), [], 'programs on the audio core');
  // Those of the kernel that belong to this core by their nature may be on no other.
  const strangers = others.filter(
    ({ isKernel, core, allowed }) => isKernel && core === AUDIO_CORE && allowed !== `${AUDIO_CORE}`,
  );
  assert.deepEqual(strangers.map(name), [], 'kernel threads on the audio core that could be elsewhere');
  return `${name(thread)}: FIFO ${thread.priority} on core ${thread.core}; beside it ${others.filter(({ core }) => core === AUDIO_CORE).length} kernel threads of that core`;
}

function mayRunOn(list: string, core: number): boolean {
  return list.split(',').some((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    return core >= from && core <= to;
  });
}

const IN_MEMORY = new Set([
  ...['tmpfs', 'ramfs', 'devtmpfs', 'proc', 'sysfs', 'devpts', 'cgroup2', 'mqueue', 'hugetlbfs', 'debugfs', 'tracefs'],
  ...['securityfs', 'configfs', 'fusectl', 'bpf', 'pstore', 'efivarfs', 'autofs', 'binfmt_misc', 'overlay', 'squashfs'],
]);

/** @throws unless `/` is a memory overlay over a read-only squashfs, and only /data is a disk that is written */
export function checkMounts(mounts: string): void {
  const all = mounts
    .trim()
    .split('\n')
    .map((line) => {
      const [device = '', path = '', kind = '', options = ''] = line.split(' ');
      return { device, path, kind, options: options.split(',') };
    });
  const root = all.find(({ path }) => path === '/');
  assert.equal(root?.kind, 'overlay');
  const lower = all.find(({ kind }) => kind === 'squashfs');
  assert.ok(lower?.options.includes('ro'), 'squashfs is not read-only');
  const written = all.filter(({ kind, options }) => !IN_MEMORY.has(kind) && options.includes('rw'));
  assert.deepEqual(
    written.map(({ path, kind }) => `${path} ${kind}`),
    ['/data ext4'],
  );
}

/**
 * @param sockets /proc/net/udp and udp6, a line "TCP", /proc/net/tcp and tcp6
 * @throws for a port that others can reach and that is not in the list
 */
export function openPorts(sockets: string): readonly string[] {
  const [udp = '', tcp = ''] = sockets.split('TCP\n');
  const listening = (text: string, states: readonly string[]) =>
    [...text.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm)]
      .filter(([, address = '', , state = '']) => states.includes(state) && !isLoopback(address))
      .map(([, , port = '']) => Number.parseInt(port, 16));
  return [...known('TCP', listening(tcp, ['0A']), TCP_PORTS), ...known('UDP', listening(udp, ['07', '01']), UDP_PORTS)];
}

function known(protocol: string, ports: readonly number[], documented: readonly Ports[]): readonly string[] {
  const found = [...new Set(ports)].sort((a, b) => a - b);
  const meaning = (port: number) => documented.find(({ from, to }) => port >= from && port <= to)?.what;
  assert.deepEqual(
    found.filter((port) => meaning(port) === undefined),
    [],
    `${protocol} ports`,
  );
  return found.map((port) => `${protocol} ${port}: ${meaning(port)}`);
}

function isLoopback(address: string): boolean {
  return /^[0-9A-F]{6}7F$/.test(address) || address === '00000000000000000000000001000000';
}

/** Some of them ask the service manager a question for each unit. */
const REPORT_TIMEOUT_MS = 300_000;

/** For docs/boot.md: what waited for what. */
export async function saveReports(box: Box, { note }: Steps): Promise<void> {
  // Before the end of the start there is no report.
  await box.run('systemctl is-system-running --wait');
  const commands = {
    time: 'systemd-analyze time --no-pager',
    'critical-chain': 'systemd-analyze critical-chain --no-pager jambox.service',
    blame: 'systemd-analyze blame --no-pager',
    journal: 'journalctl -b --no-pager -o short-monotonic',
    modules: 'cat /proc/modules',
    mounts: 'cat /proc/mounts',
    fsck: 'cat /run/jambox/fsck.log',
  };
  for (const [name, command] of Object.entries(commands)) {
    const begun = Date.now();
    const { stdout, stderr } = await box.run(command, REPORT_TIMEOUT_MS);
    note(`${command}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    writeFileSync(join(OUT, `${name}.txt`), stdout + stderr);
  }
}
