/** The key that signs updates: the owner's, or one made once for this folder. */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { logTo, run } from '../lib/run.ts';
import { OUTPUT, PATHS, product } from '../paths.ts';

export type SigningKey = { readonly key: string; readonly certificate: string; readonly made: boolean };

/**
 * Finds or makes the key and puts the certificate where the root file system takes it from.
 * @param environment JAMBOX_KEY and JAMBOX_CERT: PEM files of the owner
 */
export function signingKey(environment: Readonly<Record<string, string | undefined>>): SigningKey {
  mkdirSync(PATHS.keys, { recursive: true, mode: 0o700 });
  const certificate = product('keys/cert.pem');
  const given = { key: environment['JAMBOX_KEY'], certificate: environment['JAMBOX_CERT'] };
  if (given.key !== undefined && given.certificate !== undefined) {
    if (resolve(given.certificate) !== certificate) cpSync(given.certificate, certificate);
    return { key: given.key, certificate, made: false };
  }
  const key = join(PATHS.keys, 'key.pem');
  if (existsSync(key) && existsSync(certificate)) return { key, certificate, made: false };
  logTo(join(OUTPUT, 'logs/keys.log'));
  const request = ['req', '-x509', '-newkey', 'rsa:4096', '-nodes', '-subj', '/CN=Updates of this Jamulus box'];
  run('openssl', [...request, '-days', '7300', '-keyout', key, '-out', certificate]);
  return { key, certificate, made: true };
}
