import { ADMINISTRATORS, type User } from '@nexqloud/kube'
import { DatabaseAwayError, type RecordStore } from '@nexqloud/store'
import { expect, test } from 'vitest'

import { createRecordApi } from './record-api.ts'

const path = '/apis/record.nexqloud.io/v1/namespaces/mine/instancerecords/web'
const owner = { name: 'me', groups: [], namespaces: ['mine'] }

test('an account reads the record of its own namespaces, an administrator that of all', async () => {
  const { ask } = setup()
  expect(await ask({ user: owner })).toBe(200)
  expect(await ask({ user: owner, path: `${path}/log` })).toBe(200)
  expect(await ask({ user: { name: 'admin', groups: [ADMINISTRATORS] } })).toBe(200)
  expect(await ask({ user: { ...owner, namespaces: ['other'] } })).toBe(403)
  expect(await ask({ user: { name: 'device', groups: ['system:nodes'] } })).toBe(403)
})

test('what is not there, or not read, or elsewhere, is answered as such', async () => {
  const { ask } = setup()
  expect(await ask({ path: `${path}-2` })).toBe(404)
  expect(await ask({ method: 'DELETE' })).toBe(405)
  expect(await ask({ path: '/api/v1/pods' })).toBeUndefined()
  expect(await ask({ path: `${path}/../../other` })).toBeUndefined()
  expect(await setup({ isAway: true }).ask({})).toBe(503)
})

function setup({ isAway = false } = {}) {
  const store = {
    readEvents: async () => [],
    listStreams: async ({ name }: { readonly name: string }) =>
      name === 'web'
        ? [{ podUid: 'u', container: 'c', namespace: 'mine', name, device: 'd', ...times }]
        : [],
    readLines: async () => [],
    readOutages: async () => [],
  } as Partial<RecordStore> as RecordStore
  const use = async <Result>(query: (store: RecordStore) => Promise<Result>) => {
    if (isAway) throw new DatabaseAwayError('gone')
    return query(store)
  }
  const api = createRecordApi({ use, useForSure: use, run: async () => {} }, { wallMs: () => 0 })
  return {
    /** Returns the code of the answer; nothing where somebody else answers. */
    ask: async (more: {
      readonly user?: User
      readonly path?: string
      readonly method?: string
    }) => {
      const request = {
        method: 'GET',
        path,
        query: new URLSearchParams(),
        accept: '',
        contentType: '',
        body: undefined,
        user: owner,
        signal: new AbortController().signal,
        ...more,
      }
      return api(request).then(
        (response) => response?.status,
        (failure: { readonly status: { readonly code: number } }) => failure.status.code,
      )
    },
  }
}

const times = { startedAt: new Date(0), writtenAt: new Date(0) }
