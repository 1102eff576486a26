import type { z } from 'zod'

import { parseJson } from './parse-json.ts'
import { readIfPresent } from './whole-file.ts'

/** Returns what a file of JSON holds; nothing where there is none, or where it says something else, as another version's may. */
export async function readStateFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await readIfPresent(file)
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data
}
