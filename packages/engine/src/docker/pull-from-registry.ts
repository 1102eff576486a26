import type Docker from 'dockerode'
import type { z } from 'zod'

import { EngineUnreachableError } from '../errors.ts'
import type { PullProgress, PullRequest } from '../image/image.ts'
import { readPullFailure } from '../image/pull-failure.ts'
import { parseImageReference } from '../image/reference.ts'
import { pullLine } from './answers.ts'
import type { Connection, Refusal } from './connection.ts'
import type { Dialect } from './dialect.ts'
import { readJsonLines } from './lines.ts'

/** What Docker writes last; Podman does not. */
const DIGEST = /^Digest: (sha256:[0-9a-f]{64})$/

/**
 * Has the engine bring an image, and returns the digest that it names, if it does.
 *
 * @throws {@link ImagePullError}, or the signal's reason.
 */
export async function pullFromRegistry(
  connection: Connection,
  dialect: Dialect,
  request: PullRequest,
): Promise<string | undefined> {
  try {
    return await pull(connection, dialect, request)
  } catch (failure) {
    request.signal?.throwIfAborted()
    throw failure
  }
}

async function pull(
  { stream, tell, socketPath }: Connection,
  { pullsFromCache }: Dialect,
  { image: name, credentials, onProgress, signal }: PullRequest,
): Promise<string | undefined> {
  const { registry, digest } = parseImageReference(name)
  const access = credentials && { authconfig: { ...credentials, serveraddress: registry } }
  const question = {
    asked: `pull image ${name}`,
    meaning: ({ reason }: Refusal) => readPullFailure(name, reason),
  }
  if (pullsFromCache && digest !== undefined) {
    const call = (docker: Docker) => docker.getImage(name).distribution({ ...access })
    await tell({ ...question, call })
  }
  const options = { ...access, ...(signal && { abortSignal: signal }) }
  const source = await stream({ ...question, call: (docker) => docker.pull(name, options) })
  return followPull(readLines(source, socketPath), name, onProgress)
}

async function* readLines(source: NodeJS.ReadableStream, socketPath: string) {
  try {
    yield* readJsonLines(source, pullLine)
  } catch (cause) {
    throw new EngineUnreachableError(socketPath, cause)
  }
}

async function followPull(
  lines: AsyncIterable<z.infer<typeof pullLine>>,
  name: string,
  onProgress: PullRequest['onProgress'],
): Promise<string | undefined> {
  const layers = new Map<string, PullProgress>()
  let said: string | undefined
  for await (const { id, status = '', error, progressDetail } of lines) {
    // Podman answers 200 and says here what went wrong; so does Docker once layers are on their way.
    if (error !== undefined) throw readPullFailure(name, error)
    said ??= DIGEST.exec(status)?.[1]
    const progress = progressOf(status, progressDetail, layers.get(id ?? ''))
    if (id === undefined || progress === undefined) continue
    layers.set(id, progress)
    onProgress?.(sumOf([...layers.values()]))
  }
  return said
}

/** The last bytes of a layer are told by words alone. */
function progressOf(
  status: string,
  detail: z.infer<typeof pullLine>['progressDetail'],
  before: PullProgress | undefined,
): PullProgress | undefined {
  if (status === 'Download complete')
    return before && { ...before, currentBytes: before.totalBytes }
  const { current, total } = detail ?? {}
  if (status !== 'Downloading' || current === undefined) return undefined
  return { currentBytes: current, totalBytes: total ?? current }
}

function sumOf(layers: readonly PullProgress[]): PullProgress {
  return {
    currentBytes: layers.reduce((sum, { currentBytes }) => sum + currentBytes, 0),
    totalBytes: layers.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
  }
}
