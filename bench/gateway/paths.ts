import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'

import type { Line } from '../../packages/tunnel/test/delay-relay.ts'
import { assertRivals, makeHop, makeOrigin, startNginx } from './nginx.ts'
import { startScript, type Part } from './part.ts'

/** A way to the origin: where it begins, and the processes on it, the origin left out. */
export type Path = {
  readonly port: number
  readonly parts: readonly { readonly pid: number }[]
}

/** Builds a way to the origin in a folder; every part goes onto the list, to be closed in turn. */
export type BuildPath = (scene: {
  readonly folder: string
  readonly originPort: number
  readonly keep: <Kept extends { readonly close: () => Promise<void> }>(part: Kept) => Kept
}) => Promise<Path>

/** Runs an action on a path, and closes all of it. */
export async function withPath<T>(
  build: BuildPath,
  action: (path: Path) => Promise<T>,
): Promise<T> {
  assertRivals()
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-gateway-'))
  const kept: { readonly close: () => Promise<void> }[] = []
  const keep = <Kept extends { readonly close: () => Promise<void> }>(part: Kept): Kept => {
    kept.unshift(part)
    return part
  }
  try {
    const { port: originPort } = keep(await startNginx(folder, makeOrigin(folder)))
    return await action(await build({ folder, originPort, keep }))
  } finally {
    for (const part of kept) await part.close()
    await rm(folder, { recursive: true })
  }
}

/** One nginx. */
export const oneHop: BuildPath = async ({ folder, originPort, keep }) => {
  const hop: Part = keep(await startNginx(folder, makeHop(originPort)))
  return { port: hop.port, parts: [hop] }
}

/** Two nginx, with TLS 1.3 between them: the same work as a gateway and a device. */
export const twoHops: BuildPath = async ({ folder, originPort, keep }) => {
  const { keyPem, certificatePem } = await createTlsIdentity(createTlsKey())
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  await Promise.all([writeFile(keyFile, keyPem), writeFile(certificateFile, certificatePem)])
  const ssl = `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile}; ssl_protocols TLSv1.3;`
  const far = keep(await startNginx(folder, makeHop(originPort, { listen: 'ssl', ssl })))
  const toFar = { scheme: 'https', ssl: 'proxy_ssl_protocols TLSv1.3;' }
  const near = keep(await startNginx(folder, makeHop(far.port, toFar)))
  return { port: near.port, parts: [near, far] }
}

const scriptOf = (name: string): string => join(import.meta.dirname, name)

/** What a gateway tells when it listens. */
type Listening = { readonly port: number; readonly linkPort: number; readonly keyHash: string }

/** Returns a gateway and a device, with a line between them where one is given. */
export function throughTunnel(protocol: 'tcp' | 'http', line?: Required<Line>): BuildPath {
  return async ({ originPort, keep }) => {
    const gateway = keep(await startScript(scriptOf('serve-gateway.ts'), protocol))
    const { port, linkPort, keyHash } = gateway.told as Listening
    const relay = line && keep(await startRelay(linkPort, line))
    const dialled = relay === undefined ? linkPort : Number(relay.told)
    const device = keep(
      await startScript(scriptOf('serve-device.ts'), dialled, keyHash, originPort),
    )
    return { port, parts: [gateway, device] }
  }
}

function startRelay(target: number, { oneWayMs, bytesPerSecond }: Required<Line>) {
  return startScript(scriptOf('delay-relay.ts'), target, oneWayMs, bytesPerSecond)
}
