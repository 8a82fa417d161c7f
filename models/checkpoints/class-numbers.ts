/** Names for classes that a file does not name. */
export function numbered(classes: number): string[] {
  return Array.from({ length: Math.max(1, classes) }, (_, i) => `class ${i}`);
}
