/** A pattern with `*` (within a name), `**` (across folders), `?` and `{a,b}` as an expression over a path with forward slashes. */
export function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[^*?{]+|\{/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('{') && part.endsWith('}')) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`;
    return literal(part);
  });
  return new RegExp(`^${source}$`, 'iu');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Whether the path, relative to its source, is wanted. A pattern without a slash is matched against the name alone. */
export function pathFilter(include: readonly string[] = [], exclude: readonly string[] = []): (relative: string) => boolean {
  const matcher = (pattern: string) => {
    const expression = globExpression(pattern);
    return (relative: string) => expression.test(pattern.includes('/') ? relative : relative.slice(relative.lastIndexOf('/') + 1));
  };
  const [wanted, unwanted] = [include.map(matcher), exclude.map(matcher)];
  return (relative) => (wanted.length === 0 || wanted.some((fits) => fits(relative))) && !unwanted.some((fits) => fits(relative));
}
