/** libasound.so.2, opened on first use. Source of the signatures: the ALSA library reference, module "PCM Interface". */
import koffi from 'koffi';
import { libc } from './libc.ts';

/** A snd_pcm_t pointer. */
export type Pcm = bigint;
type Func = (...args: (bigint | number | string | ArrayBufferView | null)[]) => number;

export interface AlsaLibrary {
  readonly open: Func;
  readonly close: Func;
  readonly wait: Func;
  readonly availUpdate: (pcm: Pcm) => number | bigint;
  readonly readi: Func;
  readonly writei: Func;
  readonly start: Func;
  readonly drop: Func;
  readonly prepare: Func;
  readonly resume: Func;
  readonly link: Func;
  readonly call: (name: string, ...args: Parameters<Func>) => number;
  readonly errorText: (code: number) => string;
}

let library: AlsaLibrary | { readonly error: string } | undefined;

/** Without the library there is a sentence instead. */
export function loadAlsa(): AlsaLibrary | { readonly error: string } {
  library ??= openLibrary();
  return library;
}

function openLibrary(): AlsaLibrary | { readonly error: string } {
  let asound: ReturnType<typeof koffi.load>;
  try {
    asound = koffi.load('libasound.so.2');
  } catch {
    return { error: 'the ALSA library (libasound.so.2) is not installed' };
  }
  // ALSA prints to stderr whatever it stumbles over. Errors come back as values, so the printing goes to a C function
  // that takes no notice of its arguments.
  asound.func('int snd_lib_error_set_handler(void *)')(libc.symbol('getpid'));
  const strerror = asound.func('const char *snd_strerror(int)');
  const pointerCalls = new Map<string, Func>();
  return {
    open: asound.func('int snd_pcm_open(void *, const char *, int, int)') as Func,
    close: asound.func('int snd_pcm_close(void *)') as Func,
    wait: asound.func('int snd_pcm_wait(void *, int)') as Func,
    availUpdate: asound.func('long snd_pcm_avail_update(void *)') as AlsaLibrary['availUpdate'],
    readi: asound.func('long snd_pcm_readi(void *, void *, unsigned long)') as Func,
    writei: asound.func('long snd_pcm_writei(void *, void *, unsigned long)') as Func,
    start: asound.func('int snd_pcm_start(void *)') as Func,
    drop: asound.func('int snd_pcm_drop(void *)') as Func,
    prepare: asound.func('int snd_pcm_prepare(void *)') as Func,
    resume: asound.func('int snd_pcm_resume(void *)') as Func,
    link: asound.func('int snd_pcm_link(void *, void *)') as Func,
    // Set-up calls, declared by the kinds of their arguments: everything but a number is a pointer.
    call(name, ...args) {
      const kinds = args.map((a) => (typeof a === 'number' ? 'unsigned long' : 'void *')).join(', ');
      const key = `${name}(${kinds})`;
      let func = pointerCalls.get(key);
      if (func === undefined) {
        func = asound.func(`int ${key}`) as Func;
        pointerCalls.set(key, func);
      }
      return func(...args);
    },
    errorText: (code) => String(strerror(code)),
  };
}
