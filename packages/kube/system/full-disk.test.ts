import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { openLevelDisk } from '../src/store/level-disk.ts'
import { openObjectStore, type ObjectStore } from '../src/store/object-store.ts'

test.skipIf(process.getuid?.() !== 0)(
  'a full disk refuses, loses nothing, and is written to again once there is room',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexqloud-kube-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder])
    try {
      const open = async () => openObjectStore(await openLevelDisk(join(folder, 'store')))
      const store = await open()
      const kept = await writeUntilFull(store, 'before')
      fill(join(folder, 'filler'))
      await expect(put(store, 'refused')).rejects.toMatchObject({ code: 'KUBE_DISK_FULL' })
      expect(namesOf(store)).toEqual(expect.arrayContaining([...kept]))
      rmSync(join(folder, 'filler'))
      execFileSync('mount', ['-o', 'remount,size=64m', folder])
      await vi.waitFor(() => put(store, 'after'), { timeout: 5000 })
      const names = namesOf(store)
      await store.close()
      const again = await open()
      expect(namesOf(again)).toEqual(names)
      expect(names).toEqual(expect.arrayContaining([...kept, 'after']))
      await again.close()
    } finally {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true })
    }
  },
)

function put(store: ObjectStore, name: string) {
  const key = { resource: 'configmaps', namespace: 'default', name }
  const data = { text: 'x'.repeat(50_000) }
  const type = { apiVersion: 'v1', kind: 'ConfigMap' }
  return store.write(key, () => ({ ...type, metadata: { name, namespace: 'default' }, data }))
}

/** Returns the names of what was acknowledged. */
async function writeUntilFull(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  try {
    for (;;) {
      const name = `${prefix}-${names.length}`
      await put(store, name)
      names.push(name)
    }
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'KUBE_DISK_FULL' })
    return names
  }
}

/** Takes what is left. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096))
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'ENOSPC' })
  }
}

function namesOf(store: ObjectStore): readonly (string | undefined)[] {
  return store.list('configmaps').map(({ metadata }) => metadata.name)
}
