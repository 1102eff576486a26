import { createHash } from 'node:crypto'

import type { ImageReference } from '@nexqloud/engine'

import { PrivateAddressError } from '../../internet/errors.ts'
import { parseJson } from '../../parse-json.ts'
import { RegistryAwayError } from './errors.ts'
import type { Get, Got } from './get-publicly.ts'
import { readToken } from './read-token.ts'

/** Documents of a repository, by the OCI distribution specification 1.1. */
export type RegistryClient = {
  /** Returns a manifest or an index by tag or digest, and its digest; nothing where there is none. */
  readonly manifest: (
    image: ImageReference,
  ) => Promise<{ readonly digest: string; readonly document: unknown } | undefined>
  /** Returns a blob that is JSON; nothing where there is none. */
  readonly blob: (image: ImageReference, digest: string) => Promise<unknown>
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Docker Hub's images are called by another name than its registry has. */
const hosts: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' }

/** Returns a client that asks as anybody: of what is open to everybody. */
export function createRegistryClient(
  get: Get,
  isPlain: (registry: string) => boolean,
): RegistryClient {
  async function read(
    image: ImageReference,
    path: string,
    accept: string,
  ): Promise<Buffer | undefined> {
    const { registry, repository } = image
    const scheme = isPlain(registry) ? 'http' : 'https'
    const url = new URL(`${scheme}://${hosts[registry] ?? registry}/v2/${repository}/${path}`)
    const got = await ask(image, url, { accept })
    if (got.status === 200) return got.body
    // A repository that is nobody's, or not everybody's, looks the same to somebody who is not known.
    if ([401, 403, 404].includes(got.status)) return undefined
    throw new RegistryAwayError(registry, `it answers ${got.status}`)
  }

  async function ask(
    image: ImageReference,
    url: URL,
    headers: Readonly<Record<string, string>>,
  ): Promise<Got> {
    try {
      const first = await get(url, headers)
      const challenge = first.status === 401 ? first.headers['www-authenticate'] : undefined
      const token = challenge && (await readToken(get, challenge, image))
      return token ? await get(url, { ...headers, authorization: `Bearer ${token}` }) : first
    } catch (cause) {
      if (cause instanceof RegistryAwayError || cause instanceof PrivateAddressError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new RegistryAwayError(image.registry, why, cause)
    }
  }

  return {
    manifest: async (image) => {
      const { digest: wanted, tag = 'latest' } = image
      const body = await read(image, `manifests/${wanted ?? tag}`, MANIFESTS)
      if (body === undefined) return undefined
      return { digest: checkDigest(image, body, wanted), document: parseJson(body) }
    },
    blob: async (image, digest) => {
      const body = await read(image, `blobs/${digest}`, 'application/json')
      if (body === undefined) return undefined
      checkDigest(image, body, digest)
      return parseJson(body)
    },
  }
}

/** Returns the digest of what came, which is the one that was asked for. */
function checkDigest(
  { registry }: ImageReference,
  body: Uint8Array,
  wanted: string | undefined,
): string {
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  if (wanted === undefined || wanted === digest) return digest
  throw new RegistryAwayError(registry, `what it has as ${wanted} is ${digest}`)
}
