/** Three boards in small, made like Debian's trees, and the drivers of Debian's kernel 7.3.4 (rt, arm64) for what is on them. */
import { readFileSync } from 'node:fs';
import { type Drivers, driversOf } from '../../image/closure/drivers.ts';

const SOC = `
	interrupt-parent = <&gic>;
	aliases { };
	oscillator: oscillator { compatible = "fixed-clock"; #clock-cells = <0>; };
	firmware { firmware: rpi-firmware {
		compatible = "raspberrypi,bcm2835-firmware", "simple-mfd";
		mboxes = <&mailbox>;
		expgpio: gpio { compatible = "raspberrypi,firmware-gpio"; gpio-controller; #gpio-cells = <2>; };
	}; };
	soc: soc {
		compatible = "simple-bus";
		gic: interrupt-controller@40041000 { compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>; };
		mailbox: mailbox@7e00b880 { compatible = "brcm,bcm2835-mbox"; interrupts = <0 33 4>; #mbox-cells = <0>; };
		clocks: cprman@7e101000 { compatible = "brcm,bcm2835-cprman"; #clock-cells = <1>; clocks = <&oscillator>, <&dsi 0>; };
		dsi: dsi@7e209000 { compatible = "brcm,bcm2835-dsi0"; #clock-cells = <1>; status = "disabled"; };
		dma: dma-controller@7e007000 { compatible = "brcm,bcm2835-dma"; #dma-cells = <1>; interrupts = <0 80 4>; };
		i2s: i2s@7e203000 { compatible = "brcm,bcm2835-i2s"; clocks = <&clocks 31>; status = "disabled"; };
		i2c1: i2c@7e804000 {
			compatible = "brcm,bcm2835-i2c";
			interrupts = <0 117 4>; clocks = <&clocks 20>; pinctrl-names = "default"; pinctrl-0 = <&i2c1_gpio2>;
		};
		gpio: gpio@7e200000 {
			compatible = "brcm,bcm2711-gpio";
			gpio-controller; #gpio-cells = <2>; interrupts = <0 113 4>; GPIO_EXTRA
			i2c1_gpio2: i2c1-gpio2 { brcm,pins = <2 3>; brcm,function = <4>; };
			pcm_gpio18: pcm-gpio18 { brcm,pins = <18 19 20 21>; brcm,function = <4>; };
			gpioout: gpioout { brcm,pins = <6>; brcm,function = <1>; };
			alt0: alt0 { brcm,pins = <4 5 7 8 9 10 11>; brcm,function = <4>; };
		};
		CARD
	};`;

/** As the Pi 4: the card's controller has two supplies behind the firmware's lines. */
export const LIKE_PI4 = `/ {${SOC.replace('GPIO_EXTRA', '').replace(
  'CARD',
  `emmc2: mmc@7e340000 {
			compatible = "brcm,bcm2711-emmc2";
			interrupts = <0 126 4>; clocks = <&clocks 51>; vqmmc-supply = <&io_1v8>; vmmc-supply = <&vcc>;
		};`,
)}
	io_1v8: regulator-sd-io-1v8 { compatible = "regulator-gpio"; gpios = <&expgpio 4 0>; };
	vcc: regulator-sd-vcc { compatible = "regulator-fixed"; gpio = <&expgpio 6 0>; };
};`;

/** As the Zero 2 W: the pin controller claims pins for itself. */
export const LIKE_ZERO_2_W = `/ {${SOC.replace(
  'GPIO_EXTRA',
  'pinctrl-names = "default"; pinctrl-0 = <&gpioout &alt0>;',
).replace(
  'CARD',
  'sdhost: mmc@7e202000 { compatible = "brcm,bcm2835-sdhost"; clocks = <&clocks 20>; dmas = <&dma 13>; };',
)} };`;

