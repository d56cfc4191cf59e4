#!/bin/sh
# Root's part of the simulated hardware, before the box's service looks for it. Called once, early at boot.
here=$(dirname "$0")

# By name from the image, or from the test's own folder: the image need not have what only a test needs.
load() {
	module=$1
	shift
	modprobe "$module" "$@" 2>/dev/null || insmod "$here/modules/$module.ko" "$@"
}

load configfs
load gpio-sim
for pull in /sys/devices/platform/gpio-sim/gpiochip*/sim_gpio*/pull; do
	# Lamps are outputs: pulling those changes nothing.
	echo pull-up >"$pull"
done
load i2c-dev
load uhid
load hid-cp2112
# Jiffies drive it: the box is given long periods.
load snd-aloop id=jambox pcm_substreams=1

# What the Pi's firmware would be asked (usr/lib/jambox/tryboot): the host plays it.
mkdir -p /run/jambox
cat >/run/jambox/tryboot-hook <<'HOOK'
#!/bin/sh
echo 'simtest: tryboot'
exec systemctl --no-block reboot
HOOK
chmod 755 /run/jambox/tryboot-hook
