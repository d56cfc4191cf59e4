/** Play: connect, mute, the delay, and who is here. */
import type { PageState } from '../../web/api/page-state.ts';
import { numberText } from '../format.ts';
import { Card } from '../parts/controls.tsx';
import { Meters } from '../parts/meters.tsx';
import { act, boxNowMs, type Model, setModel } from '../store.ts';
import { texts } from '../texts/language.ts';
import { useSeconds } from '../use-model.ts';
import { PersonRow } from './person.tsx';

export function Play({ state, model }: { readonly state: PageState; readonly model: Model }) {
  const t = texts();
  const isConnected = state.link.kind === 'connected';
  return (
    <div class="columns">
      <div>
        <LinkCard state={state} />
        <Card>
          <Meters />
        </Card>
        <Welcome state={state} model={model} />
      </div>
      <Card title={t.people.title} class="people">
        {state.people.length === 0 && <p class="quiet">{isConnected ? t.people.nobody : t.people.whenConnected}</p>}
        <ul>
          {state.people.map((person) => (
            <PersonRow key={person.channelId} person={person} />
          ))}
        </ul>
      </Card>
    </div>
  );
}

function LinkCard({ state }: { readonly state: PageState }) {
  const t = texts();
  const { link, sound } = state;
  return (
    <Card class={`link ${link.kind}`}>
      <p class="link-state" role="status">
        <b>{t.states[link.kind]}</b> <LinkDetail state={state} />
      </p>
      <p class="link-server">
        <bdi>{link.server?.label ?? t.noServer}</bdi>
      </p>
      {link.kind === 'connected' && <Delay state={state} />}
      <div class="big-buttons">
        <ConnectButton state={state} />
        <button
          type="button"
          class={`big mute ${sound.mute === 'off' ? '' : 'muted'}`}
          onClick={() => act({ type: 'mute', on: sound.mute === 'off' })}
        >
          {sound.mute === 'off' ? t.mute.mute : t.mute.unmute}
        </button>
      </div>
      <p class={sound.mute === 'off' ? 'quiet' : 'muted-text'}>{hearing(state)}</p>
    </Card>
  );
}

function hearing({ link, sound }: PageState): string {
  const t = texts();
  if (sound.mute === 'start') return `${t.mute.start}. ${t.mute.nobody}.`;
  if (sound.mute === 'feedback') return `${t.mute.feedback}.`;
  if (sound.mute !== 'off') return `${t.mute.nobody}.`;
  if (link.kind !== 'connected') return ' ';
  return sound.microphoneClosed ? t.microphoneClosed : `${t.mute.heard}.`;
}

function LinkDetail({ state: { link } }: { readonly state: PageState }) {
  const t = texts();
  useSeconds(link.kind === 'waiting');
  const details: string[] = [];
  if (link.attempt > 0) details.push(`(${t.attempt(link.attempt)})`);
  if (link.nextTryMs !== null) details.push(`${Math.max(0, Math.ceil((link.nextTryMs - boxNowMs()) / 1000))} s`);
  if (link.noAnswer) details.push(t.stillTrying);
  if (link.silent) details.push(t.silent);
  return <span aria-hidden={link.nextTryMs !== null}>{details.join(' ')}</span>;
}

function ConnectButton({ state: { link } }: { readonly state: PageState }) {
  const t = texts();
  if (link.kind === 'idle') {
    if (link.server === null) {
      return (
        <a class="big connect" href="#servers">
          {t.chooseServer}
        </a>
      );
    }
    return (
      <button type="button" class="big connect" onClick={() => act({ type: 'connect' })}>
        {t.connect}
      </button>
    );
  }
  return (
    <button type="button" class="big leave" disabled={link.kind === 'leaving'} onClick={() => act({ type: 'leave' })}>
      {link.kind === 'connected' || link.kind === 'leaving' ? t.leave : t.stop}
    </button>
  );
}

function Delay({ state: { delay } }: { readonly state: PageState }) {
  const t = texts();
  const ms = delay.tooLong ? '>500' : delay.ms === null ? '–' : numberText(delay.ms);
  return (
    <div class={`delay ${delay.word?.replace(' ', '-') ?? ''}`}>
      <span class="delay-name">{t.delay.title}</span>
      <span class="delay-number">
        {ms}
        <small> ms</small>
      </span>
      <span class="delay-word">{delay.word === null ? t.delay.measuring : t.delay.words[delay.word]}</span>
      <span class="delay-more">
        {t.delay.ping} {delay.pingMs === null ? '–' : numberText(delay.pingMs)} ms · {delay.dropsLastMinute}{' '}
        {t.delay.drops}
      </span>
    </div>
  );
}

/** Until it is closed; at the next visit again. */
function Welcome({ state, model }: { readonly state: PageState; readonly model: Model }) {
  const { welcome, link } = state;
  const visit = `${link.sinceMs}`;
  if (welcome === null || link.kind !== 'connected' || model.closedWelcome === visit) return null;
  const t = texts();
  return (
    <Card title={t.welcome}>
      <p class="hostile">{welcome}</p>
      <div class="buttons">
        <button type="button" onClick={() => setModel({ closedWelcome: visit })}>
          {t.close}
        </button>
      </div>
    </Card>
  );
}
