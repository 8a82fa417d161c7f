/** The mean of all channels; values that are not finite (broken float files) become silence. */
export function mono(channels: readonly Float32Array[]): Float32Array {
  const mixed = new Float32Array(channels[0]!.length);
  for (const channel of channels) {
    for (let i = 0; i < mixed.length; i++) mixed[i]! += channel[i]! / channels.length;
  }
  for (let i = 0; i < mixed.length; i++) if (!Number.isFinite(mixed[i])) mixed[i] = 0;
  return mixed;
}
