// The schemas as data: what a kind's record may hold.
import schema from '@/generated/schema.json'
import type { Json } from '@/backend'

export type Shape =
  | { type: 'text'; min?: number; max?: number; pattern?: string; choices?: string[]; list?: string; format?: string }
  | { type: 'integer' }
  | { type: 'number' }
  | { type: 'boolean' }
  | { type: 'nested'; kind: string }
  | { type: 'oneOf'; kinds: string[] }
  | { type: 'link'; to: string[]; properties: Property[] }
  | { type: 'uri'; to: string[] }
  | { type: 'array'; items: Shape; min?: number }
  | { type: 'anyOf'; shapes: Shape[] }
  | { type: 'object'; properties: Property[] }

export interface Property {
  name: string
  /** The kind that declares it: where its label is. */
  declaredBy: string
  shape: Shape
  required?: boolean
  warned?: boolean
  readOnly?: boolean
  default?: Json
}

export interface Kind { extends?: string; uri?: string; abstract?: boolean; reference?: boolean; properties: Property[] }
export interface List { values: string[]; default: string | null; editable: boolean }

const { kinds, enums } = schema as unknown as { kinds: Record<string, Kind>; enums: Record<string, List> }

/** A kind, or nothing if there is none of this name. */
export const kind = (name: string): Kind | undefined => kinds[name]

/** A property of a kind, own or inherited. */
export const property = (kindName: string, name: string): Property | undefined =>
  kinds[kindName]?.properties.find((p) => p.name === name)

/** A controlled list as it is shipped; values added here come from the command `enums`. */
export const list = (name: string): List | undefined => enums[name]
