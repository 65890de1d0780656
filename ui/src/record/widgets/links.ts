/** Records to link to, as options. */
import { kindLabel } from '@/i18n/labels'
import { kindIcon } from '@/shared/kinds'
import { lookUp } from '../commands'
import type { FormState } from '../form.svelte'
import type { Option } from './Combo.svelte'

export async function search(form: FormState, kinds: string[], text: string): Promise<Option[]> {
  const rows = await lookUp(kinds, form.repo, text)
  return rows.map((row) => ({
    value: row.uri,
    label: row.title,
    kind: row.kind,
    icon: kindIcon(row.kind),
    detail: row.identifier ?? row.dates ?? (kinds.length > 1 ? kindLabel(row.kind) : ''),
  }))
}

/** The first words of a record made on the spot, by its kind. */
export function begun(kind: string, text: string): Record<string, string | object[]> {
  switch (kind) {
    case 'agent_person': {
      const [primary = text, rest] = text.split(/,\s*/, 2)
      return {
        names: [
          {
            jsonmodel_type: 'name_person',
            primary_name: primary,
            ...(rest && { rest_of_name: rest }),
            name_order: 'inverted',
            source: 'local',
          },
        ],
      }
    }
    case 'agent_family':
      return { names: [{ jsonmodel_type: 'name_family', family_name: text, source: 'local' }] }
    case 'agent_corporate_entity':
      return { names: [{ jsonmodel_type: 'name_corporate_entity', primary_name: text, source: 'local' }] }
    case 'subject':
      return {
        source: 'local',
        vocabulary: '/vocabularies/1',
        terms: [{ jsonmodel_type: 'term', term: text, term_type: 'topical', vocabulary: '/vocabularies/1' }],
      }
    case 'top_container':
      return { indicator: text.replace(/^\D+/, '') || text, type: 'box' }
    default:
      return { title: text }
  }
}

/** Kinds that can be made from a few words. */
export const MAKEABLE = ['agent_person', 'agent_corporate_entity', 'agent_family', 'subject', 'top_container']
