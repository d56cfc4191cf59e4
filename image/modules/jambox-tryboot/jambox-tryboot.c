// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the firmware of a Raspberry Pi to start "tryboot" at the next restart, once. Mainline Linux has no other way.
 *
 *   modprobe jambox-tryboot once=1
 *   echo 0 > /sys/module/jambox_tryboot/parameters/once    takes it back
 *
 * The flag is the firmware's: it is gone after the restart, whatever that restart leads to.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/of.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

/* The property "set reboot flags"; the headers of mainline do not name it. */
#define SET_REBOOT_FLAGS 0x00038064
#define REBOOT_FLAG_TRYBOOT 0x1

static bool once;

static int ask_firmware(bool wanted)
{
	u32 flags = wanted ? REBOOT_FLAG_TRYBOOT : 0;
	struct device_node *node;
	struct rpi_firmware *firmware;
	int error;

	node = of_find_compatible_node(NULL, NULL, "raspberrypi,bcm2835-firmware");
	if (!node)
		return -ENODEV;
	firmware = rpi_firmware_get(node);
	of_node_put(node);
	if (!firmware)
		return -ENODEV;
	error = rpi_firmware_property(firmware, SET_REBOOT_FLAGS, &flags, sizeof(flags));
	rpi_firmware_put(firmware);
	return error;
}

static int set_once(const char *text, const struct kernel_param *param)
{
	bool wanted;
	int error = kstrtobool(text, &wanted);

	if (!error)
		error = ask_firmware(wanted);
	if (!error)
		once = wanted;
	return error;
}

static const struct kernel_param_ops once_ops = {
	.set = set_once,
	.get = param_get_bool,
};

module_param_cb(once, &once_ops, &once, 0600);
MODULE_PARM_DESC(once, "1: the next restart tries the other slot; 0: it does not");

static int __init jambox_tryboot_init(void)
{
	return 0;
}

static void __exit jambox_tryboot_exit(void)
{
}

module_init(jambox_tryboot_init);
module_exit(jambox_tryboot_exit);
MODULE_DESCRIPTION("One trial of the other boot slot of a Raspberry Pi");
MODULE_LICENSE("GPL");
