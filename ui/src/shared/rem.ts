// Sizes of the tokens in pixels, for rows that are placed by arithmetic.

const root = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16

/** A length in rem as pixels. */
export const rem = (n: number): number => n * root()

/** The height of a row of a tree or list, as the density has it. */
export function rowHeight(): number {
  const token = getComputedStyle(document.documentElement).getPropertyValue('--row')
  return Math.round(rem(parseFloat(token) || 1.75))
}
