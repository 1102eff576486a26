import { findObstacle, type Obstacle, type Pod } from '@nexqloud/control'
import { StatusError, type KubeClient } from '@nexqloud/kube'

/** Returns why no device takes pods now, in the scheduler's own words; nothing where all have a place, or whoever asks does not see the devices. */
export async function readObstacle(
  client: Pick<KubeClient, 'list'>,
  pod: Pod,
  now: { readonly nowMs: number; readonly count?: number },
): Promise<Obstacle | undefined> {
  try {
    return await findObstacle(client, pod, now)
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'Forbidden') return undefined
    throw failure
  }
}
