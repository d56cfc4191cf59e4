/**
 * The test's own files in the box: an initramfs archive behind the shipped one, whose hook copies them into the new root
 * (in memory) before that starts. The image itself stays what it is, byte for byte.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { type ArchiveFile, makeArchive } from './cpio.ts';

const GUEST = join(import.meta.dirname, 'guest');

/** Where the test's files are in the box: as deep below the program as here, so that they find its modules. */
const HOME = 'opt/jambox/test/boot/guest';

const HOOK = `#!/bin/sh
# The root is not started yet: nothing here runs in it, but for the power cuts.
mkdir -p /newroot/${dirname(HOME)}
cp -a /simtest /newroot/${HOME}
units=/newroot/etc/systemd/system
mkdir -p $units/sysinit.target.wants
for unit in /simtest/units/*.service; do
	name=\${unit##*/}
	cp "$unit" $units/$name
	ln -sf ../$name $units/sysinit.target.wants/$name
done
mkdir -p $units/jambox.service.d
cp /simtest/units/jambox.conf $units/jambox.service.d/simtest.conf
cp /simtest/units/jambox-tryboot.conf $units/jambox-tryboot.service.d/simtest.conf
case " $(cat /proc/cmdline) " in
*' simtest.saver '*)
	mount -o bind /dev /newroot/dev
	mount -t proc proc /newroot/proc
	chroot /newroot /usr/bin/install -d -o jambox -g jambox -m 700 /data/jambox
	for port in /dev/vport*; do
		chroot /newroot /opt/jambox/bin/node /${HOME}/saver.js $port /data/jambox
	done >/dev/console 2>&1
	echo b >/proc/sysrq-trigger
	;;
esac
`;

/** Not ordered before the box's service: what starts when is part of what is tested. */
const DEVICES_UNIT = `[Unit]
Description=Simulated hardware of the boot test
DefaultDependencies=no
ConditionKernelCommandLine=simtest.devices
After=systemd-udevd.service systemd-modules-load.service

[Service]
Type=oneshot
ExecStart=/bin/sh /${HOME}/devices.sh
`;

/**
 * The agent outlives everybody else, to hear the screen's last words; and it is quick, as a bridge on a USB bus would be:
 * the kernel's driver waits for its answers for 50 ms.
 */
const AGENT_UNIT = `[Unit]
Description=Agent of the boot test
DefaultDependencies=no
After=systemd-udevd.service
SurviveFinalKillSignal=yes
IgnoreOnIsolate=yes

[Service]
ExecStart=/bin/sh /${HOME}/agent.sh
Environment=UV_THREADPOOL_SIZE=8
SendSIGKILL=no
CPUSchedulingPolicy=rr
CPUSchedulingPriority=30
CPUAffinity=0 1 2
`;

/** An emulated processor on a busy machine may need longer than a real one ever does. */
const PATIENCE = `[Service]
TimeoutStartSec=15min
`;

/** The host listens there for the trial (devices.sh); the unit itself sees no console. */
const HEARD = `[Service]
StandardOutput=journal+console
`;

const AGENT_SCRIPT = `#!/bin/sh
# Where the host listens is on the kernel's command line.
for word in $(cat /proc/cmdline); do
	case $word in
	simtest.port=*) port=\${word#*=} ;;
	simtest.options=*) options=$(echo "\${word#*=}" | tr , ' ') ;;
	esac
done
case $port in /dev/tty*) stty -F "$port" raw -echo ;; esac
exec /opt/jambox/bin/node /${HOME}/agent.js --port "$port" $options
`;

/** Programs without their types: taking those away takes an emulated processor seconds at each start. */
function guestFile(name: string): ArchiveFile {
  const content = readFileSync(join(GUEST, name));
  if (!name.endsWith('.ts')) return { path: `simtest/${name}`, content };
  const plain = stripTypeScriptTypes(content.toString('utf8')).replaceAll(/('\.\/[\w-]+)\.ts'/g, "$1.js'");
  return { path: `simtest/${name.replace(/\.ts$/, '.js')}`, content: Buffer.from(plain) };
}

/** @param modulesFolder kernel modules for the test only */
export function guestFiles(modulesFolder: string): Buffer {
  const file = (path: string, content: string | Uint8Array, executable = false): ArchiveFile => ({
    path,
    content: Buffer.from(content),
    executable,
  });
  const modules = existsSync(modulesFolder) ? readdirSync(modulesFolder).filter((name) => name.endsWith('.ko')) : [];
  return makeArchive([
    file('hooks/50-simtest.sh', HOOK, true),
    file('simtest/agent.sh', AGENT_SCRIPT, true),
    ...readdirSync(GUEST).map((name) => guestFile(name)),
    ...modules.map((name) => file(`simtest/modules/${name}`, readFileSync(join(modulesFolder, name)))),
    file('simtest/units/simtest-devices.service', DEVICES_UNIT),
    file('simtest/units/simtest.service', AGENT_UNIT),
    file('simtest/units/jambox.conf', PATIENCE),
    file('simtest/units/jambox-tryboot.conf', HEARD),
  ]);
}
