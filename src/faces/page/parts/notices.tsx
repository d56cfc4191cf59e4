/** What stands above every tab until it is answered: recording, licence, "still playing?", and what is wrong. */
import { act, boxNowMs, type Model } from '../store.ts';
import { texts } from '../texts/language.ts';
import { useSeconds } from '../use-model.ts';

export function Notices({ model }: { readonly model: Model }) {
  return (
    <>
      <RecordingNotice model={model} />
      <LicenceNotice model={model} />
      <StillPlaying model={model} />
    </>
  );
}

function RecordingNotice({ model }: { readonly model: Model }) {
  const notice = model.state?.recorder.notice ?? null;
  const t = texts();
  const words = notice === null ? null : t.recording[notice];
  const isHeard = model.state?.sound.mute === 'off';
  return (
    <div role="alert">
      {words !== null && (
        <section class={`notice ${notice === 'stopped' ? '' : 'recording'}`} aria-label={words.title}>
          <h2>{words.title}</h2>
          {words.body !== '' && <p>{notice === 'stopped' ? words.body : t.keepsFiles}</p>}
          {words.hint !== '' && <p>{isHeard || notice === 'join' ? words.hint : `${t.mute.nobody}.`}</p>}
          <div class="buttons">
            {notice !== 'stopped' && (
              <button type="button" onClick={() => act({ type: 'notice', ok: false })}>
                {t.leave}
              </button>
            )}
            <button type="button" class="primary" onClick={() => act({ type: 'notice', ok: true })}>
              {t.ok}
            </button>
          </div>
        </section>
      )}
    </div>
  );
}

function LicenceNotice({ model }: { readonly model: Model }) {
  if (model.state?.licence !== 'required') return null;
  const t = texts();
  return (
    <section class="notice" role="alert">
      <h2>{t.licence.title}</h2>
      {model.state.welcome !== null && <p class="hostile">{model.state.welcome}</p>}
      <p>{t.licence.body}</p>
      <div class="buttons">
        <button type="button" onClick={() => act({ type: 'licence', ok: false })}>
          {t.leave}
        </button>
        <button type="button" class="primary" onClick={() => act({ type: 'licence', ok: true })}>
          {t.licence.accept}
        </button>
      </div>
    </section>
  );
}

function StillPlaying({ model }: { readonly model: Model }) {
  const until = model.state?.box.stillPlayingUntilMs ?? null;
  useSeconds(until !== null);
  if (until === null) return null;
  const t = texts();
  return (
    <section class="notice" role="alert">
      <h2>{t.stillPlaying.title}</h2>
      <p>{t.stillPlaying.body(Math.max(0, Math.ceil((until - boxNowMs()) / 1000)))}</p>
      <div class="buttons">
        <button type="button" onClick={() => act({ type: 'leave' })}>
          {t.leave}
        </button>
        <button type="button" class="primary" onClick={() => act({ type: 'stillPlaying' })}>
          {t.yes}
        </button>
      </div>
    </section>
  );
}

export function Problems({ model }: { readonly model: Model }) {
  const problems = model.state?.problems ?? [];
  const t = texts();
  return (
    <div role="alert">
      {problems.length > 0 && (
        <ul class="problems" aria-label={t.problemsTitle}>
          {problems.map((id) => {
            const { code, text, todo } = t.problems[id];
            return (
              <li key={id}>
                <b>{text}</b> {todo} <span class="code">{code}</span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
