import { AlignmentType, Document, Footer, HeadingLevel, Packer, PageNumber, Paragraph, Tab, TabStopType, TextRun } from 'docx';
import { readingClock } from './clock';
import type { Transcript } from './segments';

const TIME_COLUMN = 1250; // twips; the text hangs to its right
const GREY = '6B7280';
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g; // what XML cannot hold

/** A Word document (Office Open XML): the title, then a paragraph a segment with its time at the left. */
export async function toDocx({ segments, duration }: Transcript, title = 'Transcript'): Promise<Uint8Array<ArrayBuffer>> {
  const clean = (text: string) => text.replace(CONTROL, '');
  const document = new Document({
    title: clean(title),
    creator: 'Mamba Studio',
    styles: { default: { document: { run: { font: 'Calibri', size: 22 }, paragraph: { spacing: { after: 120, line: 276 } } } } },
    sections: [
      {
        footers: {
          default: new Footer({ children: [new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ children: [PageNumber.CURRENT], color: GREY, size: 18 })] })] }),
        },
        children: [
          new Paragraph({ heading: HeadingLevel.TITLE, text: clean(title) }),
          new Paragraph({ spacing: { after: 320 }, children: [new TextRun({ text: readingClock(duration, duration), color: GREY })] }),
          ...segments.map(
            ({ start, text }) =>
              new Paragraph({
                tabStops: [{ type: TabStopType.LEFT, position: TIME_COLUMN }],
                indent: { left: TIME_COLUMN, hanging: TIME_COLUMN },
                children: [
                  new TextRun({ text: readingClock(start, duration), color: GREY, size: 18 }),
                  new TextRun({ children: [new Tab(), clean(text)] }),
                ],
              }),
          ),
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toArrayBuffer(document));
}
