import { fieldsOf, isFields, itemsOf, stringOf, type Json, type JsonObject } from '../json.ts'
import type { KubeObject } from '../object.ts'
import { ageOf } from './age.ts'
import { compileSchema } from './custom-schema.ts'
import { ageColumn, column, nameColumn } from './kind/column.ts'
import { statusOf } from './kind/core-type.ts'
import type { Column, ResourceType } from './resource-type.ts'
import { decodeShape } from './shape.ts'

/** Returns the kind that a definition adds. */
export function customType({ spec = {} }: KubeObject): ResourceType {
  const names = fieldsOf(spec['names'])
  const version = itemsOf(spec['versions'])[0] ?? {}
  const openApi = fieldsOf(fieldsOf(version['schema'])['openAPIV3Schema'])
  const schema = compileSchema(openApi)
  const kind = stringOf(names['kind'])
  const hasStatus = isFields(fieldsOf(version['subresources'])['status'])
  return {
    group: stringOf(spec['group']),
    version: stringOf(version['name']),
    kind,
    plural: stringOf(names['plural']),
    singular: stringOf(names['singular']),
    shortNames: textsOf(names['shortNames']),
    categories: textsOf(names['categories']),
    isNamespaced: spec['scope'] !== 'Cluster',
    hasStatus,
    hasGeneration: true,
    subresources: hasStatus ? [statusOf(kind)] : [],
    selectable: {},
    columns: columnsOf(itemsOf(version['additionalPrinterColumns'])),
    decode: (value) => {
      const metadata = decodeShape('V1ObjectMeta', fieldsOf(value['metadata']))
      const pruned = schema.prune(value)
      const unknown = metadata.unknown.map((path) => `metadata.${path}`)
      return {
        value: { ...pruned.value, metadata: metadata.value },
        unknown: [...unknown, ...pruned.unknown],
        wrong: metadata.wrong,
      }
    },
    setDefaults: (object) =>
      schema.setDefaults(object as unknown as JsonObject) as unknown as KubeObject,
    validate: (object) => schema.validate(object as unknown as JsonObject),
    mergesStrategically: false,
  }
}

function columnsOf(printed: readonly JsonObject[]): readonly Column[] {
  if (printed.length === 0) return [nameColumn, ageColumn]
  return [
    nameColumn,
    ...printed.map((each) => {
      const path = stringOf(each['jsonPath'])
      const isDate = each['type'] === 'date'
      const cell = (object: KubeObject, nowMs: number): Json => {
        const value = readPath(object, path)
        if (isDate) return ageOf(value, nowMs)
        return isFields(value) || Array.isArray(value) ? JSON.stringify(value) : (value ?? '')
      }
      const priority = Number(each['priority'] ?? 0) > 0 ? 1 : 0
      return column(stringOf(each['name']), cell, {
        priority,
        description: stringOf(each['description']),
      })
    }),
  ]
}

/** Returns what lies at a simple JSONPath, e.g. `.status.conditions[0].type`, `.metadata.labels['a']`. */
function readPath(object: KubeObject, path: string): Json | undefined {
  const steps = path.match(/[^.[\]'"]+/g) ?? []
  let value: unknown = object
  for (const step of steps) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(step)]
    else value = isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }
  return value as Json | undefined
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
