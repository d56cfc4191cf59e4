/** Letting this phone in: six digits from the OLED, or the installer's PIN. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Me } from '../web/api/page-state.ts';
import { postPair } from './box-link.ts';
import { Card } from './parts/controls.tsx';
import { askWhoAmI } from './store.ts';
import { texts } from './texts/language.ts';
import { useSeconds } from './use-model.ts';

const CODE_DIGITS = 6;
type Failure = Exclude<Awaited<ReturnType<typeof postPair>>, { role: unknown }>;

export function Pairing({ me, pinOnly = false }: { readonly me: Me; readonly pinOnly?: boolean }) {
  const t = texts().pair;
  const [byPin, setByPin] = useState(pinOnly);
  const [digits, setDigits] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [untilMs, setUntilMs] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const waitSeconds = Math.max(0, Math.ceil((untilMs - performance.now()) / 1000));
  useSeconds(waitSeconds > 0);
  useEffect(() => {
    if (!pinOnly) input.current?.focus();
  }, [byPin]);

  async function send(typed: string): Promise<void> {
    const answer = await postPair(byPin ? { pin: typed } : { code: typed });
    if ('role' in answer) return askWhoAmI();
    setFailure(answer);
    setDigits('');
    if (answer.error === 'pause') setUntilMs(performance.now() + answer.waitMs);
    input.current?.focus();
  }

  function type(text: string): void {
    const next = text.replace(/\D/g, '').slice(0, byPin ? 12 : CODE_DIGITS);
    setDigits(next);
    if (!byPin && next.length === CODE_DIGITS) void send(next);
  }

  return (
    <Card title={t.title} class="pairing">
      {!byPin && <p>{t.how}</p>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send(digits);
        }}
      >
        <label for={id}>{byPin ? t.pin : t.code}</label>
        <input
          id={id}
          ref={input}
          class="digits"
          type="text"
          inputMode="numeric"
          autocomplete={byPin ? 'off' : 'one-time-code'}
          aria-describedby={`${id}-error`}
          aria-invalid={failure !== null}
          value={digits}
          disabled={waitSeconds > 0}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <p id={`${id}-error`} class="error" role="alert">
          {failureText(failure, byPin, waitSeconds)}
        </p>
        <div class="buttons">
          {me.hasPin && !pinOnly && (
            <button
              type="button"
              onClick={() => {
                setByPin(!byPin);
                setDigits('');
                setFailure(null);
              }}
            >
              {byPin ? t.useCode : t.usePin}
            </button>
          )}
          <button type="submit" class="primary" disabled={waitSeconds > 0}>
            {t.go}
          </button>
        </div>
      </form>
    </Card>
  );
}

function failureText(failure: Failure | null, byPin: boolean, waitSeconds: number): string {
  const { pair, errors } = texts();
  if (failure === null) return '';
  switch (failure.error) {
    case 'pause':
      return waitSeconds > 0 ? pair.pause(waitSeconds) : '';
    case 'wrong':
      return byPin ? pair.wrongPin : pair.wrong;
    case 'offline':
      return errors.offline;
    case 'no-code':
    case 'invalid':
      return pair[failure.error];
    default:
      return errors['too-many'];
  }
}
