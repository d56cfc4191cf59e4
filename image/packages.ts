/** What the image and its build are made of, by Debian package name. No versions: the newest of the release. */

/** Debian release of the box. */
export const SUITE = 'trixie';

/** Installed in the box, with what these depend on and nothing that they only recommend. */
export const BOX_PACKAGES = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'udev', 'dbus', 'kmod'],
  'linux-image-rt-arm64',
  ...['busybox-static', 'iproute2', 'ca-certificates', 'curl'], // busybox: for the initramfs
  ...['alsa-utils', 'libasound2t64'],
  ...['e2fsprogs', 'fdisk', 'dosfstools', 'mtools'], // growing, repairing and preparing the card
  ...['rauc', 'rauc-service'],
  'libstdc++6', // what Node's binary links to
] as const;

/** Debian packages that are unpacked at build time, for the boot partitions only. */
export const FIRMWARE_PACKAGE = 'raspi-firmware';

/** Needed on the computer that builds; installed by the build when missing. */
export const HOST_PACKAGES = [
  ...['mmdebstrap', 'qemu-user-static', 'arch-test', 'debian-archive-keyring'],
  ...['genimage', 'mtools', 'dosfstools', 'e2fsprogs', 'squashfs-tools', 'fdisk'],
  ...['device-tree-compiler', 'cpp', 'kmod', 'cpio', 'zstd', 'xz-utils'],
  ...['rauc', 'openssl'],
] as const;

/** In the folder in which kernel modules are built, beside the headers of the kernel. */
export const KBUILD_PACKAGES = ['make', 'gcc', 'gcc-aarch64-linux-gnu', 'kmod', 'xz-utils'] as const;
