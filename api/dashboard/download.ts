/** Hands the reader a file that the page made. */

/**
 * Saves a text as a file.
 * @param name what it is called; what file systems do not take is replaced
 * @param text its content
 */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name.toLowerCase().replace(/[^a-z0-9.]+/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
