/** Says, in the network that it is started in, whether a table seems to stand: before it is put, then, and when all rules were flushed. */

import { execFileSync } from 'node:child_process'

import { createNftFirewall } from '../../src/isolation/nft-firewall.ts'

const firewall = createNftFirewall()
const before = await firewall.seemsApplied('one')
await firewall.apply({ owner: 'one', resolvers: [], bridgeDns: [] })
const put = await firewall.seemsApplied('one')
const other = await firewall.seemsApplied('two')
execFileSync('nft', ['flush', 'ruleset'])
const flushed = await firewall.seemsApplied('one')
process.stdout.write(JSON.stringify({ before, put, other, flushed }))
