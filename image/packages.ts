/** What the image and its build are made of, by Debian package name. No versions: the newest of the suite. */

/** Debian release of the box. */
export const SUITE = 'trixie';
/** Where its kernel comes from (docs/decisions.md, "The card's image"). Nothing else is taken from there. */
export const KERNEL_SUITE = `${SUITE}-backports`;

/** Installed in the box, with what these depend on and nothing that they only recommend. */
export const BOX_PACKAGES = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'udev', 'dbus', 'kmod'],
  `linux-image-rt-arm64/${KERNEL_SUITE}`,
  ...['busybox-static', 'iproute2', 'ca-certificates', 'curl'], // busybox: for the initramfs
  ...['alsa-utils', 'libasound2t64'],
  ...['e2fsprogs', 'fdisk', 'dosfstools', 'mtools'], // growing, repairing and preparing the card
  ...['rauc', 'rauc-service'],
  'libstdc++6', // what Node's binary links to
] as const;

/**
 * The Raspberry Pi's firmware, unpacked at build time for the boot partitions only. SUITE's own (April 2024) has start4.elf and
 * fixup4.dat that the 4B of revision d03115 does not start with, so this one file comes from a later release: by its exact
 * version and its hash, as that release is still moving.
 */
export const FIRMWARE_PACKAGE = {
  name: 'raspi-firmware',
  version: '1.20260408+ds-1',
  architecture: 'all',
  /** Below the mirror. */
  folder: 'pool/non-free-firmware/r/raspi-firmware',
  sha256: '9e215abb588e9adadf69a67107736fc2fa108ef3f17fa93589919c5e66ffe209',
} as const;

/** Needed on the computer that builds; installed by the build when missing. */
export const HOST_PACKAGES = [
  ...['mmdebstrap', 'qemu-user-static', 'arch-test', 'debian-archive-keyring'],
  ...['genimage', 'mtools', 'dosfstools', 'e2fsprogs', 'squashfs-tools', 'fdisk'],
  ...['device-tree-compiler', 'cpp', 'kmod', 'cpio', 'zstd', 'xz-utils'],
  ...['rauc', 'openssl'],
] as const;

/** In the folder in which kernel modules are built, beside the headers of the kernel. */
export const KBUILD_PACKAGES = ['make', 'gcc', 'gcc-aarch64-linux-gnu', 'kmod', 'xz-utils'] as const;
