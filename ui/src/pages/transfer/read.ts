// Files as the window reads them: their bytes, since only the desk knows every encoding and says what is wrong with one.
import type { ImportFile } from '@/backend'

/** The bytes of a file in base64. */
export const encode = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ''))
    reader.onerror = () => reject(reader.error ?? new Error('not read'))
    reader.readAsDataURL(file)
  })

/** Reads chosen files. */
export const readFiles = (files: Iterable<File>): Promise<ImportFile[]> =>
  Promise.all([...files].map(async (file) => ({ name: file.name, bytes: await encode(file) })))
