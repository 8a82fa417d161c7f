export type Part = 'main' | 'preload' | 'renderer';
export function build(parts?: Part[], options?: { force?: boolean }): Promise<Part[]>;
