import { describeEngine } from '../test/engine-suite.ts'
import { openLab } from './lab/open-lab.ts'
import { bringPrograms } from './lab/packages.ts'

const skip = bringPrograms(['podman', 'docker-registry', 'busybox'])

describeEngine('Podman', { skip, open: () => openLab('podman') })
