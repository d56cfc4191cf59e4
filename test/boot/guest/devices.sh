#!/bin/sh
# Root's part of the simulated hardware, before the box's service looks for it. Called once, early at boot. Which of it is
# there is on the kernel's command line: simtest.devices= panel (keys, knob, lamps), screen, sound.
here=$(dirname "$0")

for word in $(cat /proc/cmdline); do
	case $word in simtest.devices=*) devices=${word#*=} ;; esac
done

has() {
	case ,$devices, in *,$1,*) return 0 ;; esac
	return 1
}

# By name from the image, or from the test's own folder: the image need not have what only a test needs.
load() {
	module=$1
	shift
	modprobe "$module" "$@" 2>/dev/null || insmod "$here/modules/$module.ko" "$@"
}

if has panel; then
	load configfs
	load gpio-sim
	for pull in /sys/devices/platform/gpio-sim/gpiochip*/sim_gpio*/pull; do
		# Lamps are outputs: pulling those changes nothing.
		echo pull-up >"$pull"
	done
fi
if has screen; then
	load i2c-dev
	load uhid
	load hid-cp2112
fi
# Jiffies drive it: the box is given long periods.
if has sound; then load snd-aloop id=jambox pcm_substreams=1; fi

# What the Pi's firmware would be asked (usr/lib/jambox/tryboot): the host plays it.
mkdir -p /run/jambox
cat >/run/jambox/tryboot-hook <<'HOOK'
#!/bin/sh
echo 'simtest: tryboot'
exec systemctl --no-block reboot
HOOK
chmod 755 /run/jambox/tryboot-hook
