import { isFields, type Json } from '../json.ts'
import { statusError } from '../status-error.ts'

/** Nesting that no kind needs: what is deeper breaks whoever walks through it, now or when it is read. */
const MAX_DEPTH = 200

/**
 * Throws where a value is nested too deeply, or has a field that JavaScript takes for something else.
 *
 * @throws {@link StatusError} of the reason BadRequest.
 */
export function assertPlain(value: Json, depth = 0): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) throw refuse(`it is nested more than ${MAX_DEPTH} deep`)
  if (isFields(value) && Object.hasOwn(value, '__proto__')) throw refuse('a field is __proto__')
  for (const inner of Object.values(value)) assertPlain(inner, depth + 1)
}

function refuse(why: string) {
  return statusError('BadRequest', `the object provided is unrecognized: ${why}`)
}
