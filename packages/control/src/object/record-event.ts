import type { Clock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { toIso, type Pod } from './object.ts'

/** What happened to an object. */
export type Happening = {
  readonly type: 'Normal' | 'Warning'
  /** One word for programs, e.g. `FailedScheduling`. */
  readonly reason: string
  readonly message: string
}

const versions = { Pod: 'v1', Node: 'v1', Namespace: 'v1', Instance: 'nexqloud.io/v1' } as const

/** Who writes events. */
export type EventRecorder = (
  object: Pick<Pod, 'metadata'> & { readonly kind: keyof typeof versions },
  happening: Happening,
) => Promise<void>

/** Returns who writes events as an actor. An event that cannot be written is told and forgotten: nothing depends on it. */
export function createEventRecorder(
  client: Pick<KubeClient, 'create'>,
  options: EventWriterOptions & { readonly onFailure: (failure: unknown) => void },
): EventRecorder {
  const write = createEventWriter(client, options)
  return (object, happening) => write(object, happening).catch(options.onFailure)
}

type EventWriterOptions = { readonly actor: string; readonly clock: Pick<Clock, 'wallMs'> }

/** Returns who writes events on which something depends: it rejects where one cannot be written. */
export function createEventWriter(
  client: Pick<KubeClient, 'create'>,
  { actor, clock }: EventWriterOptions,
): EventRecorder {
  return async ({ kind, metadata = {} }, happening) => {
    const { name = '', uid = '', resourceVersion = '' } = metadata
    // Events about what has no namespace are kept in the default one, as Kubernetes does; those about a namespace in itself.
    const own = kind === 'Namespace' ? name : metadata.namespace
    const namespace = own ?? 'default'
    const nowIso = toIso(clock.wallMs())
    const about = { apiVersion: versions[kind], kind, name, uid, resourceVersion }
    const event = {
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: own === undefined ? about : { ...about, namespace },
      ...happening,
      source: { component: actor },
      reportingComponent: actor,
      reportingInstance: actor,
      firstTimestamp: nowIso,
      lastTimestamp: nowIso,
      count: 1,
    }
    await client.create(kinds.events, { namespace }, event)
  }
}
