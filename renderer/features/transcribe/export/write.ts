import type { TranscribeFormat } from '../../../../main/contract/formats';
import { toCsv } from '../../../../models/tasks/transcribe/csv';
import type { Transcript } from '../../../../models/tasks/transcribe/segments';
import { toJson, toSrt, toTxt, toVtt } from '../../../../models/tasks/transcribe/subtitles';

type Writer = (transcript: Transcript, title: string) => string | Promise<Uint8Array<ArrayBuffer>>;

/** The same writers as the command line's. */
const writers: Record<TranscribeFormat, Writer> = {
  txt: toTxt, srt: toSrt, vtt: toVtt, json: toJson, csv: toCsv,
  docx: async (transcript, title) => (await import('../../../../models/tasks/transcribe/docx')).toDocx(transcript, title),
};

const TYPES: Record<TranscribeFormat, string> = {
  txt: 'text/plain', srt: 'application/x-subrip', vtt: 'text/vtt', json: 'application/json', csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

export async function writeTranscript(transcript: Transcript, format: TranscribeFormat, title: string): Promise<Blob> {
  const spoken = { ...transcript, segments: transcript.segments.filter(({ text }) => text !== '') }; // a segment without text is work in progress
  const content = await writers[format](spoken, title);
  return new Blob([content], { type: TYPES[format] });
}
