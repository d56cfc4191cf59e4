/** Compares what somebody says with a secret, in a time that tells nothing of it. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Takes as long for every wrong text, whatever of it is right. */
export function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
