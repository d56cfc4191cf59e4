/** Box: status, network, update, diagnostics, "Still playing?", language, phones, power. */
import { IDLE_MINUTES } from '../../../box/choices.ts';
import type { RemoteCommand } from '../../../box/commands.ts';
import { hostNameOf, localName } from '../../../box/host-name.ts';
import type { PageState } from '../../web/api/page-state.ts';
import { postUnpair } from '../box-link.ts';
import { numberText } from '../format.ts';
import { Card, Choice, Facts, Toggle } from '../parts/controls.tsx';
import { ask } from '../parts/questions.tsx';
import { act, askWhoAmI, type Model, setModel } from '../store.ts';
import { currentLanguage, LANGUAGES, type Language, setLanguage, texts } from '../texts/language.ts';
import { StatusGraph } from './status-graph.tsx';

interface Props {
  readonly state: PageState;
}

export function BoxTab({ state, model, isLocked }: Props & { readonly model: Model; readonly isLocked: boolean }) {
  return (
    <div class="columns">
      <div>
        <Status state={state} model={model} />
        <Network state={state} />
      </div>
      <div>
        {state.room !== null && <Room room={state.room} />}
        {!state.box.absent.includes('update') && <Update state={state} isLocked={isLocked} />}
        <Diagnostics state={state} />
        <StillPlaying minutes={state.box.idleMinutes} isLocked={isLocked} />
        <LanguageCard />
        <Power state={state} isLocked={isLocked} />
      </div>
    </div>
  );
}

function Status({ state, model }: Props & { readonly model: Model }) {
  const t = texts();
  const { delay, box, link } = state;
  const celsius = box.temperatureC === null ? t.notKnown : `${numberText(box.temperatureC)} °C`;
  const cpu = box.cpuPercent === null ? t.notKnown : `${Math.round(box.cpuPercent)} %`;
  return (
    <Card title={t.box.status}>
      <StatusGraph samples={model.history} />
      <Facts
        rows={[
          [t.delay.title, delay.ms === null ? t.notKnown : `${numberText(delay.ms)} ms`],
          [t.delay.ping, delay.pingMs === null ? t.notKnown : `${numberText(delay.pingMs)} ms`],
          [t.sound.buffers, t.sound.blocks(delay.clientBlocks, delay.serverBlocks)],
          [t.box.dropsLastMinute, delay.dropsLastMinute],
          [t.box.xruns, delay.xruns],
          [t.box.temperature, celsius],
          [t.box.cpu, cpu],
          [t.box.serverVersion, <bdi key="version">{link.version ?? t.notKnown}</bdi>],
        ]}
      />
    </Card>
  );
}

