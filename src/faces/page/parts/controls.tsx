/** Small parts of forms: a button that stays pressed, a choice of few, a labelled row, a card with a heading. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export function Card(props: {
  readonly title?: string;
  readonly children: ComponentChildren;
  readonly class?: string;
}) {
  const id = useId();
  if (props.title === undefined) return <section class={`card ${props.class ?? ''}`}>{props.children}</section>;
  return (
    <section class={`card ${props.class ?? ''}`} aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </section>
  );
}

export function Toggle(props: {
  readonly on: boolean;
  readonly text: string;
  readonly label?: string;
  /** Seen beside the text; the others hear it as the button's state. */
  readonly stateText?: string;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  const { on, text, label, stateText, disabled = false, onChange } = props;
  return (
    <button
      type="button"
      class={`toggle ${props.class ?? ''}`}
      aria-pressed={on}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(!on)}
    >
      {text}
      {stateText !== undefined && <span aria-hidden="true">: {stateText}</span>}
    </button>
  );
}

export interface Option<T extends string> {
  readonly value: T;
  readonly text: string;
  readonly help?: string;
}

/** Radio buttons in the dress of a bar. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choice" disabled={props.disabled ?? false}>
      <legend>{props.label}</legend>
      <div class="choice-row">
        {props.options.map(({ value, text, help }) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            <span class="choice-text">
              {text}
              {help !== undefined && <small class="choice-help">{help}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Select<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onChange(event.currentTarget.value as T)}>
        {props.options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Facts(props: { readonly rows: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {props.rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
