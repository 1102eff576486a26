import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { pack, type Pack } from 'tar-stream'

import type { ImageFile } from './program-files.ts'

/** What an image is made of. Source of the format: OCI image specification 1.1, image-layout.md. */
export type ImageRecipe = {
  readonly files: readonly ImageFile[]
  /** As Go names it: `amd64`. */
  readonly architecture: string
  readonly command: readonly string[]
}

/** An image in a folder: `blobs/sha256/HEX`. */
export type ImageLayout = {
  readonly folder: string
  /** `sha256:HEX` of the manifest. */
  readonly digest: string
}

/** A blob, as manifests name it. */
type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number }

/** How registries and engines call a manifest. */
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
/** Not compressed: it never leaves the machine. */
const LAYER = 'application/vnd.oci.image.layer.v1.tar'

/** Makes an image of one layer in a folder. The same files give the same digest. */
export async function makeImageLayout(
  folder: string,
  { files, architecture, command }: ImageRecipe,
): Promise<ImageLayout> {
  const blobs = join(folder, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  const layer = await writeLayer(folder, files)
  const config = await writeJson(blobs, CONFIG, {
    architecture,
    os: 'linux',
    config: { Cmd: command, ExposedPorts: { '80/tcp': {} }, WorkingDir: '/app' },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  })
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }
  const { digest } = await writeJson(blobs, MANIFEST, manifest)
  return { folder, digest }
}

/** Returns the file of a blob. */
export function blobFileOf({ folder }: Pick<ImageLayout, 'folder'>, digest: string): string {
  return join(folder, 'blobs', 'sha256', digest.replace('sha256:', ''))
}

async function writeLayer(folder: string, files: readonly ImageFile[]): Promise<Descriptor> {
  const [part, hash] = [join(folder, `layer.${process.pid}.new`), createHash('sha256')]
  let size = 0
  const measure = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  const archive = pack()
  try {
    await Promise.all([
      pipeline(archive, measure, createWriteStream(part)),
      addFiles(archive, files),
    ])
    const digest = `sha256:${hash.digest('hex')}`
    await rename(part, blobFileOf({ folder }, digest))
    return { mediaType: LAYER, digest, size }
  } finally {
    await rm(part, { force: true })
  }
}

async function addFiles(archive: Pack, files: readonly ImageFile[]): Promise<void> {
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)))
  const mtime = new Date(0)
  for (const name of [...folders].toSorted()) archive.entry({ name, type: 'directory', mtime })
  for (const { path: name, source } of files) {
    const { size } = await stat(source)
    const entry = archive.entry({ name, size, mode: 0o755, mtime })
    await pipeline(createReadStream(source), entry)
  }
  archive.finalize()
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)
}

async function writeJson(blobs: string, mediaType: string, value: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value))
  const hex = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(blobs, hex), bytes)
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
}
