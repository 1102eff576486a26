import { describeEngine } from '../test/engine-suite.ts'
import { openLab } from './lab/open-lab.ts'
import { bringPrograms } from './lab/packages.ts'

const skip = bringPrograms(['dockerd', 'docker-registry', 'busybox'])

describeEngine('Docker', { skip, open: () => openLab('docker') })
