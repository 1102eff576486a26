import { instances as machines } from '@nexqloud/control'
import type { KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { ec2Kinds } from '../src/resource/kinds.ts'
import { dyingAfter } from './lab/dying-after.ts'
import { openDoor } from './lab/open-door.ts'
import { openApi, openEc2Over } from './lab/open-world.ts'

const launch = {
  ImageId: 'ami-12c6146b',
  MinCount: 3,
  MaxCount: 3,
  ClientToken: 'launch',
}

/** Of a launch of three: the request, of each instance itself, its interface, its volume and its machine, and that all is made. */
const WRITES = 14

test('whoever dies in the middle of a launch, all of it is made by whoever comes next, or nothing was accepted', async () => {
  for (let writes = 0; writes <= WRITES; writes += 1) {
    const { count, again } = await launchAndDie(writes)
    expect([0, 3], `after ${writes} writes`).toContain(count.instances)
    expect(count).toEqual({
      instances: count.instances,
      interfaces: count.instances,
      volumes: count.instances,
      machines: count.instances,
    })
    // Whoever asks once more with the same token has three, and not six.
    expect(again).toBe(3)
  }
})

const region = 'us-east-1'

async function launchAndDie(writes: number) {
  const api = await openApi(() => {})
  onTestFinished(api.close)
  // What an account has from the start is there.
  const first = await openDoor(await openEc2Over(api.client, () => {}))
  await first.clientIn(region).describeVpcs({})
  await first.close()
  const dying = await openDoor(await openEc2Over(dyingAfter(api.client, writes), () => {}))
  const told = dying.clientIn(region).runInstances(launch)
  if (writes < WRITES) await expect(told).rejects.toMatchObject({ name: 'InternalError' })
  else await told
  await dying.close()
  const next = await openDoor(await openEc2Over(api.client, () => {}))
  const count = await countIn(api.client)
  await next.clientIn(region).runInstances(launch)
  const { instances: again } = await countIn(api.client)
  await next.close()
  return { count, again }
}

async function countIn(client: KubeClient) {
  const of = async (kind: Parameters<KubeClient['list']>[0]) =>
    (await client.list(kind)).items.length
  return {
    instances: await of(ec2Kinds.instances),
    interfaces: await of(ec2Kinds.networkInterfaces),
    volumes: await of(ec2Kinds.volumes),
    machines: await of(machines),
  }
}