/** As the Pi 5: the supplies' lines and the card's pins belong to the processor's own controllers. */
export const LIKE_PI5 = `/ {${SOC.replace('GPIO_EXTRA', '').replace(
  'CARD',
  `sdio1: mmc@fff000 {
			compatible = "brcm,bcm2712-sdhci", "brcm,sdhci-brcmstb";
			interrupts = <0 273 4>; clocks = <&oscillator>; vqmmc-supply = <&io_1v8>; vmmc-supply = <&vcc>;
			pinctrl-names = "default"; pinctrl-0 = <&sd_pins &detect_pins>; cd-gpios = <&gio_aon 5 1>;
		};
		pinctrl@7d504100 { compatible = "brcm,bcm2712d0-pinctrl"; sd_pins: sd-state { pins = "emmc_cmd"; bias-pull-up; }; };
		pinctrl@7d510700 {
			compatible = "brcm,bcm2712d0-aon-pinctrl";
			detect_pins: detect-state { function = "sd_card_g"; pins = "aon_gpio5"; };
		};
		gio_aon: gpio@7d517c00 { compatible = "brcm,bcm7445-gpio", "brcm,brcmstb-gpio"; gpio-controller; #gpio-cells = <2>; };`,
)}
	io_1v8: sd-io-1v8-reg { compatible = "regulator-gpio"; gpios = <&gio_aon 3 0>; };
	vcc: sd-vcc-reg { compatible = "regulator-fixed"; gpios = <&gio_aon 4 0>; };
};`;

const MODULES: Readonly<Record<string, string>> = {
  'regulator-fixed': 'fixed',
  'regulator-gpio': 'gpio_regulator',
  'brcm,bcm2711-emmc2': 'sdhci_iproc',
  'brcm,bcm2835-sdhost': 'bcm2835',
  'brcm,bcm2712-sdhci': 'sdhci_brcmstb',
  'brcm,bcm2712d0-pinctrl': 'pinctrl_brcmstb_bcm2712',
  'brcm,bcm2712d0-aon-pinctrl': 'pinctrl_brcmstb_bcm2712',
  'brcm,brcmstb-gpio': 'gpio_brcmstb',
  'brcm,bcm2835-i2c': 'i2c_bcm2835',
  'brcm,bcm2835-i2s': 'snd_soc_bcm2835_i2s',
  'fsl,sgtl5000': 'snd_soc_sgtl5000',
  'simple-audio-card': 'snd_soc_simple_card',
  'gpio-keys': 'gpio_keys',
  'gpio-leds': 'leds_gpio',
  'rotary-encoder': 'rotary_encoder',
};
const BUILTIN: Readonly<Record<string, string>> = {
  'brcm,bcm2835-mbox': 'bcm2835_mailbox',
  'raspberrypi,bcm2835-firmware': 'raspberrypi',
  'brcm,bcm2835-cprman': 'clk_bcm2835',
  'brcm,bcm2835-dma': 'bcm2835_dma',
  'brcm,bcm2711-gpio': 'pinctrl_bcm2835',
  'raspberrypi,firmware-gpio': 'gpio_raspberrypi_exp',
};
const DEPENDS: Readonly<Record<string, readonly string[]>> = {
  snd_soc_simple_card: ['snd_soc_core', 'snd_soc_simple_card_utils'],
  snd_soc_core: ['snd_pcm'],
};
/** Found in the kernel's image alone. */
const DECLARED = ['fixed-clock', 'arm,gic-400', 'simple-bus'];

const listed = readFileSync(new URL('../../image/initramfs/modules', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\w/.test(line))
  .map((name) => name.replaceAll('-', '_'));

type Changes = {
  /** Left out of what the initramfs lists today. */
  readonly without?: readonly string[];
  readonly blacklist?: readonly string[];
  /** Taken away from the root. */
  readonly removed?: readonly string[];
};

/** What the box has, but for these changes. */
export function drivers({ without = [], blacklist = [], removed = [] }: Changes = {}): Drivers {
  return driversOf({
    aliases: Object.entries(MODULES)
      .map(([name, module]) => `alias of:N*T*C${name}C* ${module}\nalias of:N*T*C${name} ${module}\n`)
      .join(''),
    builtin: Object.entries(BUILTIN)
      .map(([name, module]) => `${module}.license=GPL\0${module}.alias=of:N*T*C${name}\0`)
      .join(''),
    kernel: Buffer.concat([Buffer.from('text of the kernel'), ...DECLARED.map(matchTable)]),
    initramfs: new Set(listed.filter((name) => !without.includes(name))),
    blacklist: new Set(blacklist),
    root: new Set(
      [...Object.values(MODULES), ...Object.values(DEPENDS).flat()].filter((name) => !removed.includes(name)),
    ),
    dependsOn: (module) => DEPENDS[module] ?? [],
  });
}

/** An entry as it lies in the kernel's image: name[32], type[32], compatible[128], a pointer. */
export function matchTable(compatible: string): Buffer {
  const entry = Buffer.alloc(200);
  entry.write(compatible, 64);
  return entry;
}
