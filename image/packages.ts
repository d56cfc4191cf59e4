/** What the image and its build are made of, by Debian package name: the newest of the suite, but for the firmware. */

/** Debian release of the box. */
export const SUITE = 'trixie';
/** Suite of the kernel, whose real-time branch knows every board of the box, the Pi 5 among them (docs/decisions.md). */
export const KERNEL_SUITE = `${SUITE}-backports`;

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

/** The Raspberry Pi's firmware of a newer suite, unpacked at build time for the boot partitions; never installed. */
export const FIRMWARE = {
  package: 'raspi-firmware',
  version: '1.20260408+ds-1',
  path: 'pool/non-free-firmware/r/raspi-firmware/raspi-firmware_1.20260408+ds-1_all.deb',
  sha256: '9e215abb588e9adadf69a67107736fc2fa108ef3f17fa93589919c5e66ffe209',
} as const;

/**
 * Programs of a newer suite that take the place of SUITE's: RAUC 1.13 does not understand what the kernel of KERNEL_SUITE says of a
 * checked file and refuses every update (rauc/rauc issue 1842, mended by 1846), and 1.15 wants newer libraries of netlink.
 */
export const NEWER_PACKAGES = [
  {
    package: 'rauc',
    version: '1.15.2-1',
    path: 'pool/main/r/rauc/rauc_1.15.2-1_arm64.deb',
    sha256: 'ab5228038206094ce8103a1b5cea63913a44c10e97fdad4fae335ce99bfa6910',
  },
  {
    package: 'libnl-3-200',
    version: '3.12.0-2+b1',
    path: 'pool/main/libn/libnl3/libnl-3-200_3.12.0-2+b1_arm64.deb',
    sha256: '325179125aded39bed3732cfd02b6949db1058354ba8ab6762fdd320788f08eb',
  },
  {
    package: 'libnl-genl-3-200',
    version: '3.12.0-2+b1',
    path: 'pool/main/libn/libnl3/libnl-genl-3-200_3.12.0-2+b1_arm64.deb',
    sha256: 'c6cdfd92029b1964482adcb37f542f18d15a3bcc5072185a1ce5c28e46849749',
  },
] as const;

/** Needed on the computer that builds; installed by the build when missing. */
export const HOST_PACKAGES = [
  ...['mmdebstrap', 'qemu-user-static', 'arch-test', 'debian-archive-keyring'],
  ...['genimage', 'mtools', 'dosfstools', 'e2fsprogs', 'squashfs-tools', 'fdisk'],
  ...['device-tree-compiler', 'cpp', 'kmod', 'cpio', 'zstd', 'xz-utils'],
  ...['rauc', 'openssl'],
] as const;

/** In the folder in which kernel modules are built, beside the headers of the kernel. */
export const KBUILD_PACKAGES = ['make', 'gcc', 'gcc-aarch64-linux-gnu', 'kmod', 'xz-utils'] as const;
