import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { showLease } from './show.ts'

test('who names an instance is told that it has no lease, and that nothing is billed', async () => {
  await expect(showLease('first-app', {}, createMemoryShell())).rejects.toMatchObject({
    code: 'LEASE_UNOPENED',
    kind: 'notFound',
    message: 'first-app has no lease: masternodes open none yet, and nothing is billed for it.',
  })
})
