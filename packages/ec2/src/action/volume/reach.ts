import type { InstanceSpec, VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'

/**
 * A volume is on one device, and so is an instance that runs; one that is stopped starts where its volumes are.
 *
 * @throws {@link ActionError} where they do not meet.
 */
export function assertReach(
  transaction: Transaction,
  volume: Resource<VolumeSpec>,
  {
    instance,
    others,
  }: {
    readonly instance: Resource<InstanceSpec>
    /** The volumes that it has already. */
    readonly others: readonly Resource<VolumeSpec>[]
  },
): void {
  const own = transaction.seeVolume(volume).device
  const { device, takesVolumes = true } = transaction.see(instance.id, instance.spec.Goal)
  const restart = `Stop instance '${instance.id}', attach the volume, and start it: it then runs where its volumes are.`
  if (instance.spec.Goal === 'running' && device !== undefined) {
    if (!takesVolumes) {
      throw unreachable(`Instance '${instance.id}' is on a device that has no volumes. ${restart}`)
    }
    if (own !== undefined && own !== device) {
      throw unreachable(`Volume '${volume.id}' is on another device than the instance. ${restart}`)
    }
  }
  const other = others
    .map((each) => ({ id: each.id, device: transaction.seeVolume(each).device }))
    .find((each) => each.device !== undefined && own !== undefined && each.device !== own)
  if (other === undefined) return
  throw unreachable(
    `Volume '${volume.id}' is on another device than volume '${other.id}' of the instance. Detach that one, or make this one of a snapshot anew.`,
  )
}

function unreachable(message: string): ActionError {
  return new ActionError('IncorrectState', message)
}
