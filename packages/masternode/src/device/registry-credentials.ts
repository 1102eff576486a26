import type { AssignedPod } from '@nexqloud/control'
import type { Assignment } from '@nexqloud/device'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { z } from 'zod'

type Pod = AssignedPod['pod']
type Credentials = NonNullable<Assignment['pods'][number]['credentials']>

/**
 * Returns what a pod's images are pulled with, by registry; nothing where it names no secret. `onMissing` is told the name of each that is
 * not there.
 */
export type CredentialReader = (
  pod: Pod,
  onMissing: (secret: string) => void,
) => Promise<Credentials | undefined>

/** `~/.docker/config.json`, as a secret of the type `kubernetes.io/dockerconfigjson` has it. */
const dockerConfig = z.object({
  auths: z.record(
    z.string(),
    z.object({
      username: z.string().optional(),
      password: z.string().optional(),
      /** `username:password` in base64. */
      auth: z.string().optional(),
    }),
  ),
})

/**
 * Reads `imagePullSecrets`; one that is not there or cannot be read is passed over, as kubelet does: the pull tells the rest. `onFailure` is told
 * why one cannot be read.
 */
export function createCredentialReader(
  client: Pick<KubeClient, 'get'>,
  onFailure: (failure: unknown) => void,
): CredentialReader {
  return async (pod, onMissing) => {
    const secrets = pod.spec?.imagePullSecrets ?? []
    if (secrets.length === 0) return undefined
    const namespace = pod.metadata?.namespace ?? ''
    const found = await Promise.all(
      secrets.map(async ({ name = '' }) => {
        try {
          return await readSecret(client, { namespace, name })
        } catch (failure) {
          if (failure instanceof StatusError && failure.kind === 'notFound') {
            onMissing(name)
            return {}
          }
          // One pod's secret is no reason to let all pods of its device wait.
          onFailure(failure)
          return {}
        }
      }),
    )
    return Object.assign({}, ...found.toReversed())
  }
}

async function readSecret(
  client: Pick<KubeClient, 'get'>,
  name: { readonly namespace: string; readonly name: string },
): Promise<Credentials> {
  const { data = {} } = await client.get(kinds.secrets, name)
  return parseDockerConfig(data['.dockerconfigjson'] ?? '')
}

function parseDockerConfig(base64: string): Credentials {
  const config = dockerConfig.safeParse(parseJson(Buffer.from(base64, 'base64').toString()))
  const entries = Object.entries(config.data?.auths ?? {}).map(([registry, login]) => {
    const [user = '', ...rest] = Buffer.from(login.auth ?? '', 'base64')
      .toString()
      .split(':')
    const username = login.username ?? user
    return [hostOf(registry), { username, password: login.password ?? rest.join(':') }] as const
  })
  return Object.fromEntries(entries)
}

/** Docker's own files name Docker Hub by the address of its old API. */
function hostOf(registry: string): string {
  const host = registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return host === 'index.docker.io' ? 'docker.io' : host
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
