import { join } from 'node:path'

import { type MasternodeRecord, readCalendar } from '@nexqloud/ledger'
import type { RecordOptions } from '@nexqloud/masternode'
import { openFileShelf, openRecordStore } from '@nexqloud/store'
import type { Logger } from 'pino'

import type { Session } from '../session/session.ts'
import { makePrivateFolder } from '../whole-file.ts'
import { chooseDatabase, type DatabaseOptions } from './database.ts'

/** Returns what a masternode's record is made of; nothing for one that the chain does not know, whose word does not count. */
export async function describeRecord(
  { ledger, keyring, shell }: Session,
  own: MasternodeRecord | undefined,
  { options, log }: { readonly options: DatabaseOptions; readonly log: Logger },
): Promise<RecordOptions | undefined> {
  const place = await chooseDatabase(options, shell, keyring.folder)
  if (own === undefined) return undefined
  const calendar = await readCalendar(ledger)
  const folder = join(keyring.folder, 'masternode')
  await makePrivateFolder(folder)
  return {
    masternode: own.id,
    calendar,
    shelf: await openFileShelf({ folder: join(folder, 'witness'), calendar }),
    openStore: () => openRecordStore(place),
    onSealed: (sealed) => {
      log.info(sealed, 'witnessed')
      if (sealed.runsLeftOut > 0) log.warn(sealed, 'runsLeftOut')
    },
    onBack: ({ from, until, why }) => log.info({ from, until, why }, 'databaseBack'),
  }
}
