import { systemClock } from '@nexqloud/kernel'

import { describeEngine } from '../../test/engine-suite.ts'
import { pretendPrograms } from '../../test/scripts.ts'
import { createMemoryMachine } from './memory-engine.ts'
import type { MemoryImage } from './memory-image.ts'

const credentials = { username: 'tenant', password: 'secret' }
const images = {
  open: 'open.test/a/busybox:1',
  guarded: 'guarded.test/b/busybox:1',
  foreign: 'open.test/c/busybox:1',
  unreachable: 'nowhere.test/a/busybox:1',
}

describeEngine('an engine in memory', {
  open: async () => {
    const registry = [
      createImage(images.open, '1'),
      { ...createImage(images.guarded, '2'), credentials },
      { ...createImage(images.foreign, '3'), architecture: 'arm64' },
    ]
    const machine = createMemoryMachine({ clock: systemClock, registry })
    return {
      engine: async (owner) => machine.engine(owner),
      images,
      credentials,
      holds: [
        async (id) => {
          machine.disguise(id, 'held')
          return async () => machine.disguise(id)
        },
      ],
      close: async () => {},
    }
  },
})

function createImage(name: string, digit: string): MemoryImage {
  return {
    name,
    digest: `sha256:${digit.repeat(64)}`,
    architecture: 'amd64',
    sizeBytes: 1000,
    programs: pretendPrograms,
    command: ['sh'],
  }
}
