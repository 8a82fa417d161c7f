/** A microphone as a stream of 16 kHz mono samples. */
import { Resampler } from '../../../../models/tasks/transcribe/resample';
import workletUrl from './capture-worklet?worker&url';

export const SAMPLE_RATE = 16_000;

export interface Microphone {
  readonly label: string;
  readonly device: string; // id
  setPaused(paused: boolean): void;
  /** Resolves when the last samples were handed over. */
  stop(): Promise<void>;
}

export interface Listeners {
  onSamples(samples: Float32Array): void;
  onUnplugged(): void;
}

/** Rejects with what getUserMedia rejects with: a DOMException. */
export async function openMicrophone(device: string | null, { onSamples, onUnplugged }: Listeners): Promise<Microphone> {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('no microphone can be reached here', 'NotSupportedError');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { ...(device === null ? {} : { deviceId: { exact: device } }), channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true },
  });
  const track = stream.getAudioTracks()[0]!;
  let context: AudioContext | undefined;
  try {
    context = await contextFor(stream);
    await context.audioWorklet.addModule(workletUrl);
    const source = context.createMediaStreamSource(stream);
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
    const resampler = context.sampleRate === SAMPLE_RATE ? null : new Resampler(context.sampleRate, SAMPLE_RATE);
    let ended: () => void = () => undefined;
    node.port.onmessage = ({ data }: MessageEvent<Float32Array | null>) => {
      if (data !== null) return onSamples(resampler?.push(data) ?? data);
      if (resampler !== null) onSamples(resampler.finish());
      ended();
    };
    track.addEventListener('ended', onUnplugged); // not by our own stop()
    source.connect(node);
    await context.resume();
    const open = context;
    let turned: Promise<unknown> = Promise.resolve(); // a resume that is asked for before a suspend has ended would be lost
    return {
      label: track.label,
      device: track.getSettings().deviceId ?? '',
      setPaused: (paused) => void (turned = turned.then(() => (paused ? open.suspend() : open.resume()))),
      async stop() {
        await turned;
        if (open.state === 'suspended') await open.resume();
        await new Promise<void>((resolve) => {
          ended = resolve;
          setTimeout(resolve, 1000); // an unplugged device answers no more
          node.port.postMessage('stop');
        });
        release(stream);
        await open.close();
      },
    };
  } catch (error) {
    release(stream);
    await context?.close();
    throw error;
  }
}

/** At 16 kHz, where the browser resamples the microphone by itself; Firefox does not. */
async function contextFor(stream: MediaStream): Promise<AudioContext> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'balanced' });
  try {
    context.createMediaStreamSource(stream).disconnect();
    return context;
  } catch {
    await context.close();
    return new AudioContext();
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export async function listMicrophones(): Promise<{ id: string; label: string }[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '').map(({ deviceId, label }) => ({ id: deviceId, label }));
}
