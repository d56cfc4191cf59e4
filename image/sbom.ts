/** The list of everything in the box, with versions: CycloneDX 1.6 as JSON. */
import { createHash } from 'node:crypto';

export type Component = {
  readonly name: string;
  readonly version: string;
  /** Package URL. */
  readonly purl: string;
  /** SPDX expression, empty when the package doesn't say. */
  readonly license?: string;
  /** SHA-512 in hex. */
  readonly sha512?: string;
};

/** The installed packages of a dpkg status file, sorted by name. */
export function debianComponents(status: string): Component[] {
  const components: Component[] = [];
  for (const stanza of status.split(/\n\n+/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
    if (field('Status') !== 'install ok installed') continue;
    components.push(debianComponent(field('Package'), field('Version'), field('Architecture')));
  }
  return components.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One Debian binary package. */
export function debianComponent(name: string, version: string, architecture: string): Component {
  const escaped = encodeURIComponent(version).replaceAll('%3A', ':');
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${escaped}?arch=${architecture}&distro=debian-13`;
  return { name, version, purl };
}

/** One package of the npm registry. `integrity`: SHA-512 in base64, empty when unknown. */
export function npmComponent(name: string, version: string, license: string, integrity: string): Component {
  const sha512 = Buffer.from(integrity, 'base64').toString('hex');
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license === '' ? {} : { license }),
    ...(sha512 === '' ? {} : { sha512 }),
  };
}

/** The document. Its serial number follows from the content, its date is that of the source: same input, same bytes. */
export function sbom(version: string, epoch: number, components: readonly Component[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([version, components]))
    .digest('hex');
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      component: { type: 'firmware', 'bom-ref': 'jamulus-box', name: 'jamulus-box', version },
    },
    components: components.map(({ name, version: of, purl, license, sha512 }) => ({
      type: 'library',
      'bom-ref': purl,
      name,
      version: of,
      purl,
      ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
      ...(sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: sha512 }] }),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
