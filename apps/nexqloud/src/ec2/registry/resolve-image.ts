import { ActionError, type ResolvedImage, type ResolveImage } from '@nexqloud/ec2'
import { formatImageReference, findImageReference, type ImageReference } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'
import { z } from 'zod'

import { PrivateAddressError } from '../../internet/errors.ts'
import { RegistryAwayError } from './errors.ts'
import type { RegistryClient } from './registry-client.ts'

/** What finds images, and what it may ask. */
export type ResolverParts = {
  readonly client: RegistryClient
  /** Whether images of a registry may be launched. */
  readonly isAllowed: (registry: string) => boolean
  readonly clock: Pick<Clock, 'steadyMs'>
}

/** What a tag leads to may change; what a digest leads to does not. */
const TAG_KEPT_MS = 30_000
const DIGEST_KEPT_MS = 3_600_000
const MOST_KEPT = 1000
/** A registry that trickles holds nobody up for longer; and so many are asked at once, of which one account has no more than its part. */
const WITHIN_MS = 20_000
const MOST_AT_ONCE = 32
const MOST_OF_ACCOUNT = 8

type Kept = { readonly image: Promise<ResolvedImage | undefined>; readonly untilMs: number }

/** Returns what finds the image behind a name: by its digest, for the architecture that there are devices of. */
export function createResolver(parts: ResolverParts): ResolveImage {
  const { isAllowed, clock } = parts
  const kept = new Map<string, Kept>()
  const places = createPlaces()
  return async (name, account) => {
    const reference = findImageReference(name)
    if (reference === undefined || !isAllowed(reference.registry)) return undefined
    const key = formatImageReference(reference)
    const known = kept.get(key)
    if (known !== undefined && known.untilMs > clock.steadyMs()) return known.image
    const lifeMs = reference.digest === undefined ? TAG_KEPT_MS : DIGEST_KEPT_MS
    if (!places.take(account)) throw sayUnavailable(new RegistryAwayError(reference.registry, BUSY))
    const image = findInTime(parts, reference)
      .catch(sayUnavailable)
      .finally(() => places.leave(account))
    kept.delete(key)
    kept.set(key, { image, untilMs: clock.steadyMs() + lifeMs })
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    // What there is none of now may be there in a moment.
    image.then(
      (found) => found ?? kept.delete(key),
      () => kept.delete(key),
    )
    return image
  }
}

/** Who asks for a registry that is slow is to leave places to all others. */
function createPlaces() {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take: (account: string): boolean => {
      const own = taken.get(account) ?? 0
      if (all >= MOST_AT_ONCE || own >= MOST_OF_ACCOUNT) return false
      all += 1
      taken.set(account, own + 1)
      return true
    },
    leave: (account: string): void => {
      all -= 1
      const own = (taken.get(account) ?? 1) - 1
      if (own > 0) taken.set(account, own)
      else taken.delete(account)
    },
  }
}

const BUSY = 'too many images are being looked up'

async function findInTime(
  parts: ResolverParts,
  reference: ImageReference,
): Promise<ResolvedImage | undefined> {
  const late = Promise.withResolvers<never>()
  const signal = AbortSignal.timeout(WITHIN_MS)
  const end = (): void =>
    late.reject(new RegistryAwayError(reference.registry, `not within ${WITHIN_MS / 1000} s`))
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([find(parts, reference), late.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function sayUnavailable(failure: unknown): never {
  if (failure instanceof PrivateAddressError) {
    throw new ActionError('InvalidParameterValue', failure.message)
  }
  if (!(failure instanceof RegistryAwayError)) throw failure
  throw new ActionError('Unavailable', failure.message)
}

const index = z.object({
  manifests: z.array(
    z.object({
      digest: z.string(),
      platform: z.object({ os: z.string(), architecture: z.string() }).exactOptional(),
    }),
  ),
})
const manifest = z.object({ config: z.object({ digest: z.string() }) })
const configuration = z.object({
  architecture: z.string(),
  config: z
    .object({
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
})

/** By the names of OCI, and what EC2 calls them; the first that an image has counts. */
const architectures = { amd64: 'x86_64', arm64: 'arm64' } as const

async function find(
  { client }: ResolverParts,
  reference: ImageReference,
): Promise<ResolvedImage | undefined> {
  const top = await client.manifest(reference)
  if (top === undefined) return undefined
  const several = index.safeParse(top.document)
  const one = several.success ? choose(several.data) : top.digest
  const own = one === undefined ? undefined : await readOne(client, reference, { top, digest: one })
  if (own === undefined) return undefined
  const { architecture, config } = own
  const { ExposedPorts, Entrypoint, Cmd } = config ?? {}
  return {
    // An index says it for each architecture: whichever device gets it.
    reference: formatImageReference({ ...reference, digest: top.digest }),
    architecture,
    exposedPorts: portsOf(Object.keys(ExposedPorts ?? {})),
    command: [...(Entrypoint ?? []), ...(Cmd ?? [])].slice(0, MOST_WORDS).map(bounded),
  }
}

function choose({ manifests }: z.output<typeof index>): string | undefined {
  const found = Object.keys(architectures).map((wanted) =>
    manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === wanted),
  )
  return found.find((each) => each !== undefined)?.digest
}

type Top = { readonly digest: string; readonly document: unknown }

async function readOne(
  client: RegistryClient,
  reference: ImageReference,
  { top, digest }: { readonly top: Top; readonly digest: string },
) {
  const own = digest === top.digest ? top : await client.manifest({ ...reference, digest })
  const described = manifest.safeParse(own?.document)
  if (!described.success) return undefined
  const blob = await client.blob(reference, described.data.config.digest)
  const parsed = configuration.safeParse(blob)
  if (!parsed.success || !isKnown(parsed.data.architecture)) return undefined
  return { ...parsed.data, architecture: architectures[parsed.data.architecture] }
}

function isKnown(architecture: string): architecture is keyof typeof architectures {
  return Object.hasOwn(architectures, architecture)
}

/** Of an image so much is kept: it is a stranger's. */
const MOST_PORTS = 64
const MOST_WORDS = 64
const MOST_CHARACTERS = 64

function bounded(word: string): string {
  return word.slice(0, MOST_CHARACTERS)
}

function portsOf(texts: readonly string[]): readonly number[] {
  return [...new Set(texts.flatMap(tcpPortOf))].slice(0, MOST_PORTS)
}

function tcpPortOf(text: string): readonly number[] {
  const [, port = ''] = /^(\d{1,5})(?:\/tcp)?$/.exec(text) ?? []
  return Number(port) > 0 && Number(port) < 65_536 ? [Number(port)] : []
}
