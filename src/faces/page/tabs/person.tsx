/** One musician: name, level, fader, side, mute, solo. */
import type { PagePerson } from '../../web/api/page-state.ts';
import { countryName, instrumentText } from '../format.ts';
import { Toggle } from '../parts/controls.tsx';
import { Fader, Pan } from '../parts/fader.tsx';
import { PersonLevel } from '../parts/meters.tsx';
import { act } from '../store.ts';
import { texts } from '../texts/language.ts';

export function PersonRow({ person }: { readonly person: PagePerson }) {
  const t = texts();
  const { channelId, mix } = person;
  const name = person.name === '' ? t.people.nameless : person.name;
  const set = (change: Partial<PagePerson['mix']>) => act({ type: 'mix', channelId, ...change });
  return (
    <li class={`person ${mix.muted ? 'is-muted' : ''}`}>
      <div class="person-head">
        <h3>
          <bdi>{name}</bdi>
          {person.isOwn && <span class="tag">{t.people.you}</span>}
          {person.hasMutedMe && <span class="tag alarm">{t.people.hasMutedMe}</span>}
        </h3>
        <p class="quiet">{details(person)}</p>
      </div>
      <PersonLevel channelId={channelId} />
      <Fader
        label={t.people.fader(name)}
        value={mix.fader}
        min={0}
        max={100}
        step={1}
        home={100}
        text={(value) => `${Math.round(value)}`}
        onChange={(fader) => set({ fader })}
      />
      <div class="person-foot">
        <Toggle
          class="mute"
          on={mix.muted}
          text={t.people.mute}
          label={t.people.muteOf(name)}
          onChange={(muted) => set({ muted })}
        />
        <Toggle
          class="solo"
          on={mix.solo}
          text={t.people.solo}
          label={t.people.soloOf(name)}
          onChange={(solo) => set({ solo })}
        />
        <Pan label={t.people.pan(name)} value={mix.pan} onChange={(pan) => set({ pan })} />
      </div>
    </li>
  );
}

function details({ instrument, city, country, skill }: PagePerson): string {
  const skillText = skill === 'not-set' ? '' : texts().me.skills[skill];
  return [instrumentText(instrument), city, countryName(country), skillText].filter((each) => each !== '').join(' · ');
}
