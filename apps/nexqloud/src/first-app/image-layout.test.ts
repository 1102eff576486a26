import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { blobFileOf, makeImageLayout, MANIFEST } from './image-layout.ts'
import { openRegistry } from './registry.ts'

test('the same files make the same image, of blobs that are what their names say', async () => {
  using folder = openScratchFolder()
  const one = await make(folder.path, 'one')
  const other = await make(folder.path, 'other')
  expect(other.digest).toBe(one.digest)
  const manifest = read(one.folder, one.digest)
  for (const { digest, size } of [manifest.config, ...manifest.layers]) {
    const bytes = readFileSync(blobFileOf(one, digest))
    expect(bytes).toHaveLength(size)
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest)
  }
})

test('a registry gives manifest and blobs by digest, and nothing else', async () => {
  using folder = openScratchFolder()
  const layout = await make(folder.path, 'image')
  const registry = await openRegistry(layout, { name: 'first-app', port: 0 })
  try {
    const [host = ''] = registry.image.split('/')
    const ask = (path: string, method = 'GET') => fetch(`http://${host}${path}`, { method })
    expect((await ask('/v2/')).status).toBe(200)
    const manifest = await ask(`/v2/first-app/manifests/${layout.digest}`)
    expect(manifest.headers.get('content-type')).toBe(MANIFEST)
    expect(manifest.headers.get('docker-content-digest')).toBe(layout.digest)
    const { config } = read(layout.folder, layout.digest)
    const blob = await ask(`/v2/first-app/blobs/${config.digest}`, 'HEAD')
    expect(blob.headers.get('content-length')).toBe(String(config.size))
    const absent = `sha256:${'0'.repeat(64)}`
    for (const path of [
      '/',
      '/v2/first-app/manifests/latest',
      `/v2/first-app/blobs/${absent}`,
      '/v2/first-app/blobs/sha256:../../../../etc/passwd',
    ]) {
      expect((await ask(path)).status).toBe(404)
    }
  } finally {
    await registry.close()
  }
})

type Blob = { readonly digest: string; readonly size: number }

function read(folder: string, digest: string) {
  const text = readFileSync(blobFileOf({ folder }, digest), 'utf8')
  return JSON.parse(text) as { readonly config: Blob; readonly layers: readonly Blob[] }
}

async function make(folder: string, name: string) {
  const source = join(folder, 'program')
  writeFileSync(source, 'text')
  return makeImageLayout(join(folder, name), {
    files: [{ path: 'bin/program', source }],
    architecture: 'amd64',
    command: ['/bin/program'],
  })
}
