import type { TranscriptNews } from '../../../../main/contract/transcript';
import { fromTranscript, type EditDocument } from '../edit/document';

/** The text so far with its news; segments that stayed stay the same objects. null: news before these were missed. */
export function applyNews(document: EditDocument, { from, segments }: TranscriptNews): EditDocument | null {
  if (from > document.segments.length) return null;
  const fresh = fromTranscript({ segments, duration: Infinity }).segments.map((segment, i) => ({ ...segment, id: from + i + 1 }));
  const all = [...document.segments.slice(0, from), ...fresh];
  return { duration: all.at(-1)?.end ?? 0, segments: all, nextId: all.length + 1 };
}
