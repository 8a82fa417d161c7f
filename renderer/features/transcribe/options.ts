/** How the user likes this screen; kept for the next start. */
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

export interface Options {
  tint: boolean; // words that the model was unsure of are coloured
  spectrogram: boolean;
  denoise: string | null; // id of an enhance model for new recordings
}

const KEY = 'mamba-studio.transcribe';
const DEFAULTS: Options = { tint: true, spectrogram: true, denoise: null };

export const options = createStore<Options>()(() => {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Options>) };
  } catch {
    return DEFAULTS;
  }
});

options.subscribe((state) => localStorage.setItem(KEY, JSON.stringify(state)));

export const useOptions = (): Options => useStore(options);
