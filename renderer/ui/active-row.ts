/** For `aria-activedescendant` of a list that draws only what is in sight: the id of a row, while that row is in the document. */
export function activeRow(drawn: readonly { index: number }[], index: number | null, id: string): string | undefined {
  return drawn.some((row) => row.index === index) ? id : undefined;
}
