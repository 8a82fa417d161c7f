/** A name that every file system takes: no separators, no reserved characters, never empty. */
export function safeName(name: string): string {
  const plain = name.replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_').replace(/[. ]+$/, '');
  return plain === '' ? 'export' : plain.slice(-200);
}
