/** Starts the page. */
import { render } from 'preact';
import { App } from './app.tsx';
import { startStore } from './store.ts';
import { texts } from './texts/language.ts';

startStore((error) => texts().errors[error]);
const place = document.getElementById('app');
if (place !== null) {
  place.replaceChildren();
  render(<App />, place);
}

// Browsers allow it only on localhost or with https; elsewhere the page simply has to reach the box to open.
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('sw.js').catch(() => undefined);
