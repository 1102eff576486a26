import { createSeededRandom } from '@nexqloud/kernel'
import { SignatureV4 } from '@smithy/signature-v4'
import { expect, test } from 'vitest'

import { loadEc2Model } from '../src/model/ec2-model.ts'
import { requests } from '../src/request/request.ts'
import { FormFuzzer, type Form } from './lab/fuzz-form.ts'
import { openWorld, type World } from './lab/open-world.ts'
import { Sha256 } from './lab/sha256.ts'

/** Any action, asked for anything that its model has members for. */

const howMany = Number(process.env['NEXQLOUD_TEST_FUZZ'] ?? 1500)
const seed = 20_261_127

/** What may go wrong on our side, and clients know: source ec2.md of AWS's reference, server errors. */
const documented = new Set(['InsufficientInstanceCapacity', 'InsufficientAddressCapacity'])

test(
  `${howMany} requests of any form are answered in EC2's words, and what is refused changes nothing`,
  { timeout: 60_000 + howMany * 20 },
  async () => {
    const faults: unknown[] = []
    const world = await openWorld((failure) => faults.push(failure))
    const next = createSeededRandom(seed)
    const random = (): number => next() / 2 ** 32
    const operations = [...loadEc2Model().operations.values()]
    const ids = new Set(['ami-12c6146b'])
    const done = new Set<string>()
    const unexpected: string[] = []
    for (let turn = 0; turn < howMany; turn += 1) {
      const operation = operations[Math.floor(random() * operations.length)]
      if (operation === undefined) continue
      const form = new FormFuzzer(random, [...ids, 'x']).form(operation.input)
      const before = await keptIn(world)
      const { status, body } = await ask(world, operation.name, form)
      const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1]
      if (status === 200) done.add(operation.name)
      if (status >= 500 && !documented.has(code ?? ''))
        unexpected.push(tell(operation.name, form, body))
      if (status >= 400 && (await keptIn(world)) !== before) {
        unexpected.push(`changed: ${tell(operation.name, form, body)}`)
      }
      for (const [id] of body.matchAll(/\b[a-z]+-0[0-9a-f]{16}\b/g)) if (ids.size < 400) ids.add(id)
    }
    await world.close()
    expect(unexpected).toEqual([])
    expect(faults).toEqual([])
    // It would find nothing where all is refused.
    expect(done.size).toBeGreaterThan(40)
  },
)

/** Which version the requests that are kept have: it is another one once one more is. */
async function keptIn({ client }: World): Promise<number> {
  return (await client.list(requests, { namespace: 'default' })).items.length
}

function tell(action: string, form: Form, body: string): string {
  return `${action} ${JSON.stringify(form)}: ${body.slice(0, 300)}`
}

const signer = new SignatureV4({
  service: 'ec2',
  region: 'us-east-1',
  credentials: { accessKeyId: 'FOOBARKEY', secretAccessKey: 'FOOBARSECRET' },
  sha256: Sha256,
})

async function ask(world: World, action: string, form: Form) {
  const body = new URLSearchParams([
    ['Action', action],
    ['Version', '2016-11-15'],
    ...form.map(([name, value]): [string, string] => [name, value]),
  ]).toString()
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: 'ec2.test',
    path: '/',
    query: {},
    headers: { host: 'ec2.test' },
    body,
  })
  return world.ec2.answer({
    method: 'POST',
    target: '/',
    headers: signed.headers,
    body: Buffer.from(body),
    sourceAddress: '192.0.2.1',
  })
}
