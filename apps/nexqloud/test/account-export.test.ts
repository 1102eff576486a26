import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { ExportThereError } from '../src/account/export.ts'
import { image, openInstances } from './instance-network.ts'

const namespace = 'default'

test('what a namespace defines is taken out whole, and the same is made of it elsewhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-export-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'mine.json')
  const { type, client } = await openInstances(1)
  await type(['run', image, '--label', 'team=web', '--priority', '3'])
  const secret = { metadata: { name: 'token' }, stringData: { key: 'word' } }
  await client.create(kinds.secrets, { namespace }, secret)
  const receipt = { metadata: { name: 'erasure-receipt-1' }, data: { receipt: '{}' } }
  await client.create(kinds.configMaps, { namespace }, receipt)
  const { code, documents } = await type(['account', 'export', '--out', file, '--json'])
  expect([code, documents]).toEqual([0, [{ file, objects: 2 }]])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = await readFile(file, 'utf8')
  const { items } = JSON.parse(text) as { readonly items: readonly never[] }
  expect(items).toMatchObject([
    { kind: 'Secret', metadata: { name: 'token' }, data: { key: 'd29yZA==' } },
    { kind: 'Instance', metadata: { name: 'web', labels: { team: 'web' } }, spec: { priority: 3 } },
  ])
  expect(text).not.toMatch(/"(uid|resourceVersion|status|creationTimestamp)"/)

  const other = await openInstances(0)
  const [secretItem, instanceItem] = items
  await other.client.create(kinds.secrets, { namespace }, secretItem as never)
  await other.client.create(instances, { namespace }, instanceItem as never)
  const { documents: again } = await other.type(['account', 'export', '--json'])
  expect(again).toEqual([JSON.parse(text)])
})

test('a file that is there is left as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-export-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'mine.json')
  const { type } = await openInstances(0)
  await type(['account', 'export', '--out', file])
  const before = await readFile(file, 'utf8')
  await type(['run', image, '--no-wait'])
  await expect(type(['account', 'export', '--out', file])).rejects.toThrow(ExportThereError)
  expect(await readFile(file, 'utf8')).toBe(before)
})
