import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'

import type { KeyRange, KeyValueStore, Write } from './key-value-store.ts'
import { openLevelStore } from './level-store.ts'
import { createMemoryStore } from './memory-store.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const adapters = {
  memory: async () => createMemoryStore(),
  level: async () => openLevelStore(createFolder()),
}

const key = fc.uint8Array({ minLength: 1, maxLength: 4 })
const writes = fc.array(
  fc.record({ key, value: fc.uint8Array({ maxLength: 8 }) }, { requiredKeys: ['key'] }),
  { maxLength: 12 },
)

describe.each(Object.entries(adapters))('a store on %s', (_, open) => {
  test('holds what the last write of each key said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(writes, { maxLength: 5 }), async (batches) => {
        const store = await open()
        const model = new Map<string, Uint8Array>()
        for (const batch of batches) {
          await store.write(batch)
          for (const write of batch) applyTo(model, write)
        }
        for (const text of batches.flat().map((write) => textOf(write.key))) {
          expect(await store.get(Buffer.from(text, 'hex'))).toEqual(model.get(text))
        }
        await store.close()
      }),
      { numRuns: 25 },
    )
  })

  test('reads a range in the order of its bytes, either way, to a limit', async () => {
    const store = await open()
    const keys = [[0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 1]]
    await store.write(
      keys.map((bytes) => ({ key: Uint8Array.from(bytes), value: Uint8Array.of(7) })),
    )
    const range = { from: Uint8Array.of(0, 0), to: Uint8Array.of(255) }
    expect(await keysIn(store, range)).toEqual(['0000', '00ff', '01', '7f', '80'])
    expect(await keysIn(store, { ...range, reverse: true, limit: 2 })).toEqual(['80', '7f'])
    expect(await keysIn(store, { from: Uint8Array.of(2), to: Uint8Array.of(3) })).toEqual([])
    await store.close()
  })

  test('may be closed twice', async () => {
    const store = await open()
    await store.close()
    await expect(store.close()).resolves.toBeUndefined()
  })
})

test('what was written is there after a restart', async () => {
  const folder = createFolder()
  const first = await openLevelStore(folder)
  await first.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
  await first.close()
  const second = await openLevelStore(folder)
  expect(await second.get(Uint8Array.of(1))).toEqual(Uint8Array.of(2))
  await second.close()
})

test('a folder that another process has is named, with what to do', async () => {
  const folder = createFolder()
  const store = await openLevelStore(folder)
  expect(openElsewhere(folder)).toEqual({
    code: 'CHAIN_FOLDER_IN_USE',
    message: `Another node is using ${folder}.`,
    hint: 'Stop that node, or give this one a folder of its own with --data.',
  })
  await store.close()
  expect(openElsewhere(folder)).toEqual({})
})

/** Opens and closes a folder in a process of its own, and returns what it failed with. */
function openElsewhere(folder: string): unknown {
  const module = new URL('./level-store.ts', import.meta.url).href
  const program = `
    import { openLevelStore } from ${JSON.stringify(module)}
    const told = await openLevelStore(${JSON.stringify(folder)}).then(
      async (store) => store.close().then(() => ({})),
      ({ code, message, hint }) => ({ code, message, hint }),
    )
    console.log(JSON.stringify(told))`
  const args = ['--input-type=module', '--eval', program]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-store-'))
  folders.push(folder)
  return folder
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function applyTo(model: Map<string, Uint8Array>, { key: name, value }: Write): void {
  if (value === undefined) model.delete(textOf(name))
  else model.set(textOf(name), value)
}

async function keysIn(store: KeyValueStore, range: KeyRange): Promise<readonly string[]> {
  const found: string[] = []
  for await (const [name] of store.entries(range)) found.push(textOf(name))
  return found
}
