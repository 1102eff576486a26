import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { renderShapes } from './shapes.ts'

writeFileSync(join(import.meta.dirname, '../src/resource/generated/shapes.ts'), renderShapes())
