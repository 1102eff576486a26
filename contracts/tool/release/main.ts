/** Compiles the contracts and records the release in `generated/release.json`, which genesis is made from. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { buildRelease, readRelease } from '../genesis/artifacts.ts'
import { formatRelease, recordedReleaseFile } from '../genesis/recorded-release.ts'

buildRelease()
mkdirSync(dirname(recordedReleaseFile), { recursive: true })
writeFileSync(recordedReleaseFile, formatRelease(readRelease()))
