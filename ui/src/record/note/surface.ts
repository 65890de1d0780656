/** What the toolbar asks of a note's text, whichever way it is shown. */
import type { Element } from '../markup'

export interface Surface {
  put(element: Element): void
  /** Links the selection, or changes the link at the caret; an empty address takes it away. */
  link?(address: string): void
  list?(): void
  focus(): void
  /** The caret as a place in the text. */
  offset: number
}
