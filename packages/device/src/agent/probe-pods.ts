import {
  EngineFailedError,
  EngineUnreachableError,
  type ContainerEngine,
  type LifeSign,
} from '@nexqloud/engine'

import type { ProbeAnswer, ProbeRequest } from '../protocol/pod-probe.ts'
import type { PodContainerStatus } from '../reconcile/pod-labels.ts'

/** What looking at pods takes. */
export type ProbeParts = {
  readonly engine: Pick<ContainerEngine, 'readLifeSign'>
  /** Returns the containers that ran when they were seen last. */
  readonly running: () => readonly PodContainerStatus[]
}

/** What says most of a pod, when its containers differ: it is as ill as the worst of those that run. */
const worstFirst = ['held', 'silent', 'lives'] as const satisfies readonly LifeSign[]

/** Looks at all pods that are asked for, at once: each look ends within seconds. */
export async function probePods(
  { engine, running }: ProbeParts,
  { pods }: ProbeRequest,
): Promise<ProbeAnswer> {
  const containers = Map.groupBy(running(), ({ uid }) => uid)
  const look = async ({ uid, port }: ProbeRequest['pods'][number]) => {
    const own = containers.get(uid) ?? []
    const signs = await Promise.all(own.map(({ id }) => readSign(engine, id, port)))
    const sign: LifeSign = worstFirst.find((each) => signs.includes(each)) ?? 'ended'
    return { uid, sign }
  }
  return { pods: await Promise.all(pods.map(look)) }
}

/** An engine that is away, or fails, says nothing of one container, and others are not to suffer by that. */
async function readSign(
  engine: ProbeParts['engine'],
  id: PodContainerStatus['id'],
  port: number,
): Promise<LifeSign> {
  try {
    return await engine.readLifeSign(id, port)
  } catch (failure) {
    const isEngines =
      failure instanceof EngineUnreachableError || failure instanceof EngineFailedError
    if (isEngines) return 'silent'
    throw failure
  }
}
