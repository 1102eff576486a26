import { DRAINING } from '../object/names.ts'
import { hasEnded, uidOf, type Pod } from '../object/object.ts'
import { isFrozen, isHalted, type Instance } from './instance.ts'

/** How the node of a pod is: `gone` where there is none of this name any more. */
export type NodeState = 'there' | 'draining' | 'lost' | 'gone'

/** What is to be done about a name. */
export type Action =
  | { readonly do: 'nothing' }
  /** Makes the instance's pod, not before so many milliseconds since 1970. */
  | { readonly do: 'create'; readonly instance: Instance; readonly notBeforeMs: number }
  /** Remembers the stop, and takes the pod away at once. */
  | {
      readonly do: 'replace'
      readonly instance: Instance
      readonly pod: Pod
      readonly cause: Cause
    }
  /** A pod that nobody makes again stays, as failed. */
  | { readonly do: 'fail'; readonly pod: Pod; readonly cause: Cause }
  /** Nobody is left who could end it with grace. */
  | { readonly do: 'remove'; readonly pod: Pod }
  /** Remembers the stop, and ends the pod with its grace; its instance, if it has one, is made again elsewhere. */
  | {
      readonly do: 'move'
      readonly instance: Instance | undefined
      readonly pod: Pod
      readonly cause: Cause
    }
  /** Its account cannot pay for it: as a halt, but with no longer grace than the network's own. */
  | {
      readonly do: 'freeze'
      readonly instance: Instance
      readonly pod: Pod
      readonly cause: Cause
    }
  /** Its owner wants it to stand still: remembers the stop, and ends the pod with its grace. */
  | {
      readonly do: 'halt'
      readonly instance: Instance
      readonly pod: Pod
      readonly cause: Cause
    }
  /** Its instance is gone: it ends with its grace. */
  | { readonly do: 'end'; readonly pod: Pod }

/** Why a pod is stopped. */
export type Cause = {
  readonly cause: string
  readonly evidence: string
  /** The device's doing, or that of the pod on it. */
  readonly isPodFailure: boolean
}

const nothing = { do: 'nothing' } as const

/** Returns what is to be done about a pod and the instance of its name, either of which may be missing. */
export function planHealing(
  instance: Instance | undefined,
  pod: Pod | undefined,
  node: NodeState,
): Action {
  if (pod !== undefined) return planPod(instance, pod, node)
  return instance === undefined ? nothing : planStart(instance)
}

function planPod(instance: Instance | undefined, pod: Pod, node: NodeState): Action {
  const owner = ownerOf(pod)
  const own = instance !== undefined && owner === uidOf(instance) ? instance : undefined
  const isEnding = pod.metadata?.deletionTimestamp !== undefined
  if (pod.spec?.nodeName && (node === 'lost' || node === 'gone')) {
    return isEnding ? { do: 'remove', pod } : planLost(own, pod, node)
  }
  if (isEnding) return nothing
  const isOrphan = own === undefined && owner !== undefined
  return isOrphan ? { do: 'end', pod } : planThere(own, pod, node)
}

function planThere(instance: Instance | undefined, pod: Pod, node: NodeState): Action {
  if (instance !== undefined && isHalted(instance)) return planHalt(instance, pod)
  if (instance !== undefined && isFrozen(instance)) return planFreeze(instance, pod)
  if (node === 'draining' && !hasEnded(pod)) return planMove(instance, pod)
  if (instance === undefined) return nothing
  const full = fullDiskOf(pod)
  return full === undefined ? planFailed(instance, pod) : planReplacement(instance, pod, full)
}

/** How a device says that its engine has no room for an image. */
const ENGINE_FULL = 'DiskFull: '

/** Returns why a pod does not come to run where its image has no room; another device may have some. */
function fullDiskOf({ status }: Pod): Cause | undefined {
  if (status?.phase !== 'Pending') return undefined
  const waiting = status.containerStatuses?.map(({ state }) => state?.waiting?.message ?? '')
  const evidence = waiting?.find((message) => message.startsWith(ENGINE_FULL))
  if (evidence === undefined) return undefined
  return { cause: 'DeviceDiskFull', evidence, isPodFailure: true }
}

