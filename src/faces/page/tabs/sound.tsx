/** Sound: what I send, what I hear, safety against delay, the card. */

import { CHANNEL_MODES, SOUND_SETTINGS } from '../../../box/sound-settings.ts';
import { MAX_JITTER_BLOCKS } from '../../../jamulus/limits.ts';
import { AUDIO_QUALITIES } from '../../../jamulus/session-types.ts';
import type { PageState } from '../../web/api/page-state.ts';
import { decibels, numberText } from '../format.ts';
import { Card, Choice, Select, Toggle } from '../parts/controls.tsx';
import { Fader, Pan } from '../parts/fader.tsx';
import { Meters } from '../parts/meters.tsx';
import { act } from '../store.ts';
import { texts } from '../texts/language.ts';
import { Channels, SoundCard } from './sound-card.tsx';

type Sound = PageState['sound'];
type Change = Parameters<typeof act>[0] extends infer A ? Omit<Extract<A, { type: 'sound' }>, 'type'> : never;

const set = (change: Change) => act({ type: 'sound', ...change });
const GAIN = SOUND_SETTINGS.inputGainDb;
const BOOSTS = oneTo(SOUND_SETTINGS.boost.max);
const BLOCKS = oneTo(MAX_JITTER_BLOCKS);

function oneTo(last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${index + 1}`);
}

export function SoundTab({ state, isLocked }: { readonly state: PageState; readonly isLocked: boolean }) {
  return (
    <div class="columns">
      <div>
        <Send sound={state.sound} isLocked={isLocked} />
        <Hear state={state} isLocked={isLocked} />
      </div>
      <div>
        <Jitter sound={state.sound} isLocked={isLocked} />
        <SoundCard sound={state.sound} isLocked={isLocked} />
      </div>
    </div>
  );
}

/** A name above a fader. */
function Labelled(props: {
  readonly text: string;
  readonly help?: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div class="labelled">
      <p aria-hidden="true">{props.text}</p>
      {props.children}
      {props.help !== undefined && <p class="quiet">{props.help}</p>}
    </div>
  );
}

function Level(props: { readonly label: string; readonly value: number; readonly onChange: (level: number) => void }) {
  return <Fader {...props} min={0} max={100} step={1} home={100} text={(value) => `${Math.round(value)}`} />;
}

function Send({ sound, isLocked }: { readonly sound: Sound; readonly isLocked: boolean }) {
  const t = texts();
  const words = t.sound;
  return (
    <Card title={words.send}>
      <Meters sides={['in']} />
      <Labelled text={words.gain}>
        <Fader
          label={words.gain}
          value={sound.inputGainDb}
          min={GAIN.min}
          max={GAIN.max}
          step={1}
          origin={0}
          home={0}
          text={decibels}
          onChange={(inputGainDb) => set({ inputGainDb })}
        />
      </Labelled>
      <Labelled text={words.balance}>
        <Pan
          label={`${words.send}: ${words.balance}`}
          value={sound.inputPan}
          onChange={(inputPan) => set({ inputPan })}
        />
      </Labelled>
      <Select
        label={`${words.settings.boost.name} (${words.settings.boost.help})`}
        value={`${sound.boost}`}
        options={BOOSTS.map((value) => ({ value, text: `× ${value}` }))}
        onChange={(boost) => set({ boost: Number(boost) })}
      />
      <Channels
        label={words.inputs}
        channels={sound.card.inputs}
        pair={sound.inputChannels}
        disabled={isLocked}
        onChange={(inputChannels) => set({ inputChannels })}
      />
      <Choice
        label={words.settings.mode.name}
        value={sound.mode}
        disabled={isLocked}
        options={CHANNEL_MODES.map((value) => ({
          value,
          text: words.modes[value],
        }))}
        onChange={(mode) => set({ mode })}
      />
      <Choice
        label={words.quality}
        value={sound.quality}
        disabled={isLocked}
        options={AUDIO_QUALITIES.map((value) => ({ value, text: words.qualities[value] }))}
        onChange={(quality) => act({ type: 'quality', quality })}
      />
      <p class="quiet">{words.qualityHelp}</p>
      <Toggle
        class="switch"
        on={sound.startMuted}
        text={words.startMuted}
        stateText={sound.startMuted ? t.on : t.off}
        disabled={isLocked}
        onChange={(on) => act({ type: 'startMuted', on })}
      />
      <p class="quiet">{words.startMutedHelp}</p>
      <Toggle
        class="switch"
        on={sound.feedbackGuard}
        text={`${words.settings.feedbackGuard.name} (${words.settings.feedbackGuard.help})`}
        stateText={sound.feedbackGuard ? t.on : t.off}
        disabled={isLocked}
        onChange={(feedbackGuard) => set({ feedbackGuard })}
      />
    </Card>
  );
}

function Hear({ state, isLocked }: { readonly state: PageState; readonly isLocked: boolean }) {
  const t = texts().sound;
  const { sound } = state;
  const own = state.people.find(({ isOwn }) => isOwn);
  return (
    <Card title={t.hear}>
      <Labelled text={own === undefined ? `${t.me} (${t.whenConnected})` : t.me} help={t.meHelp}>
        {own !== undefined && (
          <Level
            label={t.me}
            value={own.mix.fader}
            onChange={(fader) => act({ type: 'mix', channelId: own.channelId, fader })}
          />
        )}
      </Labelled>
      <Labelled text={t.settings.masterLevel.name}>
        <Level
          label={t.settings.masterLevel.name}
          value={sound.masterLevel}
          onChange={(masterLevel) => set({ masterLevel })}
        />
      </Labelled>
      <Channels
        label={`${t.outputs} (${t.outputsHelp})`}
        channels={sound.card.outputs}
        pair={sound.outputChannels}
        disabled={isLocked}
        onChange={(outputChannels) => set({ outputChannels })}
      />
      <div class="labelled">
        <Toggle
          class="switch"
          on={sound.monitorOn}
          text={t.settings.monitorOn.name}
          stateText={sound.monitorOn ? texts().on : texts().off}
          disabled={isLocked}
          onChange={(monitorOn) => set({ monitorOn })}
        />
        <p class={sound.monitorOn ? 'warning' : 'quiet'}>{t.directWarning}</p>
        {sound.monitorOn && (
          <>
            <Level
              label={t.directLevel}
              value={sound.monitorLevel}
              onChange={(monitorLevel) => set({ monitorLevel })}
            />
            <Pan label={t.directPan} value={sound.monitorPan} onChange={(monitorPan) => set({ monitorPan })} />
          </>
        )}
      </div>
    </Card>
  );
}

function Jitter({ sound, isLocked }: { readonly sound: Sound; readonly isLocked: boolean }) {
  const t = texts().sound;
  const { jitter, words, blockMs } = sound;
  const start = words.find(({ kind }) => kind === 'normal');
  const fixed =
    jitter.kind === 'fixed'
      ? jitter
      : { kind: 'fixed' as const, clientBlocks: start?.clientBlocks || 4, serverBlocks: start?.serverBlocks || 4 };
  const sizes = BLOCKS.map((value) => ({
    value,
    text: t.blocksOf(Number(value), numberText(Number(value) * blockMs)),
  }));
  return (
    <Card title={t.jitter}>
      <Choice
        label={t.buffers}
        value={jitter.kind}
        disabled={isLocked}
        options={[
          ...words.map((word) => ({ value: word.kind, text: t.words[word.kind].text, help: wordHelp(word) })),
          { value: 'fixed' as const, text: t.fixed },
        ]}
        onChange={(kind) => act({ type: 'jitter', jitter: kind === 'fixed' ? fixed : { kind } })}
      />
      {jitter.kind === 'fixed' && (
        <fieldset class="plain" disabled={isLocked}>
          <Select
            label={t.here}
            value={`${jitter.clientBlocks}`}
            options={sizes}
            onChange={(size) => act({ type: 'jitter', jitter: { ...jitter, clientBlocks: Number(size) } })}
          />
          <Select
            label={t.there}
            value={`${jitter.serverBlocks}`}
            options={sizes}
            onChange={(size) => act({ type: 'jitter', jitter: { ...jitter, serverBlocks: Number(size) } })}
          />
        </fieldset>
      )}
    </Card>
  );
}

function wordHelp({ kind, auto, clientBlocks, serverBlocks, ms }: Sound['words'][number]): string {
  const t = texts().sound;
  const numbers = auto ? t.auto : t.blocks(clientBlocks, serverBlocks);
  return [t.words[kind].help, numbers, ...(ms === null ? [] : [`${numberText(ms)} ms`])].join(' · ');
}
