/**
 * The boards of the box and what it needs on each: devices by their label in Debian's trees, or by what they call themselves.
 * Wi-Fi is not among them: its driver is not in the image.
 */

/** `reach`: when it has to work. The initramfs loads what it lists and nothing else; the root loads by name of device. */
export type Need = {
  /** For the reader of a fault. */
  readonly what: string;
  readonly reach: 'initramfs' | 'root';
} & ({ readonly label: string } | { readonly path: string } | { readonly modalias: string });

export type Board = {
  /** Debian's name of the tree. */
  readonly tree: string;
  /** The name that firmware looks for without upstream_kernel. */
  readonly vendorTree?: string;
  readonly needs: readonly Need[];
};

const root = (what: string, label: string): Need => ({ what, reach: 'root', label });
const named = (what: string, modalias: string): Need => ({ what, reach: 'root', modalias });
/** What a USB device's interface calls itself: maker, product, and class, subclass and protocol as six digits. */
function usbInterface(vendor: string, product: string, kind = 'FFFFFF'): string {
  const [, ic, isc, ip] = /^(..)(..)(..)$/.exec(kind) ?? [];
  return `usb:v${vendor}p${product}d0100dc00dsc00dp00ic${ic}isc${isc}ip${ip}in00`;
}
const card = (label: string): Need => ({ what: 'the card', reach: 'initramfs', label });

/** On every board. The watchdog has no node of its own: drivers/mfd/bcm2835-pm.c makes its device. */
const EVERYWHERE: readonly Need[] = [
  { what: 'the card', reach: 'initramfs', modalias: 'mmc:block' },
  root("the firmware's mailbox", 'firmware'),
  { what: 'the watchdog', reach: 'initramfs', label: 'pm' },
  { what: 'the watchdog', reach: 'initramfs', modalias: 'platform:bcm2835-wdt' },
  named('the clock of the processor', 'platform:raspberrypi-cpufreq'),
  named('a weak power supply', 'platform:raspberrypi-hwmon'),
  named('USB sound cards', usbInterface('0000', '0000', '010100')),
];

const HEADER: readonly Need[] = [
  root('GPIO', 'gpio'),
  root('I2C', 'i2c1'),
  root('DMA', 'dma'),
  root('the temperature', 'thermal'),
];

const PI3: readonly Need[] = [...EVERYWHERE, ...HEADER, card('sdhost'), root('USB', 'usb')];
/** The chip that carries USB sockets and Ethernet: a USB device, found by its numbers (Linux: drivers/net/usb). */
const LAN9514 = named('Ethernet', usbInterface('0424', 'EC00'));
const LAN7515 = named('Ethernet', usbInterface('0424', '7800'));
/** What most USB-to-Ethernet adapters are made of. */
const ADAPTERS: readonly Need[] = [
  named('USB-to-Ethernet RTL8152', usbInterface('0BDA', '8152')),
  named('USB-to-Ethernet RTL8153', usbInterface('0BDA', '8153')),
  named('USB-to-Ethernet AX88772B', usbInterface('0B95', '772B')),
  named('USB-to-Ethernet AX88179', usbInterface('0B95', '1790', 'FFFF00')),
  named('USB-to-Ethernet of the standard class', usbInterface('0000', '0000', '020600')),
];

/** BCM54213PE, which tells its number over MDIO: 0x600d84a2 (include/linux/brcmphy.h: 0x600d84a0 and 4 bits of revision). */
const ETHERNET_PHY = named('Ethernet socket', `mdio:${(0x600d84a2).toString(2).padStart(32, '0')}`);
const PI4: readonly Need[] = [...EVERYWHERE, ...HEADER, card('emmc2'), root('Ethernet', 'genet'), ETHERNET_PHY];
/** The USB sockets of 4B and 400: a VL805 on PCI Express. */
const VL805: readonly Need[] = [
  root('USB', 'pcie0'),
  named('USB', 'pci:v00001106d00003483sv00001106sd00003483bc0Csc03i30'),
];

/** The RP1 has header, Ethernet and USB. Debian's tree has no I2S, and its sensor of temperature comes from our overlay. */
const PI5: readonly Need[] = [
  ...EVERYWHERE,
  card('sdio1'),
  root('GPIO', 'rp1_gpio'),
  root('I2C', 'rp1_i2c1'),
  root('Ethernet', 'rp1_eth'),
  ETHERNET_PHY,
  root('USB', 'rp1_usb0'),
  root('USB', 'rp1_usb1'),
  { what: 'the temperature', reach: 'root', path: '/soc@107c000000/avs-monitor@7d542000/thermal' },
];

export const BOARDS: readonly Board[] = [
  { tree: 'bcm2711-rpi-4-b', needs: [...PI4, ...VL805] },
  { tree: 'bcm2711-rpi-400', needs: [...PI4, ...VL805] },
  { tree: 'bcm2711-rpi-cm4-io', vendorTree: 'bcm2711-rpi-cm4', needs: [...PI4, root('USB', 'usb')] },
  { tree: 'bcm2837-rpi-3-b', vendorTree: 'bcm2710-rpi-3-b', needs: [...PI3, LAN9514] },
  { tree: 'bcm2837-rpi-3-b-plus', vendorTree: 'bcm2710-rpi-3-b-plus', needs: [...PI3, LAN7515] },
  { tree: 'bcm2837-rpi-3-a-plus', needs: [...PI3, ...ADAPTERS] },
  { tree: 'bcm2837-rpi-zero-2-w', vendorTree: 'bcm2710-rpi-zero-2-w', needs: [...PI3, ...ADAPTERS] },
  { tree: 'bcm2712-rpi-5-b', needs: PI5 },
  { tree: 'bcm2712-d-rpi-5-b', vendorTree: 'bcm2712d0-rpi-5-b', needs: PI5 },
];

/** What the firmware of a Pi 5 with a D chip applies to the first tree, and what must come out. */
export const D_CHIP = { overlay: 'bcm2712d0', from: 'bcm2712-rpi-5-b', to: 'bcm2712-d-rpi-5-b' } as const;

/** What a panel's overlay adds, wherever it is applied. */
export function panelNeeds(panel: string): readonly Need[] {
  const names = panel === 'jambox-panel-encoder' ? ['keys', 'leds', 'encoder'] : ['keys', 'leds'];
  return names.map((name) => ({ what: `the panel's ${name}`, reach: 'root', path: `/jambox-${name}` }));
}

/** What a HAT's overlay adds. */
export const HAT_NEEDS: readonly Need[] = [root('sound', 'i2s'), { what: 'sound', reach: 'root', path: '/sound' }];