/** Returns the uid of the instance that a pod was made for. */
function ownerOf({ metadata = {} }: Pod): string | undefined {
  const owner = metadata.ownerReferences?.find(
    ({ kind, controller }) => kind === 'Instance' && controller === true,
  )
  return owner?.uid
}

function planStart(instance: Instance): Action {
  if (instance.metadata?.deletionTimestamp || isHalted(instance) || isFrozen(instance))
    return nothing
  return { do: 'create', instance, notBeforeMs: instance.status?.notBeforeMs ?? 0 }
}

function planLost(instance: Instance | undefined, pod: Pod, node: NodeState): Action {
  if (hasEnded(pod)) return planEnded(instance, pod)
  const device = pod.spec?.nodeName ?? ''
  const cause =
    node === 'lost'
      ? {
          cause: 'DeviceLost',
          evidence: `node ${device} has the condition Ready with reason DeviceLost`,
        }
      : { cause: 'DeviceRemoved', evidence: `node ${device} does not exist` }
  const why = { ...cause, isPodFailure: false }
  if (instance === undefined) return { do: 'fail', pod, cause: why }
  return planReplacement(instance, pod, why)
}

/** Of one that is to stand still nothing is to be left that says that it has ended: it could not be started before its device is back. */
function planEnded(instance: Instance | undefined, pod: Pod): Action {
  if (instance === undefined) return nothing
  return isHalted(instance) ? { do: 'remove', pod } : planFailed(instance, pod)
}

/** What is remembered already is not remembered twice. */
function planHalt(instance: Instance, pod: Pod): Action {
  if (instance.status?.lastStop?.pod === uidOf(pod)) return { do: 'end', pod }
  const evidence = `its instance has the runStrategy ${instance.spec.runStrategy}`
  const cause = { cause: 'UserStopped', evidence, isPodFailure: false }
  return { do: 'halt', instance, pod, cause }
}

function planFreeze(instance: Instance, pod: Pod): Action {
  const { message = '' } = instance.status?.frozen ?? {}
  const cause = { cause: 'Frozen', evidence: message, isPodFailure: false }
  return { do: 'freeze', instance, pod, cause }
}

/** The device is there, and ends it in order. */
function planMove(instance: Instance | undefined, pod: Pod): Action {
  if (instance?.status?.lastStop?.pod === uidOf(pod)) return { do: 'end', pod }
  const evidence = `node ${pod.spec?.nodeName} has the taint ${DRAINING}`
  return {
    do: 'move',
    instance,
    pod,
    cause: { cause: 'DeviceDraining', evidence, isPodFailure: false },
  }
}

/** What is remembered already is not remembered twice. */
function planReplacement(instance: Instance, pod: Pod, cause: Cause): Action {
  const isRemembered = instance.status?.lastStop?.pod === uidOf(pod)
  return isRemembered ? { do: 'remove', pod } : { do: 'replace', instance, pod, cause }
}

/** A pod that failed is made again, unless its policy says that it runs once. */
function planFailed(instance: Instance, pod: Pod): Action {
  const { phase, reason, message } = pod.status ?? {}
  const { restartPolicy = 'Always' } = pod.spec ?? {}
  // What is to run always never ends well, whatever its device says.
  const isWanted = restartPolicy === 'Always' ? hasEnded(pod) : phase === 'Failed'
  if (!isWanted || restartPolicy === 'Never') return nothing
  const exits = (pod.status?.containerStatuses ?? []).flatMap(({ name, state }) => {
    const { exitCode, reason: why = '' } = state?.terminated ?? {}
    return exitCode === undefined ? [] : [`container ${name} ended with ${exitCode} (${why})`]
  })
  const evidence = [message ?? '', ...exits].filter((part) => part !== '').join('; ')
  const cause = {
    cause: reason ?? 'PodFailed',
    evidence: evidence === '' ? `its status has the phase ${phase}` : evidence,
    isPodFailure: true,
  }
  return planReplacement(instance, pod, cause)
}
