/** Chat: what others write is text and nothing else. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { MAX_SENT_CHAT_UNITS } from '../../../jamulus/text.ts';
import type { PageState } from '../../web/api/page-state.ts';
import { Card } from '../parts/controls.tsx';
import { act, setModel } from '../store.ts';
import { texts } from '../texts/language.ts';

export function Chat({ state }: { readonly state: PageState }) {
  const t = texts();
  const [text, setText] = useState('');
  const id = useId();
  const end = useRef<HTMLDivElement>(null);
  const newest = state.chat.at(-1)?.number ?? 0;
  useEffect(() => {
    setModel({ readChat: newest });
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  const isConnected = state.link.kind === 'connected';
  const send = async (event: Event) => {
    event.preventDefault();
    const message = text.trim();
    if (message !== '' && (await act({ type: 'chat', text: message }))) setText('');
  };
  return (
    <Card title={t.chat.title} class="chat">
      {state.welcome !== null && (
        <div class="message">
          <b>{t.welcome}</b>
          <p class="hostile">{state.welcome}</p>
        </div>
      )}
      <div class="messages" role="log" aria-label={t.chat.title}>
        {state.chat.length === 0 && <p class="quiet">{t.chat.none}</p>}
        {state.chat.map(({ number, text: message }) => (
          <div key={number} class="message">
            <p class="hostile">{message}</p>
          </div>
        ))}
        <div ref={end} />
      </div>
      <form class="chat-form" onSubmit={send}>
        <div class="field">
          <label for={id}>{t.chat.message}</label>
          <input
            id={id}
            type="text"
            autocomplete="off"
            enterkeyhint="send"
            maxLength={MAX_SENT_CHAT_UNITS}
            disabled={!isConnected}
            placeholder={isConnected ? '' : t.chat.whenConnected}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="primary" disabled={!isConnected}>
          {t.chat.send}
        </button>
      </form>
      <p class="quiet">{t.chat.help}</p>
    </Card>
  );
}
