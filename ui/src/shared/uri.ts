// Addresses of records.
import schema from '@/generated/schema.json'

const templates = Object.entries(schema.kinds as Record<string, { uri?: string }>)
  .filter(([, kind]) => kind.uri?.endsWith('{id}'))
  .map(([name, kind]) => ({ name, parts: kind.uri!.split('/') }))

/** The kind of the record at an address, sent or local. */
export function kindOf(uri: string): string | undefined {
  const parts = uri.split('/')
  const fits = (template: string[]) =>
    template.length === parts.length && template.every((part, i) => part.startsWith('{') || part === parts[i])
  return templates.find((t) => fits(t.parts))?.name
}

/** Whether records of a kind live in a repository; people, subjects and places are shared by all. */
export const inRepository = (kind: string): boolean =>
  templates.some((t) => t.name === kind && t.parts.includes('{repo_id}'))

/** The repository that a record lives in. */
export const repositoryOf = (uri: string): string | undefined => /^\/repositories\/[^/]+/.exec(uri)?.[0]

const trees: Record<string, string> = {
  resource: 'resource', archival_object: 'resource',
  digital_object: 'digital_object', digital_object_component: 'digital_object',
  classification: 'classification', classification_term: 'classification',
}

/** The kind of the root of the tree that records of a kind stand in, if they stand in one. */
export const rootKind = (kind: string | undefined): string | undefined => (kind ? trees[kind] : undefined)

/** Kinds of the nodes below a root of a kind. */
export const nodeKind = (root: string): string =>
  Object.entries(trees).find(([node, of]) => of === root && node !== root)?.[0] ?? root
