import { describe, expect, it } from 'vitest';
import { chooseMirrors } from '../../image/lib/mirror.ts';

const DEB822 = `# made by hand
Types: deb deb-src
# an older one
URIs: http://mirror.example/debian/
Suites: trixie trixie-updates
Components: main

Types: deb
URIs: http://mirror.example/security
Suites: trixie-security
Components: main
`;

describe('the Debian mirror', () => {
  it('is the one that apt uses here, in either form of its sources', () => {
    expect(chooseMirrors({}, [DEB822])).toEqual({
      main: 'http://mirror.example/debian',
      security: 'http://mirror.example/security',
    });
    const lines =
      'deb [signed-by=/k.gpg] http://near.example/debian bookworm main\n# deb http://old.example/d bookworm main\n';
    expect(chooseMirrors({ DEBIAN_SECURITY_MIRROR: 'http://s.example' }, ['', lines])?.main).toBe(
      'http://near.example/debian',
    );
  });

  it('is what the environment says before all else', () => {
    const environment = { DEBIAN_MIRROR: 'http://mine.example/debian', DEBIAN_SECURITY_MIRROR: '' };
    expect(chooseMirrors(environment, [DEB822])).toEqual({
      main: 'http://mine.example/debian',
      security: 'http://mirror.example/security',
    });
  });

  it('is none where nothing is known, never a source that is off, of other software or of sources', () => {
    const others = ['Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: trixie\n'];
    others.push('deb https://other.example/node nodistro main\ndeb-src http://src.example/debian trixie main\n');
    expect(chooseMirrors({}, others)).toBeUndefined();
  });
});
