import { join } from 'node:path'

import type { DatabasePlace } from '@nexqloud/store'

import type { Shell } from '../shell.ts'
import { readIfPresent } from '../whole-file.ts'
import { DatabaseUnknownError } from './errors.ts'

/** Where the database of the record is. */
export type DatabaseOptions = { readonly database?: string; readonly databaseFile?: string }

/**
 * Returns the database of the record: by its URL from the command line, else from the file that was named, else from
 * `NEXQLOUD_DATABASE`; the embedded one of the data folder where none of these names one.
 *
 * @throws {@link DatabaseUnknownError}
 */
export async function chooseDatabase(
  { database, databaseFile }: DatabaseOptions,
  { env }: Pick<Shell, 'env'>,
  dataFolder: string,
): Promise<DatabasePlace> {
  if (database !== undefined) return { url: checkUrl(database, '--database') }
  if (databaseFile !== undefined) {
    const text = await readIfPresent(databaseFile)
    if (text === undefined) throw new DatabaseUnknownError(`There is no file ${databaseFile}.`)
    return { url: checkUrl(text.trim(), databaseFile) }
  }
  const given = env['NEXQLOUD_DATABASE']
  if (given !== undefined && given !== '') return { url: checkUrl(given, 'NEXQLOUD_DATABASE') }
  return { folder: join(dataFolder, 'masternode', 'record') }
}

/** A URL may hold a password: it is not repeated. */
function checkUrl(text: string, origin: string): string {
  const isPostgres = /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)
  if (!isPostgres) throw new DatabaseUnknownError(`${origin} names no PostgreSQL.`)
  return text
}