function Network({ state: { network, box } }: Props) {
  const t = texts().box;
  return (
    <Card title={t.network}>
      <Facts
        rows={[
          [t.hostName, box.hostName],
          [t.page, network.pageAddress],
          [t.cable, network.carrier ? t.pluggedIn : t.noCable],
          [t.address, network.address ?? t.noAddress],
          ...(box.absent.includes('wifi') ? [] : [[t.wifi, t.wifis[network.wifi]] as const]),
          [t.ownAddress, t.ways[network.ownAddress]],
        ]}
      />
      <h3>{t.others}</h3>
      {network.otherBoxes.length === 0 && <p class="quiet">{t.noOthers}</p>}
      <ul>
        {network.otherBoxes.map((name) => (
          <li key={name}>
            <BoxLinkText name={name} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Only a host name becomes a link. */
function BoxLinkText({ name }: { readonly name: string }) {
  const host = hostNameOf(name);
  if (host === undefined) return <bdi>{name}</bdi>;
  return (
    <a href={`http://${localName(host)}/`} rel="noreferrer">
      {host}
    </a>
  );
}

function Room({ room }: { readonly room: NonNullable<PageState['room']> }) {
  const t = texts();
  return (
    <Card title={t.box.room}>
      <p>
        <bdi>{room.name}</bdi> · {t.box.roomPlayers(room.players)}{' '}
        {room.recording && <span class="tag alarm">{t.rec}</span>}
      </p>
      {room.recordings && (
        <a class="button" href="api/recordings">
          {t.box.recordings}
        </a>
      )}
    </Card>
  );
}

function Update({ state: { box }, isLocked }: Props & { readonly isLocked: boolean }) {
  const t = texts().box;
  const { update, updateCheck } = box;
  return (
    <Card title={t.update}>
      <p>
        {t.version} {box.version}
      </p>
      <p role="status">{updateText(update)}</p>
      {update.kind === 'installing' && <progress max={1} value={update.progress} aria-label={t.update} />}
      <div class="buttons">
        {update.kind === 'available' && (
          <button type="button" class="primary" disabled={isLocked} onClick={() => act({ type: 'startUpdate' })}>
            {t.install}
          </button>
        )}
        {update.kind === 'undone' && (
          <button type="button" onClick={() => act({ type: 'updateSeen' })}>
            {t.seen}
          </button>
        )}
      </div>
      {updateCheck !== null && (
        <>
          <Toggle
            class="switch"
            on={updateCheck}
            disabled={isLocked}
            text={t.check}
            stateText={updateCheck ? texts().on : texts().off}
            onChange={(on) => act({ type: 'updateCheck', on })}
          />
          <p class="quiet">{t.checkHelp}</p>
        </>
      )}
    </Card>
  );
}

function updateText(update: PageState['box']['update']): string {
  const t = texts().box.updates;
  switch (update.kind) {
    case 'none':
      return t.none;
    case 'restarting':
      return t.restarting;
    case 'available':
      return t.available(update.version);
    case 'undone':
      return t.undone(update.version);
    case 'old-bootloader':
      return t.oldBootloader(update.version);
    case 'installing':
      return t.installing(update.version, Math.round(update.progress * 100));
  }
}

function Diagnostics({ state: { box } }: Props) {
  const t = texts().box;
  return (
    <Card title={t.diagnostics}>
      {box.mistakes.length > 0 && (
        <>
          <h3>{t.mistakes}</h3>
          <ul>
            {box.mistakes.map((mistake) => (
              <li key={mistake} class="hostile">
                {mistake}
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">{t.diagnosticsHelp}</p>
      <a class="button" href="api/diagnostics" download>
        {t.download}
      </a>
    </Card>
  );
}

function StillPlaying({ minutes: now, isLocked }: { readonly minutes: number; readonly isLocked: boolean }) {
  const t = texts().box;
  // An installer may have set a time that is not offered here.
  const all = [...new Set<number>([...IDLE_MINUTES, now])].sort((a, b) => (a || Infinity) - (b || Infinity));
  return (
    <Card>
      <Choice
        label={t.stillPlaying}
        value={`${now}`}
        disabled={isLocked}
        options={all.map((minutes) => ({
          value: `${minutes}`,
          text: minutes === 0 ? t.never : t.minutes(minutes),
        }))}
        onChange={(value) => {
          const minutes = IDLE_MINUTES.find((one) => `${one}` === value);
          if (minutes !== undefined) act({ type: 'idleMinutes', minutes });
        }}
      />
      <p class="quiet">{t.stillPlayingHelp}</p>
    </Card>
  );
}

function LanguageCard() {
  const t = texts();
  const languages = Object.keys(LANGUAGES) as Language[];
  return (
    <Card>
      <Choice
        label={t.box.language}
        value={currentLanguage()}
        options={languages.map((value) => ({ value, text: LANGUAGES[value].language }))}
        onChange={(language) => {
          setLanguage(language);
          setModel({});
        }}
      />
    </Card>
  );
}

function Power({ state: { box }, isLocked }: Props & { readonly isLocked: boolean }) {
  const t = texts().box;
  const sure = (title: string, body: string, go: string, action: RemoteCommand) => (
    <button type="button" disabled={isLocked} onClick={() => ask({ kind: 'sure', title, body, go, action })}>
      {go}
    </button>
  );
  const forget = { type: 'reset', what: 'people-and-servers' } as const;
  const reset = { type: 'reset', what: 'everything' } as const;
  return (
    <>
      <Card title={t.phones}>
        <p>{t.phonesIn(box.phones)}</p>
        <div class="buttons">
          <button type="button" onClick={() => postUnpair().then(askWhoAmI)}>
            {t.signOut}
          </button>
          {sure(t.askForgetPhones, t.forgetPhonesHelp, t.forgetPhones, { type: 'forgetPhones' })}
        </div>
      </Card>
      <Card title={t.power}>
        <div class="buttons">
          {!box.absent.includes('restart') && sure(t.askRestart, t.restartHelp, t.restart, { type: 'restart' })}
          {sure(t.askShutDown, t.shutDownHelp, t.shutDown, { type: 'shutDown' })}
        </div>
      </Card>
      <Card title={t.reset}>
        <div class="buttons">
          {sure(t.askForgetPeople, t.forgetPeopleHelp, t.forgetPeople, forget)}
          {sure(t.askResetEverything, t.resetEverythingHelp, t.resetEverything, reset)}
        </div>
      </Card>
    </>
  );
}
