// Files as the window reads them: their bytes decoded as they say themselves.
import type { ImportFile } from '@/backend'

/** The encoding that a file declares: by its first bytes, else by its XML declaration. */
export function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  // UTF-16 without a mark: `<` beside a zero.
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be'
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le'
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  return /^[^<]{0,3}<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]?.toLowerCase() ?? 'utf-8'
}

/** The text of a file. Its declaration says UTF-8 from here on, for that is what the text is sent as. */
export function decode(bytes: Uint8Array): string {
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(encodingOf(bytes))
  } catch {
    decoder = new TextDecoder()
  }
  return decoder.decode(bytes).replace(/^(<\?xml[^>]*?encoding\s*=\s*["'])[\w.:-]+(["'])/, '$1UTF-8$2')
}

/** Reads chosen files. */
export const readFiles = (files: Iterable<File>): Promise<ImportFile[]> =>
  Promise.all([...files].map(async (file) => ({ name: file.name, text: decode(new Uint8Array(await file.arrayBuffer())) })))
