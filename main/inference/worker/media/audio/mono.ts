/** The mean of all channels; values that are not finite (broken float files) become silence. */
export function mono(channels: readonly Float32Array[]): Float32Array {
  const mixed = Float32Array.from(channels[0]!);
  for (const channel of channels.slice(1)) for (let i = 0; i < mixed.length; i++) mixed[i]! += channel[i]!;
  const share = 1 / channels.length;
  for (let i = 0; i < mixed.length; i++) mixed[i] = Number.isFinite(mixed[i]) ? mixed[i]! * share : 0;
  return mixed;
}
