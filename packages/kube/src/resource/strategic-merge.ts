import { isFields, itemsOf, type Json, type JsonObject } from '../json.ts'

/** Lists of objects that a strategic merge patch merges, by the field that tells one item from another. */
const mergeKeys: Readonly<Record<string, string>> = {
  addresses: 'type',
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  hostIPs: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  podIPs: 'ip',
  ports: 'containerPort',
  resourceClaims: 'name',
  secrets: 'name',
  taints: 'key',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
}

function mergeKeyOf(list: string): string | undefined {
  return Object.hasOwn(mergeKeys, list) ? mergeKeys[list] : undefined
}

/** Lists of plain values that it unites. */
const unitedLists: ReadonlySet<string> = new Set(['finalizers', 'podCIDRs'])

/** Returns an object after a merge patch (RFC 7386). */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isFields(patch)) return patch
  const result: Record<string, Json> = { ...(isFields(target) ? target : {}) }
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field]
    else result[field] = applyMergePatch(result[field], value)
  }
  return result
}

/**
 * Returns an object after a strategic merge patch: as a merge patch, but that lists with a merge key are merged item by item,
 * and that `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` do what their names say.
 * Source: k8s.io/apimachinery/pkg/util/strategicpatch.
 */
export function applyStrategicMerge(target: JsonObject, patch: JsonObject): JsonObject {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch)
  if (patch['$patch'] === 'delete') return {}
  const retained = patch['$retainKeys']
  const kept = Object.entries(target).filter(
    ([field]) => !Array.isArray(retained) || retained.includes(field),
  )
  const result: Record<string, Json> = Object.fromEntries(kept)
  for (const [list, removed] of directivesOf(patch, '$deleteFromPrimitiveList')) {
    const values = new Set(listOf(removed))
    if (Object.hasOwn(result, list)) {
      result[list] = listOf(result[list]).filter((item) => !values.has(item))
    }
  }
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue
    if (value === null) delete result[field]
    else result[field] = mergeField(field, result[field], value)
  }
  for (const [list, order] of directivesOf(patch, '$setElementOrder')) {
    if (Object.hasOwn(result, list))
      result[list] = inOrder(list, listOf(result[list]), listOf(order))
  }
  return result
}

/** Returns the lists that a patch has a directive for, each once, and what that says. */
function directivesOf(patch: JsonObject, name: string): readonly (readonly [string, Json])[] {
  const beginning = `${name}/`
  return Object.entries(patch)
    .filter(([field]) => field.startsWith(beginning))
    .map(([field, value]) => [field.slice(beginning.length), value])
}

function mergeField(field: string, target: Json | undefined, patch: Json): Json {
  if (isFields(patch)) return applyStrategicMerge(isFields(target) ? target : {}, patch)
  if (!Array.isArray(patch)) return patch
  const [before, after] = [listOf(target), listOf(patch)]
  if (unitedLists.has(field)) return [...new Set([...before, ...after])]
  const key = mergeKeyOf(field)
  if (key === undefined)
    return after.map((item) => (isFields(item) ? withoutDirectives(item) : item))
  return mergeItems(key, itemsOf(before), itemsOf(after))
}

function mergeItems(
  key: string,
  target: readonly JsonObject[],
  patch: readonly JsonObject[],
): readonly JsonObject[] {
  const replacement = patch.some((item) => item['$patch'] === 'replace' && item[key] === undefined)
  if (replacement) return patch.filter((item) => item['$patch'] === undefined)
  const result: (JsonObject | undefined)[] = [...target]
  const places = placesOf(target.map((item) => item[key]))
  for (const item of patch) {
    const id = JSON.stringify(item[key])
    const place = places.get(id) ?? result.length
    places.set(id, place)
    const isDeleted = item['$patch'] === 'delete'
    result[place] = isDeleted ? undefined : applyStrategicMerge(result[place] ?? {}, item)
  }
  return result.filter((item) => item !== undefined)
}

/** Returns where each value stands first; of thousands none is looked for one by one. */
function placesOf(values: readonly (Json | undefined)[]): Map<string, number> {
  const entries = values.map((value, index) => [JSON.stringify(value), index] as const)
  return new Map(entries.toReversed())
}

/** Returns items in a given order; those that it does not name stay behind the one they followed. */
function inOrder(field: string, items: readonly Json[], order: readonly Json[]): readonly Json[] {
  const key = mergeKeyOf(field)
  const idOf = (item: Json) => (key !== undefined && isFields(item) ? item[key] : item)
  const places = placesOf(order.map(idOf))
  let last = -1
  const placed = items.map((item, index) => {
    last = places.get(JSON.stringify(idOf(item))) ?? last
    return { item, place: last, index }
  })
  return placed.toSorted((a, b) => a.place - b.place || a.index - b.index).map(({ item }) => item)
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith('$')))
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
