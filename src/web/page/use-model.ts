/** The model for components: rendered again at each change. */
import { useEffect, useReducer } from 'preact/hooks';
import { getModel, type Model, onModel } from './store.ts';

export function useModel(): Model {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => onModel(() => renderAgain(undefined)), []);
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
