/** The pictures of a recording, drawn in one pass over it: a folder with the waveform and the spectrogram's tiles, see main/contract/resources.ts. */
export const WAVEFORM_FILE = 'waveform.i8';

export const spectrogramFile = (tile: number) => `spectrogram-${tile}.png`;
