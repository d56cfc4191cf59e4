/** Which room a box hosts, by command line and settings (src/appliance/own-room.ts). */
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OwnRoom, openOwnRoom } from '../../src/appliance/own-room.ts';
import { parseArgs } from '../../src/cli.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { temporaryFolder } from '../support/folder.ts';

let folder: string;
let open: OwnRoom | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await open?.stop();
  open = undefined;
});

const PORT = 40_000 + (process.pid % 10_000);

async function roomOf(argv: readonly string[], toml = ''): Promise<OwnRoom | undefined> {
  const parsed = parseArgs(['--no-realtime', ...argv], '7F3A');
  if (!('options' in parsed)) throw new Error(JSON.stringify(parsed));
  const { settings, errors } = parseInstallerText(toml);
  expect(errors).toEqual([]);
  const room = await openOwnRoom({ options: parsed.options, installer: settings, folder, onLog: () => undefined });
  if (room !== undefined && 'error' in room) throw new Error(room.error);
  open = room;
  return room;
}

describe('the room of a box', () => {
  it('is a practice room where no server is known', async () => {
    const room = await roomOf([]);
    expect(room?.report()).toMatchObject({ kind: 'practice', name: 'Practice room', players: 0, registration: null });
    expect(room?.target).toEqual({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), label: 'Practice room' });
    expect(room?.among([])).toHaveLength(1);
  });

  it('is none where a server is named, or none is wanted', async () => {
    expect(await roomOf(['--server', 'jam.example.org'])).toBeUndefined();
    expect(await roomOf(['--no-room'])).toBeUndefined();
  });

  it('S6: is open to others on request, at its port, listed nowhere', async () => {
    const toml = `[room]\nport = ${PORT}\nmax-players = 4\ndirectory = "directory.example.org"\n`;
    const room = await roomOf(['--room', '--server', 'jam.example.org'], toml);
    expect(room?.report()).toMatchObject({ kind: 'room', maxPlayers: 4, registration: null, listedServers: null });
    expect(room?.report().name).toBe(hostname().slice(0, 20));
    expect(room?.target.address).toBe(`127.0.0.1:${PORT}`);
    const [first, ...others] = room?.among([{ name: 'Cellar', host: { address: '192.0.2.7', port: PORT } }]) ?? [];
    expect(first?.host).toEqual({ address: '127.0.0.1', port: PORT });
    expect(others.map(({ name }) => name)).toEqual(['Cellar']);
  });

  it('opens at every start where the settings say so, recording nothing where they say that', async () => {
    const toml = `[room]\nenabled = true\nport = ${PORT}\nname = "Attic"\nrecordings = "none"\nbe-directory = true\n`;
    const room = await roomOf([], toml);
    expect(room?.report()).toMatchObject({ name: 'Attic', recorder: 'not-initialised', listedServers: 0 });
  });

  it('an error names a port that is taken', async () => {
    await roomOf(['--room'], `[room]\nport = ${PORT}\n`);
    const parsed = parseArgs(['--room', '--no-realtime'], '7F3A');
    if (!('options' in parsed)) throw new Error('options');
    const installer = parseInstallerText(`[room]\nport = ${PORT}\n`).settings;
    const second = await openOwnRoom({ options: parsed.options, installer, folder, onLog: () => undefined });
    expect(second).toEqual({ error: `no free UDP port from ${PORT} on` });
  });

  it('mistakes in the settings are named, and the rest counts', () => {
    const { settings, errors } = parseInstallerText('[room]\nmax-players = 151\nrecordings = "here"\nlicence = true\n');
    expect(errors).toHaveLength(2);
    expect(settings.room).toMatchObject({ maxPlayers: 10, licence: true, enabled: false, listingConsent: false });
  });
});
