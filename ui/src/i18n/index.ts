// Every sentence the window shows: `t('id', { args })`. The language files are Fluent;
// those of the pages lie here, those of fields, kinds, lists and problems in schemas/labels.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'

export type Args = Record<string, FluentVariable | null | undefined>

const pages = import.meta.glob<string>('./en/*.ftl', { query: '?raw', import: 'default', eager: true })
const labels = import.meta.glob<string>('../../../schemas/labels/en/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
})

const bundle = new FluentBundle('en', { useIsolating: false })
for (const source of [...Object.values(pages), ...Object.values(labels)]) bundle.addResource(new FluentResource(source))

/** The language of the window, as the `lang` attribute has it. */
export const language = 'en'

/** The text of a message or of its attribute (`id.attribute`), or nothing where there is none. */
export function maybe(id: string, args: Args = {}): string | undefined {
  const [name = '', attribute] = id.split('.', 2)
  const message = bundle.getMessage(name)
  const pattern = attribute ? message?.attributes[attribute] : message?.value
  if (!pattern) return undefined
  return bundle.formatPattern(pattern, clean(args), [])
}

/** The text of a message. A missing one shows its id: a test finds those. */
export const t = (id: string, args: Args = {}): string => maybe(id, args) ?? id

function clean(args: Args): Record<string, FluentVariable> {
  const entries = Object.entries(args).map(([name, value]) => [name, value ?? ''] as const)
  return Object.fromEntries(entries)
}
