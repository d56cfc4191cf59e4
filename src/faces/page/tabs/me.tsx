/** Me: the profile as an ordinary form, and the privacy page with the exact values (C1). */

import { useId, useState } from 'preact/hooks';
import { countryCodes, countryIso } from '../../../jamulus/countries.ts';
import { SKILL_LEVELS } from '../../../jamulus/enumerations.ts';
import { INSTRUMENTS, type InstrumentCategory, instrumentCategory } from '../../../jamulus/instruments.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../../../jamulus/text.ts';
import type { PageState } from '../../web/api/page-state.ts';
import { countryName } from '../format.ts';
import { Card, Select } from '../parts/controls.tsx';
import { ProfileFacts } from '../parts/questions.tsx';
import { act } from '../store.ts';
import { currentLanguage, texts } from '../texts/language.ts';

type Profile = PageState['profile'];
const GROUPS: readonly InstrumentCategory[] = [
  'percussion',
  'plucked',
  'keyboard',
  'wind',
  'strings',
  'multiple',
  'other',
];

export function MeTab({ state, isLocked }: { readonly state: PageState; readonly isLocked: boolean }) {
  const t = texts().me;
  return (
    <div class="columns">
      <ProfileForm state={state} isLocked={isLocked} />
      <Card title={t.privacy}>
        <h3>{t.sent}</h3>
        <ProfileFacts profile={state.profile} />
        <h3>{t.whoSees}</h3>
        <dl class="privacy">
          {t.pages.map(({ title, body }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{body}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </div>
  );
}

function ProfileForm({ state, isLocked }: { readonly state: PageState; readonly isLocked: boolean }) {
  const t = texts();
  const words = t.me;
  /** Only the fields that somebody has touched here: the others follow the box. */
  const [change, setChange] = useState<Partial<Profile>>({});
  const [saved, setSaved] = useState('');
  const profile = { ...state.profile, ...change };
  const edit = (part: Partial<Profile>) => {
    setChange({ ...change, ...part });
    setSaved('');
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (!(await act({ type: 'profile', ...change }))) return;
    setChange({});
    setSaved(state.link.kind === 'connected' ? words.savedSeen : words.saved);
  };
  return (
    <Card title={words.profile}>
      <form onSubmit={save}>
        <p class="quiet">{words.help}</p>
        <fieldset class="plain" disabled={isLocked}>
          <Field label={words.name} value={profile.name} limit={MAX_NAME_UNITS} onChange={(name) => edit({ name })} />
          <InstrumentField value={profile.instrument} onChange={(instrument) => edit({ instrument })} />
          <Field label={words.city} value={profile.city} limit={MAX_CITY_UNITS} onChange={(city) => edit({ city })} />
          <Select
            label={words.country}
            value={profile.country}
            options={[{ value: '', text: t.notSaid }, ...countryOptions()]}
            onChange={(country) => edit({ country })}
          />
          <Select
            label={words.skill}
            value={profile.skill}
            options={SKILL_LEVELS.map((value) => ({ value, text: words.skills[value] }))}
            onChange={(skill) => edit({ skill })}
          />
          <div class="buttons">
            <span role="status" class="saved">
              {saved}
            </span>
            <button type="submit" class="primary">
              {t.save}
            </button>
          </div>
        </fieldset>
      </form>
    </Card>
  );
}

function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly limit: number;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        maxLength={props.limit}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </div>
  );
}

function InstrumentField(props: { readonly value: number; readonly onChange: (instrument: number) => void }) {
  const t = texts();
  const id = useId();
  const numbers = INSTRUMENTS.map((_, number) => number).slice(1);
  return (
    <div class="field">
      <label for={id}>{t.me.instrument}</label>
      <select id={id} value={`${props.value}`} onChange={(event) => props.onChange(Number(event.currentTarget.value))}>
        <option value="0">{t.notSaid}</option>
        {GROUPS.map((group) => (
          <optgroup key={group} label={t.me.groups[group]}>
            {numbers
              .filter((number) => instrumentCategory(number) === group)
              .map((number) => (
                <option key={number} value={`${number}`}>
                  {t.me.instruments[number] ?? ''}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

const optionsOf = new Map<string, readonly { readonly value: string; readonly text: string }[]>();

/** By their names in the language of now. */
function countryOptions(): readonly { readonly value: string; readonly text: string }[] {
  const language = currentLanguage();
  const known = optionsOf.get(language);
  if (known !== undefined) return known;
  const order = new Intl.Collator(language).compare;
  const options = countryCodes()
    .map((code) => countryIso(code) ?? '')
    .map((value) => ({ value, text: countryName(value) }))
    .sort((a, b) => order(a.text, b.text));
  optionsOf.set(language, options);
  return options;
}
