/** Writing to devices on an I2C bus through the kernel's /dev/i2c-N (kernel documentation, i2c/dev-interface). */
import { closeSync, openSync, writeSync } from 'node:fs';
import { errorText, lastErrno, libc } from '../libc.ts';

/** What a driver of a chip on the bus needs; the tests put a model of the chip behind it. */
export interface I2cBus {
  /**
   * One transfer: start, address, `bytes`, stop. Returns when it is over. Never throws.
   * @param address 7 bits
   */
  write(address: number, bytes: Uint8Array): true | { readonly error: string };
}

const I2C_SLAVE = 0x0703;
const NO_ADDRESS = -1;
const ioctl = libc.func('int ioctl(int, unsigned long, unsigned long)');

/**
 * The bus at `path`, such as /dev/i2c-1. It is opened at the first write and after every failure anew, so that it may
 * appear, vanish and return.
 */
export function i2cBus(path: string): I2cBus & { readonly close: () => void } {
  let fd: number | undefined;
  let selected = NO_ADDRESS;

  const close = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    selected = NO_ADDRESS;
  };

  const write = (address: number, bytes: Uint8Array): true | { readonly error: string } => {
    try {
      fd ??= openSync(path, 'r+');
      if (selected !== address && ioctl(fd, I2C_SLAVE, address) !== 0) throw new Error(errorText(lastErrno()));
      selected = address;
      if (writeSync(fd, bytes) !== bytes.length) throw new Error('cut short');
      return true;
    } catch (error) {
      close();
      return { error: `${path}: ${error instanceof Error ? error.message : error}` };
    }
  };

  return { write, close };
}
