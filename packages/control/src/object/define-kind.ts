import type { Clock } from '@nexqloud/kernel'
import { kinds, StatusError, type Kind, type KubeClient } from '@nexqloud/kube'

/** What a kind of ours looks like. */
export type KindDefinition = {
  /** OpenAPI v3. */
  readonly schema: object
  /** What `kubectl get` prints beside name and age. */
  readonly columns: readonly { readonly title: string; readonly jsonPath: string }[]
}

/**
 * Makes a kind known to the API; where an older program did so already its definition is replaced. Objects of it have a status that
 * is written apart.
 */
export async function defineKind(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
  { group, version, kind, plural, isNamespaced }: Kind<object>,
  { schema, columns }: KindDefinition,
): Promise<void> {
  const described = {
    name: version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    subresources: { status: {} },
    additionalPrinterColumns: columns.map(({ title: name, jsonPath }) => ({
      name,
      type: 'string',
      jsonPath,
    })),
  }
  const names = { kind, plural, singular: kind.toLowerCase() }
  const scope = isNamespaced ? 'Namespaced' : 'Cluster'
  const name = `${plural}.${group}`
  const spec = { group, scope, names, versions: [described] }
  try {
    await client.create(kinds.customResourceDefinitions, {}, { metadata: { name }, spec })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'AlreadyExists')) throw failure
    await replaceDefinition(client, name, spec)
  }
}

/** The server itself writes what became of a definition at any time. */
async function replaceDefinition(
  client: Pick<KubeClient, 'get' | 'update'>,
  name: string,
  spec: Definition['spec'],
): Promise<void> {
  const current = await client.get(kinds.customResourceDefinitions, { name })
  try {
    // What changes nothing is not written.
    await client.update(kinds.customResourceDefinitions, { name }, { ...current, spec })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'Conflict')) throw failure
    await replaceDefinition(client, name, spec)
  }
}

type Definition = typeof kinds.customResourceDefinitions extends Kind<infer Type> ? Type : never

/** Milliseconds until a definition that failed is tried again. */
const DEFINE_AGAIN_MS = 1000

/** Defines until that has worked, or the signal aborts. */
export async function defineForSure(
  {
    client,
    clock,
    onFailure,
  }: {
    readonly client: KubeClient
    readonly clock: Pick<Clock, 'delay'>
    readonly onFailure: (failure: unknown) => void
  },
  define: (client: KubeClient) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await define(client)
    } catch (failure) {
      onFailure(failure)
      await clock.delay(DEFINE_AGAIN_MS, signal)
    }
  }
}
