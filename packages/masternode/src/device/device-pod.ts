import { limitsOf, type AssignedPod } from '@nexqloud/control'

type Pod = AssignedPod['pod']
type Spec = NonNullable<Pod['spec']>

/** The volume by which a real Kubernetes gives pods a token of the control plane. */
const TOKEN_VOLUME = /^kube-api-access-/

/**
 * Returns a pod's specification as a device gets it: with limits everywhere, and without what a real Kubernetes adds by itself and no device
 * may have, which is a token of the control plane. What the tenant asks for stays, whatever it is: the device's policy answers.
 */
export function toDeviceSpec(spec: Spec): object {
  const { serviceAccount: _account, serviceAccountName: _name, ...rest } = spec
  const { volumes, containers, ...others } = rest
  const kept = volumes?.filter(({ name }) => !TOKEN_VOLUME.test(name))
  return {
    ...others,
    ...(kept !== undefined && kept.length > 0 && { volumes: kept }),
    containers: containers.map(toDeviceContainer),
  }
}

/** Disk is set aside by the scheduler; no engine limits it by container. */
function withoutDisk({
  'ephemeral-storage': _disk,
  ...rest
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return rest
}

function toDeviceContainer(container: Spec['containers'][number]) {
  const { volumeMounts, resources, ...rest } = container
  const kept = volumeMounts?.filter(({ name }) => !TOKEN_VOLUME.test(name))
  return {
    ...rest,
    ...(kept !== undefined && kept.length > 0 && { volumeMounts: kept }),
    resources: {
      ...resources,
      limits: withoutDisk(limitsOf(container)),
      requests: withoutDisk(resources?.requests ?? {}),
    },
  }
}
