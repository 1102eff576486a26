import { defineDisks, disks } from '@nexqloud/control'
import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { openApi } from '../../test/lab/open-world.ts'
import { followVolumes } from './follow-volumes.ts'

test('a disk that is on no device yet says why', async () => {
  const failures: unknown[] = []
  const onFailure = (failure: unknown): void => void failures.push(failure)
  const { client, close } = await openApi(onFailure)
  await defineDisks(client)
  const place = { namespace: 'default', name: 'vol-1' }
  await client.create(disks, place, { metadata: place, spec: { sizeBytes: 1 } })
  const message = 'Its device holds as many as it can.'
  const patch = { type: 'merge', body: { status: { message } } } as const
  await client.patch(disks, { ...place, subresource: 'status' }, patch)
  const volumes = followVolumes({ client, clock: createManualClock(), onFailure })
  const over = new AbortController()
  const done = volumes.run(over.signal)
  onTestFinished(async () => {
    over.abort()
    await done
    await close()
  })
  await volumes.synced
  const id = { namespace: 'default', id: 'vol-1' }
  expect(volumes.see(id, undefined)).toEqual({ phase: 'absent', message })
  expect(volumes.see({ ...id, id: 'vol-2' }, undefined)).toEqual({ phase: 'absent' })
  expect(failures).toEqual([])
})
