// The title of the page, as the window's title shows it.

let title = $state('')

export const pageTitle = {
  get now() {
    return title
  },
  set: (words: string) => {
    title = words
  },
}
