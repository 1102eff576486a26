/** Writes `src/generated/ec2.json`: `node tool/generate.ts`. A test holds it to the client package that the lock file names. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import * as ec2 from '@aws-sdk/client-ec2'

import { actions } from './actions.ts'
import { dumpModel } from './dump-model.ts'

/** Where it lies. */
const generatedFile = join(import.meta.dirname, '../src/generated/ec2.json')

/** Returns what it has to hold. */
function generatedText(): string {
  const document = dumpModel(ec2, {
    version: '2016-11-15',
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    actions: Object.values(actions).flat(),
  })
  return `${JSON.stringify(document)}\n`
}

/** Whether it is not what it should be. */
export function isStale(): boolean {
  return readFileSync(generatedFile, 'utf8') !== generatedText()
}

if (import.meta.main) writeFileSync(generatedFile, generatedText())
