/** What the box starts with: the installer's file where it says something, else what people last chose. */
import type { BoxSettings } from '../box/state.ts';
import { habitsOf } from '../box/choices.ts';
import type { ServerTarget } from '../box/server-target.ts';
import type { InstallerSettings } from './installer-schema.ts';
import type { MachineState } from './machine-state.ts';

export function startSettings(installer: InstallerSettings, machine: MachineState): BoxSettings {
  const { profile, sound, network, unattended } = installer;
  return {
    server: startServer(installer, machine),
    profile: {
      name: profile.name ?? machine.profile.name,
      city: profile.city ?? machine.profile.city,
      countryCode: profile.country ?? machine.profile.countryCode,
      instrument: profile.instrument ?? machine.profile.instrument,
      skill: profile.skill ?? machine.profile.skill,
    },
    transport: {
      quality: network.quality ?? machine.quality,
      // Small frames are for small periods: a larger period makes them come in bursts (audio.md §4).
      frameSamples: sound.periodFrames <= 64 ? 64 : 128,
      blockFactor: 1,
    },
    jitter: network.jitter === undefined ? machine.jitter : { kind: network.jitter },
    consent: unattended,
    sound: {
      ...machine.sound,
      inputChannels: sound.inputChannels ?? machine.sound.inputChannels,
      outputChannels: sound.outputChannels ?? machine.sound.outputChannels,
      mode: sound.channels ?? machine.sound.mode,
      inputGainDb: sound.inputGainDb ?? machine.sound.inputGainDb,
      boost: sound.boost ?? machine.sound.boost,
      monitorOn: sound.directSound ?? machine.sound.monitorOn,
      masterLevel: sound.headphones ?? machine.sound.masterLevel,
    },
    startMuted: habitsOf(installer, machine.choices).startMuted,
    mixes: machine.mixes,
  };
}

/** "CONNECT when idle = last server": the one of the file, where it names one. */
function startServer(installer: InstallerSettings, machine: MachineState): ServerTarget | null {
  const { address, name } = installer.server;
  if (address !== undefined) return { address, label: name || address };
  return machine.lastServer;
}
