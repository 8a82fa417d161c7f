/** The tag that encoders put into a first frame without sound: Xing or Info, with LAME's extension, or VBRI. */
import type { FrameHeader } from './header';

export interface InfoTag {
  frames?: number; // of sound: the tag's own does not count
  trim?: { delay: number; padding: number }; // samples that the encoder added at both ends
}

const VBRI = 36; // where it stands, whatever the frame
const VBRI_FRAMES = 14;
const XING_FIELDS = [4, 4, 100, 4]; // bytes of frames, bytes, seek table and quality, each there if its flag is set
const LAME_TRIM = 21; // behind them: 12 bits of delay, 12 of padding

export function infoTag(frame: Uint8Array, header: FrameHeader): InfoTag | undefined {
  if (header.layer !== 3) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const sideInfo = header.low ? (header.channels === 1 ? 9 : 17) : header.channels === 1 ? 17 : 32;
  const at = 4 + sideInfo; // as if there were no checksum
  if (nameAt(frame, VBRI) === 'VBRI' && frame.length >= VBRI + VBRI_FRAMES + 4) return { frames: view.getUint32(VBRI + VBRI_FRAMES) };
  if (!['Xing', 'Info'].includes(nameAt(frame, at)) || frame.length < at + 12) return undefined;
  const flags = frame[at + 7]!;
  const frames = flags & 1 ? view.getUint32(at + 8) : undefined;
  const extension = XING_FIELDS.reduce((sum, bytes, bit) => sum + ((flags >> bit) & 1) * bytes, at + 8);
  const trim = extension + LAME_TRIM;
  if (frames === undefined || trim + 3 > frame.length || !frame[extension]) return { ...(frames !== undefined && { frames }) };
  return { frames, trim: { delay: (frame[trim]! << 4) | (frame[trim + 1]! >> 4), padding: ((frame[trim + 1]! & 15) << 8) | frame[trim + 2]! } };
}

function nameAt(frame: Uint8Array, at: number): string {
  return String.fromCharCode(...frame.subarray(at, at + 4));
}
