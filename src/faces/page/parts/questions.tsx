/** Questions before something is done: who sees what before joining (privacy C1, C3), and "really?". */
import { useEffect, useRef } from 'preact/hooks';
import { countryName, instrumentText } from '../format.ts';
import { act, type Model, type Question, setModel } from '../store.ts';
import { texts } from '../texts/language.ts';
import { Facts } from './controls.tsx';

export function ask(question: Question): void {
  setModel({ question });
}

/** Closed first, so that the browser gives the focus back to where it was. */
function done(): void {
  document.querySelector('dialog')?.close();
}

export function Questions({ model }: { readonly model: Model }) {
  const { question } = model;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (question !== null && dialog.current?.open === false) dialog.current.showModal();
  }, [question]);
  if (question === null) return null;
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={() => setModel({ question: null })}>
      {question.kind === 'sure' ? <Sure question={question} /> : <WhoSees question={question} model={model} />}
    </dialog>
  );
}

function Sure({ question }: { readonly question: Extract<Question, { kind: 'sure' }> }) {
  const t = texts();
  const go = () => {
    done();
    void act(question.action);
  };
  return (
    <>
      <h2 id="question">{question.title}</h2>
      <p>{question.body}</p>
      <div class="buttons">
        <button type="button" onClick={done}>
          {t.cancel}
        </button>
        <button type="button" class="danger" onClick={go}>
          {question.go}
        </button>
      </div>
    </>
  );
}

function WhoSees(props: { readonly question: Extract<Question, { kind: 'who-sees' }>; readonly model: Model }) {
  const { connect } = props.question;
  const { state, servers } = props.model;
  const t = texts();
  const address = connect.address ?? state?.link.server?.address;
  const row = servers?.rows.find((one) => one.address === address);
  return (
    <>
      <h2 id="question">{t.whoSees.title}</h2>
      {state !== null && <ProfileFacts profile={state.profile} />}
      {row?.records === 'now' && <p class="warning">{t.whoSees.records}</p>}
      {row?.keepsLog === true && <p class="warning">{t.whoSees.keepsLog}</p>}
      <p>{t.whoSees.others}</p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            done();
            location.hash = 'me';
          }}
        >
          {t.whoSees.change}
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            done();
            location.hash = 'play';
            void act({ ...connect, shown: true });
          }}
        >
          {t.whoSees.go}
        </button>
      </div>
    </>
  );
}

/** The exact values that are sent. */
export function ProfileFacts({ profile }: { readonly profile: NonNullable<Model['state']>['profile'] }) {
  const t = texts();
  const quoted = (text: string) => (text === '' ? <i>{t.me.empty}</i> : <bdi>{text}</bdi>);
  return (
    <Facts
      rows={[
        [t.me.name, quoted(profile.name)],
        [t.me.instrument, quoted(instrumentText(profile.instrument))],
        [t.me.city, quoted(profile.city)],
        [t.me.country, quoted(countryName(profile.country))],
        [t.me.skill, quoted(profile.skill === 'not-set' ? '' : t.me.skills[profile.skill])],
      ]}
    />
  );
}
