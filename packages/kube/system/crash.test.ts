import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openLevelDisk } from '../src/store/level-disk.ts'
import { openObjectStore, type ObjectStore } from '../src/store/object-store.ts'

type Acknowledged = { readonly version: number; readonly count: number }

test('kill -9 at 20 moments under load loses no acknowledged write, and no event', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-kube-crash-'))
  let before = 0
  for (let round = 0; round < 20; round += 1) {
    const acknowledged = await writeUntilKilled(folder, round)
    const store = await openObjectStore(await openLevelDisk(join(folder, 'store')))
    const newest = Math.max(...[...acknowledged.values()].map(({ version }) => version))
    expect(newest).toBeGreaterThan(before)
    for (const [name, { version, count }] of acknowledged) {
      const object = store.get({ resource: 'configmaps', namespace: 'default', name })
      expect(Number(object?.metadata.resourceVersion)).toBeGreaterThanOrEqual(version)
      expect(Number((object?.['data'] as { n?: string } | undefined)?.n)).toBeGreaterThanOrEqual(
        count,
      )
    }
    expect(store.revision()).toBeGreaterThanOrEqual(newest)
    const from = Math.max(before, store.compacted())
    const versions = versionsAfter(store, from)
    const expected = Array.from({ length: store.revision() - from }, (_, index) => from + 1 + index)
    // The first round also made the namespaces.
    expect(versions).toEqual(expected.slice(expected.length - versions.length))
    expect(expected.length - versions.length).toBeLessThanOrEqual(4)
    before = store.revision()
    await store.close()
  }
  rmSync(folder, { recursive: true })
})

function versionsAfter(store: ObjectStore, revision: number): readonly number[] {
  const versions: number[] = []
  let event = store.nextEvent('configmaps', revision)
  for (; event !== undefined; event = store.nextEvent('configmaps', event.revision)) {
    versions.push(event.revision)
  }
  return versions
}

/** Returns the last write of each object that was acknowledged before the kill. */
async function writeUntilKilled(
  folder: string,
  round: number,
): Promise<ReadonlyMap<string, Acknowledged>> {
  const program = join(import.meta.dirname, 'crash-child.ts')
  const args = [program, folder, String(round)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (data: Buffer) => {
    const isFirst = output === ''
    output += data.toString()
    if (isFirst) setTimeout(() => child.kill('SIGKILL'), Math.random() * 150)
  })
  await once(child, 'close')
  const lines = output.split('\n').slice(0, -1)
  return new Map(
    lines.map((line) => {
      const [name = '', version, count] = line.split(' ')
      return [name, { version: Number(version), count: Number(count) }]
    }),
  )
}
