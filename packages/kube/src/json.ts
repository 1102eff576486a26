/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. */
export type JsonObject = { readonly [field: string]: Json }
/** Returns a field of a JSON object that is an object itself; an empty one where it is not. */
export function fieldsOf(value: unknown): JsonObject {
  return isFields(value) ? value : {}
}

/** Whether a value is a JSON object, and no list. */
export function isFields(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a whole number of 32 bits, as Kubernetes' counts of seconds are: later dates have no text. */
export function isInt32(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
}

/** Returns a list of JSON objects; an empty one where it is none. */
export function itemsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

/** Returns a text; an empty one where it is none. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Returns a plain value as text; an empty one of what is not there. */
export function textValue(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
