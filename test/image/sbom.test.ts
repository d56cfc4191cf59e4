import { describe, expect, it } from 'vitest';
import { debianComponents, npmComponent, sbom } from '../../image/sbom.ts';

const STATUS = `Package: libc6
Status: install ok installed
Architecture: arm64
Version: 2.41-12+deb13u4
Description: GNU C Library
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: arm64
Version: 1.0

Package: dbus
Status: install ok installed
Architecture: arm64
Version: 1:1.16.2-2
`;

describe('the list of parts', () => {
  it('holds the installed Debian packages with their package URLs, by name', () => {
    expect(debianComponents(STATUS)).toEqual([
      { name: 'dbus', version: '1:1.16.2-2', purl: 'pkg:deb/debian/dbus@1:1.16.2-2?arch=arm64&distro=debian-13' },
      {
        name: 'libc6',
        version: '2.41-12+deb13u4',
        purl: 'pkg:deb/debian/libc6@2.41-12%2Bdeb13u4?arch=arm64&distro=debian-13',
      },
    ]);
  });

  it('is CycloneDX 1.6, the same bytes for the same parts, each part once', () => {
    const koffi = npmComponent('@koromix/koffi-linux-arm64', '3.3.4', 'MIT', Buffer.from('hash').toString('base64'));
    const parts = [...debianComponents(STATUS), koffi];
    const text = sbom('0.1.0', 1_795_457_229, parts);
    expect(sbom('0.1.0', 1_795_457_229, parts)).toBe(text);
    const document = JSON.parse(text);
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(document.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(document.metadata.timestamp).toBe('2026-11-23T18:07:09.000Z');
    expect(document.components.at(-1)).toEqual({
      type: 'library',
      'bom-ref': 'pkg:npm/%40koromix/koffi-linux-arm64@3.3.4',
      name: '@koromix/koffi-linux-arm64',
      version: '3.3.4',
      purl: 'pkg:npm/%40koromix/koffi-linux-arm64@3.3.4',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: Buffer.from('hash').toString('hex') }],
    });
    expect(sbom('0.1.1', 1_795_457_229, parts)).not.toContain(document.serialNumber);
  });
});
