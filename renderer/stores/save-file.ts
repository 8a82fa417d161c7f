/** Hands bytes that the window made to the user as a download; Electron and the browser ask where to. */
export function saveFile(name: string, content: Blob | Uint8Array<ArrayBuffer> | string): void {
  const blob = content instanceof Blob ? content : new Blob([content]);
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // a download may begin late, after its dialog
}
