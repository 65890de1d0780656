/** What the form asks of the schemas beyond their plain reading. */
import { kind as kindOf, property as propertyOf, type Property, type Shape } from '@/shared/schema'
import type { Json } from './pointer'

export { list as shippedList } from '@/shared/schema'
export type { Kind, List, Property, Shape } from '@/shared/schema'
export { kindOf, propertyOf }

/** Kinds of the items of a list, or of the nested record, when they are records. */
export function nestedKinds(shape: Shape): string[] {
  switch (shape.type) {
    case 'array':
      return nestedKinds(shape.items)
    case 'nested':
      return [shape.kind]
    case 'oneOf':
      return shape.kinds
    case 'anyOf':
      return shape.shapes.flatMap(nestedKinds)
    default:
      return []
  }
}

/** The kind of a nested record: what it says itself, or the only one it may be. */
export function kindOfItem(shape: Shape, value: Json | undefined): string | undefined {
  const said =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value['jsonmodel_type'] : undefined
  if (typeof said === 'string' && kindOf(said)) return said
  return nestedKinds(shape)[0]
}

/** Properties of an item: those of its kind, or of the link or plain object. */
export function propertiesOf(shape: Shape, value: Json | undefined): Property[] {
  if (shape.type === 'array') return propertiesOf(shape.items, value)
  if (shape.type === 'link' || shape.type === 'object') return shape.properties
  if (shape.type === 'anyOf') {
    const inner = shape.shapes.find((one) => one.type !== 'text' && one.type !== 'uri')
    return inner ? propertiesOf(inner, value) : []
  }
  const kind = kindOfItem(shape, value)
  return kind ? (kindOf(kind)?.properties ?? []) : []
}
