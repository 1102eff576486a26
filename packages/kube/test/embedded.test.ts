import { describeConformance } from './conformance/describe-conformance.ts'
import { openEmbedded } from './embedded.ts'

describeConformance('the embedded server', openEmbedded)
