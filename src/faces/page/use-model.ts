/** The model for components: rendered again at each change. */
import { useEffect, useLayoutEffect, useReducer } from 'preact/hooks';
import { getModel, type Model, onModel } from './store.ts';

export function useModel(): Model {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  // Before the browser paints: the first news may come right after.
  useLayoutEffect(() => onModel(() => renderAgain(undefined)), []);
  return getModel();
}

/** Renders again each second while `wanted`, for numbers that count down. */
export function useSeconds(wanted: boolean): void {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => renderAgain(undefined), 1000);
    return () => clearInterval(timer);
  }, [wanted]);
}
