import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openEc2Server } from '@nexqloud/ec2'

import { openWorld } from '../../packages/ec2/test/lab/open-world.ts'

/**
 * Our EC2-compatible API over HTTP, its objects on a disk, its machines in memory, as a process of its own, until its parent leaves. It tells its
 * parent where it is.
 */
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-ec2-'))
const world = await openWorld(
  (failure) => {
    throw failure
  },
  { folder },
)
const server = await openEc2Server(world.ec2.answer, { host: '127.0.0.1', port: 0 })
process.on('disconnect', () => {
  void server
    .close()
    .then(world.close)
    .finally(() => {
      rmSync(folder, { recursive: true })
      process.exit()
    })
})
process.send?.(`http://127.0.0.1:${server.port}`)
