/** What Debian's packages bring and no box needs: it leaves the root file system when that is put together. */

/** Folders of drivers; `keep` are the entries in them that stay. Names are those of Linux' source tree. */
type Drivers = { readonly folder: string; readonly keep?: readonly string[] };

const gone = (parent: string, ...names: readonly string[]): Drivers[] =>
  names.map((name) => ({ folder: `${parent}/${name}` }));

export const REMOVED_DRIVERS: readonly Drivers[] = [
  // Without the media controller no USB sound card has a driver.
  { folder: 'drivers/media', keep: ['mc'] },
  // Disks: a card, USB sticks, and the checked file of an update.
  { folder: 'drivers/scsi', keep: ['scsi_common.ko.xz', 'scsi_mod.ko.xz', 'sd_mod.ko.xz'] },
  ...gone('drivers', 'ata', 'nvme', 'nvdimm', 'mtd', 'ufs', 'target', 'message', 'firewire', 'memstick', 'cdrom'),
  { folder: 'drivers/block', keep: ['loop.ko.xz', 'virtio_blk.ko.xz'] },
  { folder: 'drivers/md', keep: ['dm-mod.ko.xz', 'dm-bufio.ko.xz', 'dm-verity.ko.xz'] },
  // Graphics, cameras, radio, phones, other machines' buses.
  ...gone('drivers', 'gpu', 'iio', 'bluetooth', 'accel', 'staging', 'infiniband', 'cxl', 'vfio', 'vhost', 'vdpa'),
  ...gone('drivers', 'xen', 'hv', 'comedi', 'tee', 'soundwire', 'slimbus', 'edac', 'hwtracing', 'ssb', 'bcma', 'nfc'),
  ...gone('drivers', 'parport', 'gnss', 'uio', 'crypto', 'platform', 'acpi'),
  // Network: the sockets of the boards, USB-to-Ethernet, the emulator.
  { folder: 'drivers/net/ethernet', keep: ['broadcom', 'cadence'] },
  { folder: 'drivers/net/ethernet/broadcom', keep: ['genet'] },
  ...gone('drivers/net', 'wireless', 'wwan', 'can', 'fddi', 'hyperv', 'ieee802154', 'ppp', 'slip', 'team', 'vmxnet3'),
  ...gone('drivers/net', 'xen-netback', 'wireguard', 'vxlan', 'bonding', 'dsa', 'ipvlan', 'macvlan', 'ovpn', 'ipa'),
  ...gone('net', 'netfilter', 'ipv4/netfilter', 'ipv6/netfilter', 'bridge', 'sched', 'sctp', 'tipc', 'ceph', 'rds'),
  ...gone('net', 'rxrpc', 'sunrpc', 'openvswitch', 'batman-adv', 'bluetooth', 'can', 'dsa', 'l2tp', 'nfc', '6lowpan'),
  ...gone('net', 'ieee802154'),
  ...gone('net', 'mac802154', 'wireless', 'mac80211', 'atm', 'vmw_vsock', '9p', 'hsr', 'kcm', 'phonet', 'qrtr', 'mpls'),
  // File systems: squashfs, overlayfs and ext4 of the card, FAT and exFAT of sticks.
  {
    folder: 'fs',
    keep: ['squashfs', 'overlayfs', 'ext4', 'jbd2', 'mbcache.ko.xz', 'fat', 'exfat', 'nls', 'configfs', 'autofs'],
  },
  // Sound: the Pi's I2S, codecs, USB, and the loop that tests play into.
  ...gone('sound', 'pci', 'hda', 'firewire', 'xen', 'virtio'),
  { folder: 'sound/soc', keep: ['bcm', 'codecs', 'generic', 'snd-soc-core.ko.xz'] },
  // dwc2 and dwc3, the hosts of most boards, can be devices too and want udc-core.
  { folder: 'drivers/usb/gadget', keep: ['udc'] },
  { folder: 'drivers/usb/gadget/udc', keep: ['udc-core.ko.xz'] },
  { folder: 'drivers/gpio', keep: ['gpio-brcmstb.ko.xz', 'gpio-regmap.ko.xz'] },
];

/** Packages whose files leave the root: they install others, or came with the kernel. */
export const REMOVED_PACKAGES: readonly string[] = [
  ...['apt', 'libapt-pkg7.0', 'sqv', 'dpkg', 'debconf', 'perl-base'],
  ...['dracut-core', 'cpio'],
];

/** Files and folders beside the modules of the kernel: the boot partitions have those that a board needs. */
export const REMOVED_BESIDE_MODULES = ['vmlinuz', 'dtb', 'System.map', 'config'] as const;

/** Files and folders, below the root. */
export const REMOVED_PATHS: readonly string[] = [
  // Set aside while the kernel was installed (steps/debian.ts).
  ...['usr/sbin/update-initramfs', 'usr/bin/dracut.distrib', 'usr/sbin/depmod', 'usr/sbin/depmod.distrib'],
  // Names of all the world's devices, for lists that nobody reads here.
  ...['usr/lib/udev/hwdb.bin', 'usr/lib/udev/hwdb.d'],
  // Boot files live on their own partitions, package lists and caches serve nobody.
  ...['boot', 'var/cache', 'var/lib/apt', 'var/log', 'var/lib/dpkg/info', 'var/backups', 'usr/share/doc-base'],
  ...['etc/machine-id', 'etc/hostname', 'etc/resolv.conf', 'var/lib/dbus/machine-id', 'var/lib/systemd/random-seed'],
];
