import { afterAll, beforeAll } from 'vitest'

import { openRecordStore, type RecordStore } from '../src/record/record-store.ts'
import { describeRecordStore } from './describe-record-store.ts'

let store: RecordStore

beforeAll(async () => {
  store = await openRecordStore({ folder: undefined })
}, 60_000)
afterAll(() => store.close())

describeRecordStore(() => store)
