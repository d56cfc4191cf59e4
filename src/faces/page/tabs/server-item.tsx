/** A server in a list: connects when pressed, the star keeps it as a favourite. */
import type { PageServerRow, PageState } from '../../web/api/page-state.ts';
import { countryName, instrumentText, numberText } from '../format.ts';
import { Toggle } from '../parts/controls.tsx';
import { act } from '../store.ts';
import { texts } from '../texts/language.ts';
import { connectTo } from './connect-to.ts';

export function ServerItem({ row, state }: { readonly row: PageServerRow; readonly state: PageState }) {
  const t = texts().servers;
  const name = row.name === '' ? row.address : row.name;
  const isHere = state.link.kind === 'connected' && state.link.server?.address === row.address;
  const place = [row.city, countryName(row.country)].filter((each) => each !== '').join(', ');
  const warnings = [
    ...(row.records === 'now' ? [t.records] : row.records === 'possible' ? [t.canRecord] : []),
    ...(row.keepsLog === true ? [t.keepsLog] : []),
    ...(row.licence === true ? [t.licence] : []),
  ];
  return (
    <li class="server">
      <Toggle
        class="star"
        on={row.favourite}
        text={row.favourite ? '★' : '☆'}
        label={row.favourite ? t.removeFavourite(name) : t.addFavourite(name)}
        onChange={(on) => act({ type: 'favourite', address: row.address, on })}
      />
      <button
        type="button"
        class="server-go"
        disabled={isHere}
        onClick={() => connectTo({ address: row.address, label: name })}
      >
        <span class="server-name">
          <bdi>{name}</bdi>
          {isHere && <span class="tag">{t.here}</span>}
          {row.full && <span class="tag">{t.full}</span>}
          {warnings.map((warning) => (
            <span key={warning} class={`tag ${warning === t.records ? 'alarm' : ''}`}>
              {warning}
            </span>
          ))}
        </span>
        <span class="server-ping">{pingText(row)}</span>
        <span class="server-place">
          <bdi>{place}</bdi>
        </span>
        <span class="server-players">{row.players === null ? '' : t.players(row.players, row.maxPlayers)}</span>
        {row.people.length > 0 && (
          <span class="server-people">
            <bdi>{row.people.map(personText).join(', ')}</bdi>
          </span>
        )}
      </button>
    </li>
  );
}

function pingText({ pingMs, reachable }: PageServerRow): string {
  const t = texts().servers;
  if (pingMs !== null) return `${numberText(pingMs)} ms`;
  return reachable === false ? t.unreachable : t.asking;
}

function personText({ name, instrument }: PageServerRow['people'][number]): string {
  const plays = instrumentText(instrument);
  return plays === '' ? name : `${name} (${plays})`;
}
