/** Servers: the lists, filters, favourites, and an address that is typed. */
import { useEffect, useId, useState } from 'preact/hooks';
import { parseServerAddress } from '../../../jamulus/server-address.ts';
import type { PageServers, PageState } from '../../web/api/page-state.ts';
import { Card, Select, Toggle } from '../parts/controls.tsx';
import { act, type Model } from '../store.ts';
import { texts } from '../texts/language.ts';
import { connectTo } from './connect-to.ts';
import { filterRows } from './server-filter.ts';
import { ServerItem } from './server-item.tsx';

/** The box stops asking when nobody says that somebody still looks. */
const STILL_LOOKING_MS = 20_000;
const ROWS_AT_FIRST = 60;
const PINGS_MS = ['20', '40', '60', '100'] as const;

export function Servers({ state, model }: { readonly state: PageState; readonly model: Model }) {
  const { servers } = model;
  if (servers === null) return <p class="quiet">{texts().loading}</p>;
  if (servers.fixed) return <FixedServer state={state} servers={servers} />;
  return (
    <div class="columns wide-left">
      <Lists state={state} servers={servers} />
      <TypedAddress />
    </div>
  );
}

function FixedServer({ state, servers }: { readonly state: PageState; readonly servers: PageServers }) {
  return (
    <Card>
      <p>{texts().servers.fixed}</p>
      <ul class="rows">
        {servers.rows.map((row) => (
          <ServerItem key={row.address} row={row} state={state} />
        ))}
      </ul>
    </Card>
  );
}

function Lists({ state, servers }: { readonly state: PageState; readonly servers: PageServers }) {
  const t = texts().servers;
  const [listId, setListId] = useState(servers.lists[0]?.id ?? '');
  const [search, setSearch] = useState('');
  const [pingMs, setPingMs] = useState<'' | (typeof PINGS_MS)[number]>('');
  const [occupied, setOccupied] = useState(false);
  const [limit, setLimit] = useState(ROWS_AT_FIRST);
  const searchId = useId();
  const list = servers.lists.find(({ id }) => id === listId) ?? servers.lists[0];
  const open = list === undefined ? '' : JSON.stringify(list.open);

  useEffect(() => {
    if (open === '') return;
    const look = () => void act({ type: 'listServers', open: JSON.parse(open) });
    look();
    const timer = setInterval(look, STILL_LOOKING_MS);
    return () => clearInterval(timer);
  }, [open]);
  useEffect(() => () => void act({ type: 'listServers', open: null }), []);
  useEffect(() => setLimit(ROWS_AT_FIRST), [listId, search, pingMs, occupied]);

  if (list === undefined) return null;
  const wanted = { search, pingMs: pingMs === '' ? null : Number(pingMs), occupied };
  const rows = filterRows(servers.rows, list.id, wanted);
  const { group } = list.open;
  const isFiltered = search !== '' || pingMs !== '' || occupied;
  const nothing = group === 'public' && !isFiltered ? t.status[list.status] : t.empty[isFiltered ? 'public' : group];
  return (
    <Card>
      <fieldset class="chips" aria-label={t.lists}>
        {servers.lists.map(({ id, title, count }) => (
          <Toggle
            key={id}
            on={id === list.id}
            text={`${t.listTitles[id] ?? title}${count > 0 ? ` ${count}` : ''}`}
            onChange={() => setListId(id)}
          />
        ))}
      </fieldset>
      <p class="quiet">{t.tells[group]}</p>
      <div class="filters">
        <div class="field">
          <label for={searchId}>{t.search}</label>
          <input
            id={searchId}
            type="search"
            value={search}
            placeholder={t.searchHint}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <Select
          label={t.ping}
          value={pingMs}
          options={[
            { value: '', text: t.anyPing },
            ...PINGS_MS.map((value) => ({ value, text: t.below(Number(value)) })),
          ]}
          onChange={setPingMs}
        />
        <Toggle on={occupied} text={t.occupied} onChange={setOccupied} />
      </div>
      <p class="quiet" role="status">
        {rows.length === 0 ? nothing : t.found(rows.length)}
      </p>
      <ul class="rows">
        {rows.slice(0, limit).map((row) => (
          <ServerItem key={row.address} row={row} state={state} />
        ))}
      </ul>
      {rows.length > limit && (
        <button type="button" onClick={() => setLimit(limit + 2 * ROWS_AT_FIRST)}>
          {t.more(rows.length - limit)}
        </button>
      )}
    </Card>
  );
}

function TypedAddress() {
  const t = texts();
  const id = useId();
  const [address, setAddress] = useState('');
  const [isBad, setBad] = useState(false);
  const withAddress = (then: (address: string) => void) => {
    const typed = address.trim();
    const { ok } = parseServerAddress(typed);
    setBad(!ok);
    if (ok) then(typed);
  };
  return (
    <Card title={t.servers.typed}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          withAddress((typed) => connectTo({ address: typed }));
        }}
      >
        <div class="field">
          <label for={id}>{t.servers.address}</label>
          <input
            id={id}
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={300}
            value={address}
            placeholder={t.servers.addressHint}
            aria-invalid={isBad}
            aria-describedby={`${id}-error`}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        </div>
        <p id={`${id}-error`} class="error" role="alert">
          {isBad ? t.servers.badAddress : ''}
        </p>
        <div class="buttons">
          <button
            type="button"
            onClick={() => withAddress((typed) => act({ type: 'favourite', address: typed, on: true }))}
          >
            {t.servers.keep}
          </button>
          <button type="submit" class="primary">
            {t.connect}
          </button>
        </div>
      </form>
    </Card>
  );
}
