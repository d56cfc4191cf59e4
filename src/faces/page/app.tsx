/** The whole page: status bar, notices, the tab that is open, the bar of tabs. */
import { useEffect, useRef } from 'preact/hooks';
import type { PageState } from '../web/api/page-state.ts';
import { Pairing } from './pairing.tsx';
import { Notices, Problems } from './parts/notices.tsx';
import { Questions } from './parts/questions.tsx';
import { type Model, say, TABS, type Tab } from './store.ts';
import { BoxTab } from './tabs/box.tsx';
import { Chat } from './tabs/chat.tsx';
import { MeTab } from './tabs/me.tsx';
import { Play } from './tabs/play.tsx';
import { Servers } from './tabs/servers.tsx';
import { SoundTab } from './tabs/sound.tsx';
import { texts } from './texts/language.ts';
import { useModel } from './use-model.ts';

const ICONS: Readonly<Record<Tab, string>> = {
  play: 'M8 5v14l11-7z',
  servers: 'M4 4h16v6H4zM4 14h16v6H4zM7 7h2M7 17h2',
  sound: 'M4 9v6h4l5 5V4L8 9zM16 8a6 6 0 0 1 0 8',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
  chat: 'M4 4h16v12H9l-5 4z',
  box: 'M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10',
};

export function App() {
  const model = useModel();
  const { me, state } = model;
  const t = texts();
  useEffect(() => {
    document.title = state === null ? t.title : `${state.box.hostName} – ${t.title}`;
  }, [state?.box.hostName, t]);
  return (
    <>
      <Gone gone={model.gone && state?.box.life !== 'off'} />
      {me?.role === 'nobody' ? (
        <main id="content">
          <h1>{me.hostName === '' ? t.title : me.hostName}</h1>
          <Pairing me={me} />
        </main>
      ) : state === null || me === null ? (
        <main id="content">
          <h1>{t.title}</h1>
          <p class="quiet">{t.loading}</p>
        </main>
      ) : state.box.life === 'running' ? (
        <Opened model={model} state={state} />
      ) : (
        <main id="content" class="farewell">
          <div role="alert">
            <h1>{state.box.life === 'off' ? t.box.canUnplug : t.box.stopping}</h1>
          </div>
        </main>
      )}
      <p class="toast" role="status" hidden={model.toast === null}>
        {model.toast}
      </p>
    </>
  );
}

function Gone({ gone }: { readonly gone: boolean }) {
  const t = texts().gone;
  return (
    <div role="alert">
      {gone && (
        <p class="gone">
          <b>{t.title}</b> {t.body} …
        </p>
      )}
    </div>
  );
}

function Opened({ model, state }: { readonly model: Model; readonly state: PageState }) {
  const t = texts();
  const { me, tab } = model;
  const isLocked = me?.menuLocked === true && me.role !== 'installer';
  useChatToast(model, state);
  return (
    <>
      <StatusBar state={state} />
      <Tabs model={model} state={state} />
      <main id="content" tabIndex={-1} aria-label={t.tabs[tab]} class={model.gone ? 'is-gone' : ''}>
        <Notices model={model} />
        <Problems model={model} />
        {me?.role === 'watcher' && (
          <>
            <p class="warning">{t.pair.looking}</p>
            <Pairing me={me} />
          </>
        )}
        {isLocked && tab !== 'play' && tab !== 'chat' && <p class="warning">{t.locked}</p>}
        {isLocked && me?.hasPin === true && tab === 'box' && <Pairing me={me} pinOnly />}
        <OpenTab model={model} state={state} isLocked={isLocked} />
      </main>
      <Questions model={model} />
    </>
  );
}

function OpenTab(props: { readonly model: Model; readonly state: PageState; readonly isLocked: boolean }) {
  const { model, state, isLocked } = props;
  switch (model.tab) {
    case 'play':
      return <Play state={state} model={model} />;
    case 'servers':
      return <Servers state={state} model={model} />;
    case 'sound':
      return <SoundTab state={state} isLocked={isLocked} />;
    case 'me':
      return <MeTab state={state} isLocked={isLocked} />;
    case 'chat':
      return <Chat state={state} />;
    case 'box':
      return <BoxTab state={state} model={model} isLocked={isLocked} />;
  }
}

function StatusBar({ state }: { readonly state: PageState }) {
  const t = texts();
  const isRecording = state.recorder.state === 'recording';
  const isMuted = state.sound.mute !== 'off';
  return (
    <header class="status-bar">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t.skipToContent}
      </button>
      <h1>{state.box.hostName}</h1>
      <span class={`lamp ${state.link.kind}`}>{t.states[state.link.kind]}</span>
      <span role="status">{isMuted && <b class="badge muted">{t.mute.muted}</b>}</span>
      <span role="status">
        {isRecording && (
          <b class="badge rec" title={t.recordingNow}>
            {t.rec}
          </b>
        )}
      </span>
    </header>
  );
}

function Tabs({ model, state }: { readonly model: Model; readonly state: PageState }) {
  const t = texts();
  const unread = state.chat.filter(({ number }) => number > model.readChat).length;
  return (
    <nav class="tabs" aria-label={t.title}>
      {TABS.map((tab) => (
        <a key={tab} href={`#${tab}`} aria-current={tab === model.tab ? 'page' : undefined}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={ICONS[tab]} />
          </svg>
          <span>{t.tabs[tab]}</span>
          {tab === 'chat' && unread > 0 && model.tab !== 'chat' && (
            <b class="count">
              <span aria-hidden="true">{unread}</span>
              <span class="spoken">{t.chat.new(unread)}</span>
            </b>
          )}
        </a>
      ))}
    </nav>
  );
}

/** Chat that comes while another tab is open is said for some seconds. */
function useChatToast(model: Model, state: PageState): void {
  const newest = state.chat.at(-1);
  const announced = useRef(newest?.number ?? 0);
  useEffect(() => {
    const isNew = newest !== undefined && newest.number > announced.current;
    announced.current = newest?.number ?? 0;
    if (isNew && model.tab !== 'chat') say(newest.text);
  }, [newest?.number]);
}
