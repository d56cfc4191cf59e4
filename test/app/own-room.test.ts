/** Which room a box hosts, by command line and settings (src/app/own-room.ts). */
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OwnRoom, openOwnRoom } from '../../src/app/own-room.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { temporaryFolder } from '../support/folder.ts';
import { settingsFrom } from '../support/settings.ts';

let folder: string;
let open: OwnRoom | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await open?.stop();
  open = null;
});

const PORT = 40_000 + (process.pid % 10_000);

async function roomOf(argv: readonly string[], toml = ''): Promise<OwnRoom | null> {
  const settings = settingsFrom(['--no-realtime', ...argv], toml);
  const { settings: installer, errors } = parseInstallerText(toml);
  expect(errors).toEqual([]);
  const room = await openOwnRoom({ settings, installer, folder, onLog: () => undefined });
  if (room !== null && 'error' in room) throw new Error(room.error);
  open = room;
  return room;
}

describe('the room of a box', () => {
  it('is a practice room where no server is known', async () => {
    const room = await roomOf([]);
    expect(room?.hosting().room).toMatchObject({
      kind: 'practice',
      name: 'Practice room',
      players: 0,
      registration: null,
    });
    expect(room?.target).toEqual({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), label: 'Practice room' });
    expect(room?.among([])).toHaveLength(1);
  });

  it('is none where a server is named, or none is wanted', async () => {
    expect(await roomOf(['--server', 'jam.example.org'])).toBeNull();
    expect(await roomOf(['--no-room'])).toBeNull();
  });

  it('S6: is open to others on request, at its port, listed nowhere', async () => {
    const toml = `[room]\nport = ${PORT}\nmax-players = 4\ndirectory = "directory.example.org"\n`;
    const room = await roomOf(['--room', '--server', 'jam.example.org'], toml);
    expect(room?.hosting().room).toMatchObject({
      kind: 'room',
      maxPlayers: 4,
      registration: null,
      listedServers: null,
    });
    expect(room?.hosting().room.name).toBe(hostname().slice(0, 20));
    expect(room?.target.address).toBe(`127.0.0.1:${PORT}`);
    const [first, ...others] = room?.among([{ name: 'Cellar', host: { address: '192.0.2.7', port: PORT } }]) ?? [];
    expect(first?.host).toEqual({ address: '127.0.0.1', port: PORT });
    expect(others.map(({ name }) => name)).toEqual(['Cellar']);
  });

  it('opens at every start where the settings say so, recording nothing where they say that', async () => {
    const toml = `[room]\nenabled = true\nport = ${PORT}\nname = "Attic"\nrecordings = "none"\nbe-directory = true\n`;
    const room = await roomOf([], toml);
    expect(room?.hosting().room).toMatchObject({ name: 'Attic', recorder: 'not-initialised', listedServers: 0 });
  });

  it('an error names a port that is taken', async () => {
    await roomOf(['--room'], `[room]\nport = ${PORT}\n`);
    const settings = settingsFrom(['--room', '--no-realtime']);
    const installer = parseInstallerText(`[room]\nport = ${PORT}\n`).settings;
    const second = await openOwnRoom({ settings, installer, folder, onLog: () => undefined });
    expect(second).toEqual({ error: `room: no free UDP port from ${PORT} on` });
  });

  it('mistakes in the settings are named, and the rest counts', () => {
    const { settings, errors } = parseInstallerText('[room]\nmax-players = 151\nrecordings = "here"\nlicence = true\n');
    expect(errors).toHaveLength(2);
    expect(settings.room).toMatchObject({ maxPlayers: 10, licence: true, enabled: false, listingConsent: false });
  });
});
