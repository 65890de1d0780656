// Words of the schemas: fields, kinds, values of controlled lists, problems, errors.
import type { ApiError, Doc, Problem } from '@/backend'
import { language, maybe, t, type Args } from './index'

/** The label of a field, by the kind that declares it. */
export const fieldLabel = (declaredBy: string, property: string): string =>
  maybe(`${declaredBy}-${property}`) ?? words(property)

/** One sentence about a field, where there is one. */
export const fieldHelp = (declaredBy: string, property: string): string | undefined =>
  maybe(`${declaredBy}-${property}.help`)

/** The name of a kind of record. */
export const kindLabel = (kind: string): string => maybe(`kind-${kind}`) ?? words(kind)

/** The name of several records of a kind. */
export const kindPlural = (kind: string): string => maybe(`kind-${kind}.plural`) ?? kindLabel(kind)

/** A name inside a sentence: without its capital, in languages that write it small there. */
export const inSentence = (name: string): string =>
  language === 'en' && !/^[A-Z]{2}/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name

/** The words of a value of a controlled list. A value that needs none is its own. */
export const valueLabel = (list: string, value: string): string => maybe(`enum-${list}.${attribute(value)}`) ?? value

/** A problem of a record, as a sentence. */
export const problemText = (problem: Problem): string => t(`problem-${problem.code}`, args(problem.args))

/** A failure, as a sentence. */
export const errorText = (error: ApiError): string =>
  maybe(`error-${error.code}`, args(error.args)) ?? t('error-unknown-code', { code: error.code })

/** A value as the id of a Fluent attribute: other characters as `_<hex>_`, a letter first. */
export function attribute(value: string): string {
  const spelled = [...value].map((c) => (/[A-Za-z0-9_-]/.test(c) ? c : `_${c.codePointAt(0)!.toString(16)}_`)).join('')
  return /^[A-Za-z]/.test(spelled) ? spelled : `v${spelled}`
}

function args(doc: Doc | undefined): Args {
  const entries = Object.entries(doc ?? {}).map(
    ([name, value]) => [name, typeof value === 'number' ? value : Array.isArray(value) ? value.join(', ') : String(value ?? '')] as const,
  )
  return Object.fromEntries(entries)
}

function words(name: string): string {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
