import { test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { expectRedefinition } from '../../test/redefinition.ts'

test('a definition that an older program made is replaced, and one that is the same stays', async () => {
  const { client } = await openCluster()
  await expectRedefinition(client)
})
