import { readdirSync } from 'node:fs'

import { systemClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { joinMasternode } from './join.ts'

test.each(['a region of more than thirty-two bytes', 'é'.repeat(17), '', '\u001B[2J'])(
  'a region that the chain could not keep (%j) is refused before a key is made or a stake given',
  async (region) => {
    using folder = openScratchFolder()
    const shell = createMemoryShell({ env: { NEXQLOUD_HOME: folder.path }, clock: systemClock })
    const options = { endpoint: '192.0.2.1:6443', region, gas: '1' }
    await expect(joinMasternode(options, shell)).rejects.toMatchObject({
      code: 'DEVICE_REGION_INVALID',
    })
    expect(readdirSync(folder.path)).toEqual([])
  },
)
