import { StatusError, type Kind, type kinds } from '@nexqloud/kube'

type ObjectOf<Of> = Of extends Kind<infer Type> ? Type : never

/** A pod, as it travels. */
export type Pod = ObjectOf<typeof kinds.pods>

/** A node, as it travels. */
export type Node = ObjectOf<typeof kinds.nodes>

/** Returns which object of a namespace it is, or which part of it. */
export function nameOf({ metadata = {} }: Pick<Pod, 'metadata'>, subresource?: string) {
  const { namespace = '', name = '' } = metadata
  return { namespace, name, ...(subresource && { subresource }) }
}

/** Returns the id that no other object ever has. */
export function uidOf({ metadata = {} }: Pick<Pod, 'metadata'>): string {
  return metadata.uid ?? ''
}

/** Whether a pod's containers have ended for good. */
export function hasEnded({ status = {} }: Pick<Pod, 'status'>): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

/** Whether a condition of a pod or a node holds. */
export function isConditionTrue(
  { status }: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): boolean {
  return (status?.conditions ?? []).some((each) => each.type === type && each.status === 'True')
}

type Condition = { readonly type: string; readonly status: string }

/** Whether somebody has decided that a pod is not to run on any more. */
export function isDisrupted(pod: Pick<Pod, 'status'>): boolean {
  return isConditionTrue(pod, 'DisruptionTarget')
}

/** Returns a time as the API writes it: whole seconds. */
export function toIso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Whether a write failed because the object is gone, or is another one by now: there is nothing to try again. */
export function isSettled(failure: unknown): boolean {
  return failure instanceof StatusError && ['notFound', 'conflict'].includes(failure.kind)
}

/** Returns what was done; nothing where the object is gone or another one meanwhile, which needs nothing. */
export async function settled<Done>(done: Promise<Done>): Promise<Done | undefined> {
  try {
    return await done
  } catch (failure) {
    if (!isSettled(failure)) throw failure
    return undefined
  }
}

/** Returns a value as the API takes it: what is undefined is not there. */
export function toJson(value: object) {
  return JSON.parse(JSON.stringify(value)) as Record<string, never>
}
