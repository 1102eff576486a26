import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Python } from './python.ts'

/** What became of a case. */
export type Outcome = 'passed' | 'failed' | 'skipped'

/** What cases are run against, and where what they leave behind lies. */
export type CasesOptions = {
  readonly python: Python
  /** Where moto's suite lies. */
  readonly suite: string
  readonly endpoint: string
  /** Where files of this run may lie. */
  readonly scratch: string
  /** Plugins of pytest's that lie here, besides that of all. */
  readonly plugins?: readonly string[]
  /** What those are told. */
  readonly env?: NodeJS.ProcessEnv
}

/** Runs some of moto's cases; returns what became of each, by its name. */
export async function runCases(
  cases: readonly string[],
  { python, suite, endpoint, scratch, plugins = [], env = {} }: CasesOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const [names, report] = [join(scratch, 'cases'), join(scratch, 'report.xml')]
  writeFileSync(names, cases.join('\n'))
  const used = ['no:cacheprovider', 'moto_cases', ...plugins].flatMap((name) => ['-p', name])
  const how = [...used, '-q', '--no-header', '--tb=no', `--junitxml=${report}`]
  const child = spawn(python.program, ['-B', '-m', 'pytest', ...how, `@${names}`], {
    cwd: suite,
    env: {
      PATH: `${python.programs}:${process.env['PATH'] ?? ''}`,
      HOME: scratch,
      PYTHONPATH: import.meta.dirname,
      AWS_ACCESS_KEY_ID: 'FOOBARKEY',
      AWS_SECRET_ACCESS_KEY: 'FOOBARSECRET',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: endpoint,
      TEST_SERVER_MODE: 'true',
      TEST_SERVER_MODE_ENDPOINT: endpoint,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(child, 'exit')
  return readReport(readFileSync(report, 'utf8'))
}

/** pytest tells of a case by its module and its function. */
function readReport(xml: string): ReadonlyMap<string, Outcome> {
  const cases = xml.matchAll(
    /<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs,
  )
  return new Map(
    [...cases].map(([, module = '', name = '', inner = '']) => {
      const file = `${module.replaceAll('.', '/')}.py`
      return [`${file}::${unescape(name)}`, outcomeOf(inner)] as const
    }),
  )
}

function outcomeOf(inner: string): Outcome {
  if (/<(failure|error)\b/.test(inner)) return 'failed'
  return inner.includes('<skipped') ? 'skipped' : 'passed'
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (each) => entities[each] ?? each)
}
