/** The options of the command line and their help text. */
import { CARD_PERIODS, PERIODS } from '../box/periods.ts';
import { SOUND_SETTINGS } from '../box/sound-settings.ts';
import { SKILLS } from '../jamulus/enumerations.ts';
import { MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import { AUDIO_QUALITIES } from '../jamulus/session-types.ts';
import { BLOCK_FACTORS, FRAME_SAMPLES } from '../jamulus/stream-format.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../jamulus/text.ts';
import { DEFAULTS } from './defaults.ts';

export const OPTIONS = {
  server: { type: 'string' },
  input: { type: 'string' },
  output: { type: 'string' },
  loop: { type: 'boolean' },
  name: { type: 'string' },
  instrument: { type: 'string' },
  city: { type: 'string' },
  country: { type: 'string' },
  skill: { type: 'string' },
  channels: { type: 'string' },
  quality: { type: 'string' },
  frames: { type: 'string' },
  period: { type: 'string' },
  periods: { type: 'string' },
  'block-factor': { type: 'string' },
  jitter: { type: 'string' },
  gain: { type: 'string' },
  boost: { type: 'string' },
  muted: { type: 'boolean' },
  monitor: { type: 'boolean' },
  port: { type: 'string' },
  dscp: { type: 'string' },
  'traffic-class': { type: 'string' },
  core: { type: 'string' },
  priority: { type: 'string' },
  'no-realtime': { type: 'boolean' },
  'accept-recording': { type: 'boolean' },
  'accept-licence': { type: 'boolean' },
  stats: { type: 'string' },
  settings: { type: 'string' },
  state: { type: 'string' },
  appliance: { type: 'boolean' },
  requests: { type: 'string' },
  page: { type: 'string' },
  rpc: { type: 'string' },
  'rpc-secret': { type: 'string' },
  'rpc-bind': { type: 'string' },
  plain: { type: 'boolean' },
  room: { type: 'boolean' },
  practice: { type: 'boolean' },
  'no-room': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type OptionName = keyof typeof OPTIONS;

const { inputGainDb, boost, monitorLevel } = SOUND_SETTINGS;

export const HELP = `Plays on a Jamulus server. What is not given is as the files say and as people last chose it.

Server
  --server HOST[:PORT]      connect to it; an IPv6 address in brackets
  --port N                  first UDP port here, 0 = any (default: as Jamulus, from 22134 on)
  --dscp N                  priority mark of the packets, 0...63 (default ${DEFAULTS.trafficClass / 4})
  --traffic-class N         the same as the whole byte, 0...255 (default ${DEFAULTS.trafficClass})

Room
  --practice                play in a practice room on this machine, with two players
                            (default: CONNECT goes there where no server is known)
  --room                    open a room that others can join, as [room] in the settings says
  --no-room                 neither

What the others see
  --name TEXT               at most ${MAX_NAME_UNITS} characters (default: Box- and four digits)
  --instrument NAME|N       for example "Bass Guitar" (default: none)
  --city TEXT               at most ${MAX_CITY_UNITS} characters (default: empty)
  --country CODE            two letters, for example NZ (default: none)
  --skill none|${SKILLS.join('|')}

Sound
  --input alsa:NAME|FILE|tone|click|silence     (default: alsa:${DEFAULTS.input}, a tone while there is no card)
  --output alsa:NAME|FILE|none                  (default: alsa:${DEFAULTS.output})
  --loop                    repeat the input file
  --channels mono|stereo|mono-in-stereo-out     (default: stereo)
  --gain DB                 input gain, ${inputGainDb.min}...${inputGainDb.max} (default ${inputGainDb.default})
  --boost N                 input boost, a factor from ${boost.min} to ${boost.max} (default ${boost.default})
  --muted                   start muted
  --monitor [LEVEL]         direct sound at fader position ${monitorLevel.min}...${monitorLevel.max} (default: off)

Delay
  --period ${PERIODS.join('|')}    frames of one sound card period (default ${DEFAULTS.periodFrames})
  --periods N               periods of the sound card's buffer, ${CARD_PERIODS.min}...${CARD_PERIODS.max} (default 2, USB 3)
  --frames ${FRAME_SAMPLES.join('|')}           samples of one coded frame (default: 64 with a period of up to 64, else 128)
  --block-factor ${BLOCK_FACTORS.join('|')}      frames of 128 samples in one packet (default ${DEFAULTS.blockFactor})
  --quality ${AUDIO_QUALITIES.join('|')}                 (default: ${DEFAULTS.quality})
  --jitter auto|fast|safe   sizes of the jitter buffers (default: auto)
  --jitter N[,M]            own jitter buffer and the server's for us, blocks, 1...${MAX_JITTER_BLOCKS}

Unattended
  --accept-recording        play although the server records
  --accept-licence          accept the server's licence
  --stats FILE              write the engine's statistics there at the end, as JSON

Real time
  --priority N              of the audio thread, 1...99 (default ${DEFAULTS.priority})
  --core N                  keep the audio thread on this processor core
  --no-realtime             an ordinary thread will do

Files and panel
  --settings FILE           the installer's settings (default: box.toml on the boot partition)
  --state FOLDER            what the box remembers (default: jamulus-box among the user's state files)
  --plain                   a status line instead of the panel
  --appliance               shutting down switches the machine off; no tone stands in for a missing sound card
  --page PORT|off           the phone page (default: 80 with --appliance, else 22180; off with --plain)
  --rpc PORT                JSON-RPC as of Jamulus (default: off)
  --rpc-secret FILE         its first line is what JSON-RPC asks for, at least 16 characters
  --rpc-bind ADDRESS        (default: ${DEFAULTS.rpcBind})
  --requests FOLDER         where --appliance asks root to do so (default: /run/jambox/requests)

  -h, --help                this text
`;
