export interface Row {
  files: string[];
  zones: string[];
  packages: string[];
  node: boolean;
}
export declare const importTable: Record<string, Row>;
